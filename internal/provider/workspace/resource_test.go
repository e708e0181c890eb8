package workspace_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const address = "tray_workspace.a"

// body is anything that a control call sends.
type body map[string]any

// attribute checks one attribute of the workspace in the state.
func attribute(name string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
}

// says is acctest's, which most tests here need.
var says = acctest.Says

// action checks what the plan does with the workspace.
func action(want plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}}
}

// inTray finds a shared workspace in the sandbox.
func inTray(t *testing.T, env *acctest.Env, name string) acctest.Workspace {
	t.Helper()
	var found []acctest.Workspace
	for _, w := range env.State().Workspaces {
		if w.Name == name && w.Type == "Shared" {
			found = append(found, w)
		}
	}
	if len(found) != 1 {
		t.Fatalf("there are %d shared workspaces named %q, want one", len(found), name)
	}
	return found[0]
}

// onlyShared checks which shared workspaces there are.
func onlyShared(t *testing.T, env *acctest.Env, want ...string) func(*terraform.State) error {
	return func(*terraform.State) error {
		got := env.State().Shared()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("the shared workspaces are %q, want %q", got, want)
		}
		return nil
	}
}

func importSteps(env *acctest.Env, hcl, name string) []resource.TestStep {
	return []resource.TestStep{
		{ResourceName: address, ImportState: true, ImportStateVerify: true},
		{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: name},
		{Config: env.Config(hcl), ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		{Config: env.Config(hcl), ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	}
}

func TestWorkspace_lifecycle(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, map[string][]acctest.Option{
		"full lists": nil, "sparse lists": {acctest.Sparse(), acctest.TypesAsObjects()}, "in process": {acctest.InProcess()},
	}, "sparse lists") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, opts...)
			bare := `resource "tray_workspace" "a" { name = "sales" }`
			full := `resource "tray_workspace" "a" {
  name                = "sales-prod"
  description         = "What sales runs on"
  monthly_task_limit  = 250000
  deletion_protection = true
  force_destroy       = true
}`
			same := statecheck.CompareValue(compare.ValuesSame())
			steps := []resource.TestStep{{
				Config: env.Config(bare),
				ConfigStateChecks: []statecheck.StateCheck{
					attribute("id", knownvalue.NotNull()), attribute("type", knownvalue.StringExact("Shared")),
					attribute("adopted", knownvalue.Bool(false)), attribute("deletion_protection", knownvalue.Bool(false)), attribute("force_destroy", knownvalue.Bool(false)),
					attribute("description", knownvalue.StringExact("")), attribute("monthly_task_limit", knownvalue.Int64Exact(0)),
					statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id")),
					same.AddStateValue(address, tfjsonpath.New("id")),
				},
			}}
			steps = append(steps, importSteps(env, bare, "sales")...)
			steps = append(steps, resource.TestStep{
				Config: env.Config(full), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					same.AddStateValue(address, tfjsonpath.New("id")),
					attribute("name", knownvalue.StringExact("sales-prod")), attribute("description", knownvalue.StringExact("What sales runs on")),
					attribute("monthly_task_limit", knownvalue.Int64Exact(250000)), attribute("deletion_protection", knownvalue.Bool(true)), attribute("force_destroy", knownvalue.Bool(true)),
				},
			}, resource.TestStep{ // omitted: left as it is in Tray
				Config: env.Config(`resource "tray_workspace" "a" { name = "sales-prod" }`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					attribute("description", knownvalue.StringExact("What sales runs on")),
					attribute("monthly_task_limit", knownvalue.Int64Exact(250000)), attribute("deletion_protection", knownvalue.Bool(false)),
				},
			}, resource.TestStep{ // cleared
				Config: env.Config(`resource "tray_workspace" "a" {
  name               = "sales-prod"
  description        = ""
  monthly_task_limit = 0
}`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					attribute("description", knownvalue.StringExact("")), attribute("monthly_task_limit", knownvalue.Int64Exact(0)),
				},
				Check: func(*terraform.State) error {
					if w := inTray(t, env, "sales-prod"); w.Description != nil || w.MonthlyTaskLimit != nil {
						t.Errorf("Tray still has description %v and task limit %v", w.Description, w.MonthlyTaskLimit)
					}
					return nil
				},
			}, resource.TestStep{Config: env.Config("locals {}"), Check: onlyShared(t, env)})
			acctest.Test(t, env, steps...)
		})
	}
}

func TestWorkspace_settingsOfTheProviderNeedNoRequest(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(`resource "tray_workspace" "a" { name = "sales" }`)},
		resource.TestStep{
			PreConfig: env.ClearRequests,
			Config: env.Config(`resource "tray_workspace" "a" {
  name          = "sales"
  force_destroy = true
}`),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				log := env.Requests()
				if log.Count("", "/management/**") != 0 || len(log.Writes()) != 0 {
					t.Errorf("changing deletion_protection asked Tray for more than the list:\n%s", log)
				}
				return nil
			},
		})
}

func TestWorkspace_thatExistsIsImported(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	id := inTray(t, env, "sales").ID
	hcl := `resource "tray_workspace" "a" { name = "sales" }`
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(hcl), PlanOnly: true, ExpectError: says("TRAY012", `"sales" exists already`, "import {", "to = tray_workspace.<name>", `id = "`+id+`"`)},
		resource.TestStep{Config: env.Config(hcl + "\nimport {\n  to = tray_workspace.a\n  id = \"sales\"\n}"), Check: onlyShared(t, env, "sales")})
}

func TestWorkspace_thatExistsIsNotCreatedWhenTheNameIsKnownAtApply(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(`resource "terraform_data" "name" { input = "sales" }
resource "tray_workspace" "a" { name = terraform_data.name.output }`),
		ExpectError: says("TRAY012", `"sales" exists already`),
	})
	onlyShared(t, env, "sales")(nil)
}

func TestWorkspace_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(`resource "terraform_data" "in" {
  input = { name = "sales", description = "What sales runs on", limit = 10 }
}
resource "tray_workspace" "a" {
  name               = terraform_data.in.output.name
  description        = terraform_data.in.output.description
  monthly_task_limit = terraform_data.in.output.limit
}`),
		ConfigStateChecks: []statecheck.StateCheck{
			attribute("description", knownvalue.StringExact("What sales runs on")), attribute("monthly_task_limit", knownvalue.Int64Exact(10)),
		},
	})
}

func TestWorkspace_deletedElsewhereIsCreatedAgain(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	hcl := env.Config(`resource "tray_workspace" "a" { name = "sales" }`)
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{
			PreConfig: func() { env.Control(http.MethodDelete, "ui/workspaces/sales", nil) },
			Config:    hcl, ConfigPlanChecks: action(plancheck.ResourceActionCreate), Check: onlyShared(t, env, "sales"),
		})
}

func TestWorkspace_changedElsewhereIsDrift(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	hcl := env.Config(`resource "tray_workspace" "a" {
  name        = "sales"
  description = "What sales runs on"
}`)
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{ // an argument that is not written is not drift
			PreConfig: func() { env.Control(http.MethodPatch, "ui/workspaces/sales", body{"monthlyTaskLimit": 7}) },
			Config:    hcl, ConfigPlanChecks: action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{attribute("monthly_task_limit", knownvalue.Int64Exact(7))},
		},
		resource.TestStep{
			PreConfig: func() {
				env.Control(http.MethodPatch, "ui/workspaces/sales", body{"name": "old sales", "description": "gone"})
			},
			Config: hcl, ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				w := inTray(t, env, "sales")
				if w.Description == nil || *w.Description != "What sales runs on" || w.MonthlyTaskLimit == nil || *w.MonthlyTaskLimit != 7 {
					t.Errorf("Tray has %+v", w)
				}
				return nil
			},
		})
}

func TestWorkspace_replacedOnDemand(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	hcl := env.Config(`resource "tray_workspace" "a" { name = "sales" }`)
	differ := statecheck.CompareValue(compare.ValuesDiffer())
	acctest.Test(t, env,
		resource.TestStep{Config: hcl, ConfigStateChecks: []statecheck.StateCheck{differ.AddStateValue(address, tfjsonpath.New("id"))}},
		resource.TestStep{
			Config: hcl, Taint: []string{address}, ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate), Check: onlyShared(t, env, "sales"),
			ConfigStateChecks: []statecheck.StateCheck{differ.AddStateValue(address, tfjsonpath.New("id"))},
		})
}

func TestWorkspace_renamedToATakenNameIsRefusedInThePlan(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "finance"})
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(`resource "tray_workspace" "a" { name = "sales" }`)},
		resource.TestStep{
			Config: env.Config(`resource "tray_workspace" "a" { name = "finance" }`), PlanOnly: true,
			ExpectError: says("Could not rename the workspace", `"finance"`),
		})
}

func TestWorkspace_refusedByTheServer(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Plan("pro"))
	for _, name := range []string{"one", "two", "three"} {
		env.Control(http.MethodPost, "ui/workspaces", body{"name": name})
	}
	acctest.Test(t, env, resource.TestStep{
		Config:      env.Config(`resource "tray_workspace" "a" { name = "four" }`),
		ExpectError: says("Could not create the workspace", "HTTP 403"),
	})
}

func TestWorkspace_faultThenSuccess(t *testing.T) {
	t.Parallel()
	const create = "/management/v1/workspaces"
	for name, fault := range acctest.Some(t, map[string]acctest.Fault{
		"lost before": {Method: "POST", Path: create, Drop: "before"},
		"lost after":  {Method: "POST", Path: create, Drop: "after"},
		"truncated":   {Method: "POST", Path: create, Truncate: true},
		"500":         {Method: "POST", Path: create, Status: 500},
		"403":         {Method: "POST", Path: create, Status: 403},
	}, "lost after", "500") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			fault.Times = 1
			env.Fault(fault)
			dir := env.Layout(t, acctest.Terraform, "")
			dir.Write("main.tf", env.Config(`resource "tray_workspace" "a" { name = "sales" }`))
			if first := dir.Run("apply", "-auto-approve"); first.Code != 0 {
				env.ClearFaults()
				dir.Apply()
			}
			dir.NoChanges()
			onlyShared(t, env, "sales")(nil)
		})
	}
}
