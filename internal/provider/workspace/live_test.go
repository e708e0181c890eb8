package workspace_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// live is an organization as Tray serves it today: the platform API alone. It has the
// shared workspaces of those names.
func live(t *testing.T, names ...string) *acctest.Env {
	t.Helper()
	return liveWith(t, names)
}

func liveWith(t *testing.T, names []string, opts ...acctest.Option) *acctest.Env {
	t.Helper()
	env := acctest.Start(t, append(opts, acctest.NoManagement())...)
	for _, name := range names {
		env.Control(http.MethodPost, "ui/workspaces", body{"name": name})
	}
	return env
}

func TestWorkspaceOnALiveTray_isAdoptedInThePlan(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, map[string][]acctest.Option{"full lists": nil, "sparse lists": {acctest.Sparse(), acctest.TypesAsObjects()}}, "sparse lists") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			adopts(t, liveWith(t, nil, opts...))
		})
	}
}

func adopts(t *testing.T, env *acctest.Env) {
	t.Helper()
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales", "description": "What sales runs on"})
	there := inTray(t, env, "sales")
	hcl := `resource "tray_workspace" "a" { name = "sales" }`
	known := func(name string, want knownvalue.Check) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
	}
	steps := []resource.TestStep{{
		Config: env.Config(hcl),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
			known("id", knownvalue.StringExact(there.ID)), known("type", knownvalue.StringExact("Shared")), known("adopted", knownvalue.Bool(true)),
			known("description", knownvalue.StringExact("What sales runs on")), known("monthly_task_limit", knownvalue.Int64Exact(0)),
		}},
		ConfigStateChecks: []statecheck.StateCheck{attribute("adopted", knownvalue.Bool(true))},
	}}
	steps = append(steps, importSteps(env, hcl, "sales")...)
	steps = append(steps,
		resource.TestStep{ // what is there already may be written
			Config: env.Config(`resource "tray_workspace" "a" {
  name                = "sales"
  description         = "What sales runs on"
  monthly_task_limit  = 0
  deletion_protection = true
}`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{Config: env.Config("locals {}"), Check: onlyShared(t, env, "sales")}) // destroyed: it stays
	acctest.Test(t, env, steps...)
	if writes := env.Requests().Writes(); len(writes) != 0 {
		t.Errorf("adopting wrote to Tray:\n%s", writes)
	}
}

func TestWorkspaceOnALiveTray_missingOnesAreListedTogether(t *testing.T) {
	t.Parallel()
	env := live(t, "sales")
	dir := env.Layout(t, acctest.Terraform, "")
	dir.Write("main.tf", env.Config(`locals { names = { sales = 1, finance = 1, legal = 1 } }
resource "tray_workspace" "a" {
  for_each = local.names
  name     = each.key
}`))
	got := dir.Run("plan")
	if got.Code != 1 {
		t.Fatalf("the plan ended with %d, want 1:\n%s", got.Code, got.Text())
	}
	for _, text := range []string{
		"Create the workspace in Tray's UI first", "Organization settings > Workspaces",
		"choose the colour, enter the name, choose the purpose, enter the description", `"finance", "legal"`,
	} {
		if !says(text).MatchString(got.Text()) {
			t.Errorf("the plan does not say %q:\n%s", text, got.Text())
		}
	}
}

func TestWorkspaceOnALiveTray_ambiguousNameListsTheIDs(t *testing.T) {
	t.Parallel()
	env := live(t, "sales", "sales")
	var ids []string
	for _, w := range env.State().Workspaces {
		if w.Name == "sales" {
			ids = append(ids, w.ID)
		}
	}
	hcl := `resource "tray_workspace" "a" { name = "sales" }`
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(hcl), PlanOnly: true, ExpectError: says("Names are not unique", "import {", "id =")},
		resource.TestStep{Config: env.Config(hcl), ResourceName: address, ImportState: true, ImportStateId: "sales", ExpectError: says("2 shared workspaces are named")},
		resource.TestStep{
			Config:            env.Config(hcl + "\nimport {\n  to = tray_workspace.a\n  id = \"" + ids[1] + "\"\n}"),
			ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact(ids[1]))},
		})
}

func TestWorkspaceOnALiveTray_detailsThatDifferAreRefusedInThePlan(t *testing.T) {
	t.Parallel()
	env := live(t, "sales")
	wrong := `resource "tray_workspace" "a" {
  name               = "sales"
  description        = "other"
  monthly_task_limit = 5
}`
	description := says("Could not change the workspace's description", `In Tray the description is ""`, `description = ""`, "remove the argument", "Workspace details > General")
	limit := says("Could not change the workspace's monthly task limit", "In Tray the monthly task limit is 0, here it is 5", "Workspace task limit")
	name := says("Could not change the workspace's name", `Write name = "sales" here`, "rename the workspace in Tray's UI")
	acctest.Test(t, env,
		resource.TestStep{Config: env.Config(wrong), PlanOnly: true, ExpectError: description},
		resource.TestStep{Config: env.Config(wrong), PlanOnly: true, ExpectError: limit},
		resource.TestStep{Config: env.Config(`resource "tray_workspace" "a" { name = "sales" }`)},
		resource.TestStep{Config: env.Config(wrong), PlanOnly: true, ExpectError: description},
		resource.TestStep{Config: env.Config(wrong), PlanOnly: true, ExpectError: limit},
		resource.TestStep{Config: env.Config(`resource "tray_workspace" "a" { name = "other" }`), PlanOnly: true, ExpectError: name})
}

func TestWorkspaceOnALiveTray_renamedInTheUI(t *testing.T) {
	t.Parallel()
	env := live(t, "sales")
	hcl := env.Config(`resource "tray_workspace" "a" { name = "sales" }`)
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{
			PreConfig: func() { env.Control(http.MethodPatch, "ui/workspaces/sales", body{"name": "sales-prod"}) },
			Config:    hcl, PlanOnly: true,
			ExpectError: says(`In Tray the name is "sales-prod", here it is "sales"`, `Write name = "sales-prod" here`, "or rename the workspace in Tray's UI"),
		},
		resource.TestStep{Config: env.Config(`resource "tray_workspace" "a" { name = "sales-prod" }`), ConfigPlanChecks: action(plancheck.ResourceActionNoop)})
}

func TestWorkspaceOnALiveTray_deletedInTheUI(t *testing.T) {
	t.Parallel()
	env := live(t, "sales")
	hcl := env.Config(`resource "tray_workspace" "a" { name = "sales" }`)
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{
			PreConfig: func() { env.Control(http.MethodDelete, "ui/workspaces/sales", nil) },
			Config:    hcl, PlanOnly: true, ExpectError: says("Create the workspace in Tray's UI first"),
		},
		resource.TestStep{
			PreConfig: func() { env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"}) },
			Config:    hcl, ConfigPlanChecks: action(plancheck.ResourceActionCreate),
		})
}

func TestWorkspaceOnALiveTray_nameKnownAtApply(t *testing.T) {
	t.Parallel()
	env := live(t, "sales")
	named := func(name string) string {
		return env.Config(`resource "terraform_data" "in" {
  input = { name = "` + name + `" }
}
resource "tray_workspace" "a" { name = terraform_data.in.output.name }`)
	}
	acctest.Test(t, env,
		resource.TestStep{Config: named("missing"), ExpectError: says("Create the workspace in Tray's UI first", `"missing"`)},
		resource.TestStep{Config: named("sales"), ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact(inTray(t, env, "sales").ID))}})
}

func TestWorkspaceOnALiveTray_destroySaysThatItStays(t *testing.T) {
	t.Parallel()
	env := live(t, "sales")
	dir := env.Layout(t, acctest.Terraform, "")
	dir.Write("main.tf", env.Config(`resource "tray_workspace" "a" { name = "sales" }`))
	dir.Apply()
	plan := dir.Run("plan", "-destroy")
	destroy := dir.Destroy()
	for command, got := range map[string]acctest.Result{"plan": plan, "destroy": destroy} {
		if !says("The workspace stays in Tray", "Terraform forgets sales").MatchString(got.Text()) {
			t.Errorf("%s does not warn:\n%s", command, got.Text())
		}
	}
	onlyShared(t, env, "sales")(nil)
}

func TestWorkspaceOnALiveTray_replacedOnDemandAdoptsTheSame(t *testing.T) {
	t.Parallel()
	env := live(t, "sales")
	hcl := env.Config(`resource "tray_workspace" "a" { name = "sales" }`)
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{Config: hcl, Taint: []string{address}, ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact(inTray(t, env, "sales").ID))}})
}
