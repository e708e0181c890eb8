package organization_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const address = "tray_organization.a"

// body is anything that a control call sends.
type body map[string]any

// says is acctest's, which most tests here need.
var says = acctest.Says

// has checks attributes of a resource in the state.
func has(address string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	checks := []statecheck.StateCheck{statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("id"))}
	for attribute, check := range want {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check))
	}
	return checks
}

func does(address string, want plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}}
}

// imports imports a resource in every way; natural is its name.
func imports(env *acctest.Env, hcl, address, natural string) []resource.TestStep {
	return []resource.TestStep{
		{ResourceName: address, ImportState: true, ImportStateVerify: true},
		{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: natural},
		{Config: env.Config(hcl), ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		{Config: env.Config(hcl), ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	}
}

// named checks what the organization is called in Tray.
func named(t testing.TB, env *acctest.Env, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := env.State().Organization.Name; got != want {
			t.Errorf("the organization is named %q, want %q", got, want)
		}
		return nil
	}
}

func acme(t *testing.T, more ...acctest.Option) *acctest.Env {
	t.Helper()
	return acctest.Start(t, append([]acctest.Option{acctest.Organization("Acme", "boss@example.com"), acctest.Plan("team")}, more...)...)
}

func onAcme(t *testing.T, cli string, opts ...acctest.Option) acctest.Desk {
	t.Helper()
	return acme(t, opts...).Desk(t, cli, "")
}

// workspaceOf is the id of the one workspace of that type.
func workspaceOf(env *acctest.Env, kind string) string {
	for _, w := range env.State().Workspaces {
		if w.Type == kind {
			return w.ID
		}
	}
	return ""
}

func TestOrganizationResource_lifecycle(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, layouts) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acme(t, opts...)
			id := knownvalue.StringExact(env.State().Organization.ID)
			workspace := knownvalue.StringExact(workspaceOf(env, "Organization"))
			bare := `resource "tray_organization" "a" { name = "Acme" }`
			full := `resource "tray_organization" "a" {
  name        = "Acme Corp"
  owner_email = "BOSS@example.com"
  plan        = "team"
  embedded    = false
  sso         = false
}`
			facts := map[string]knownvalue.Check{
				"id": id, "adopted": knownvalue.Bool(true), "name": knownvalue.StringExact("Acme"), "owner_email": knownvalue.StringExact("boss@example.com"),
				"plan": knownvalue.StringExact("team"), "embedded": knownvalue.Bool(false), "sso": knownvalue.Bool(false),
				"organization_workspace_id": workspace, "embedded_workspace_id": knownvalue.Null(), "deletion_protection": knownvalue.Bool(false),
			}
			adopted := does(address, plancheck.ResourceActionCreate)
			for attribute, check := range facts { // all of it is known in the plan
				adopted.PreApply = append(adopted.PreApply, plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check))
			}
			steps := []resource.TestStep{{Config: env.Config(bare), ConfigPlanChecks: adopted, ConfigStateChecks: has(address, facts)}}
			steps = append(steps, imports(env, bare, address, "Acme")...)
			steps = append(steps,
				resource.TestStep{
					Config: env.Config(full), ConfigPlanChecks: does(address, plancheck.ResourceActionUpdate), Check: named(t, env, "Acme Corp"),
					ConfigStateChecks: has(address, map[string]knownvalue.Check{"id": id, "name": knownvalue.StringExact("Acme Corp")}),
				},
				resource.TestStep{
					Config: env.Config(full), Taint: []string{address}, ConfigPlanChecks: does(address, plancheck.ResourceActionDestroyBeforeCreate),
					ConfigStateChecks: has(address, map[string]knownvalue.Check{"id": id}),
				},
				resource.TestStep{Config: env.Config("locals {}"), Check: named(t, env, "Acme Corp")}) // destroyed: it stays
			acctest.Test(t, env, steps...)
		})
	}
}

func TestOrganizationResource_adoptingUnderAnotherNameWarnsAndRenames(t *testing.T) {
	t.Parallel()
	env := acme(t)
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", `resource "tray_organization" "a" { name = "Umbrella" }`)
	if got := dir.Run("plan"); got.Code != 0 || !says("The organization is renamed", `organization "Acme"`, `the name "Umbrella"`).MatchString(got.Text()) {
		t.Errorf("the plan does not warn:\n%s", got.Text())
	}
	dir.Apply()
	dir.NoChanges()
	_ = named(t, env, "Umbrella")(nil)
	destroy := dir.Destroy()
	if !says("The organization stays in Tray", "Terraform forgets Umbrella").MatchString(destroy.Text()) {
		t.Errorf("the destroy does not warn:\n%s", destroy.Text())
	}
	_ = named(t, env, "Umbrella")(nil)
}

func TestOrganizationResource_whatNoAPIChangesIsRefusedInThePlan(t *testing.T) {
	t.Parallel()
	env := acme(t)
	bare := env.Config(`resource "tray_organization" "a" { name = "Acme" }`)
	var steps []resource.TestStep
	for _, created := range []bool{false, true} {
		for argument, message := range map[string]*regexp.Regexp{
			`owner_email = "other@example.com"`: says("TRAY001: The organization has another Owner", `In Tray owner_email is "boss@example.com", here it is "other@example.com"`, "ask Tray to hand it over"),
			`plan = "enterprise"`:               says("Could not change the organization's plan", `In Tray plan is "team", here it is "enterprise"`, "ask Tray for another"),
			`embedded = true`:                   says("whether the organization is Embedded", "In Tray embedded is false", "Write embedded = false here or remove the argument"),
			`sso = true`:                        says("single sign-on", "In Tray sso is false", "open a support ticket"),
		} {
			steps = append(steps, resource.TestStep{
				Config:   env.Config("resource \"tray_organization\" \"a\" {\n  name = \"Acme\"\n  " + argument + "\n}"),
				PlanOnly: true, ExpectError: message,
			})
		}
		if !created {
			steps = append(steps, resource.TestStep{Config: bare})
		}
	}
	acctest.Test(t, env, steps...)
	if writes := env.Requests().Writes(); len(writes) != 0 {
		t.Errorf("something was written:\n%s", writes)
	}
}

func TestOrganizationResource_changedElsewhereIsDrift(t *testing.T) {
	t.Parallel()
	env := acme(t)
	hcl := env.Config(`resource "tray_organization" "a" {
  name = "Acme"
  sso  = false
}`)
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{
			PreConfig: func() { env.Control(http.MethodPatch, "/management/v1/organization", body{"name": "Other"}) },
			Config:    hcl, ConfigPlanChecks: does(address, plancheck.ResourceActionUpdate), Check: named(t, env, "Acme"),
		},
		resource.TestStep{ // what is not written is not drift
			PreConfig: func() { env.Control(http.MethodPut, "ui/users/boss@example.com", body{"email": "chief@example.com"}) },
			Config:    hcl, ConfigPlanChecks: does(address, plancheck.ResourceActionNoop),
			ConfigStateChecks: has(address, map[string]knownvalue.Check{"owner_email": knownvalue.StringExact("chief@example.com")}),
		},
		resource.TestStep{
			PreConfig: func() { env.SetOptions(body{"sso": true}) },
			Config:    hcl, PlanOnly: true, ExpectError: says("In Tray sso is true, here it is false"),
		})
}

func TestOrganizationResource_unknownInputs(t *testing.T) {
	t.Parallel()
	env := acme(t)
	given := func(plan string) string {
		return env.Config(`resource "terraform_data" "in" {
  input = { name = "Acme Corp", plan = "` + plan + `" }
}
resource "tray_organization" "a" {
  name = terraform_data.in.output.name
  plan = terraform_data.in.output.plan
}`)
	}
	acctest.Test(t, env,
		resource.TestStep{Config: given("pro"), ExpectError: says("Could not change the organization's plan", `In Tray plan is "team", here it is "pro"`)},
		resource.TestStep{Config: given("team"), Check: named(t, env, "Acme Corp")})
}

func TestOrganizationResource_renamingTakesAnAdmin(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.Token("Contributor"))
	acctest.Test(t, env,
		resource.TestStep{
			Config: env.Config(`resource "tray_organization" "a" { name = "Mine" }`), PlanOnly: true,
			ExpectError: says("Could not rename the organization", "takes the Owner or an Admin", "organization role Contributor"),
		},
		resource.TestStep{Config: env.Config(`resource "tray_organization" "a" { name = "Acme" }`)})
}

func TestOrganizationResource_importOfAnotherOneIsRefused(t *testing.T) {
	t.Parallel()
	env := acme(t)
	acctest.Test(t, env, resource.TestStep{
		Config:       env.Config(`resource "tray_organization" "a" { name = "Acme" }`),
		ResourceName: address, ImportState: true, ImportStateId: "Umbrella",
		ExpectError: says(`The token belongs to the organization "Acme", with the id`, `and not to "Umbrella"`),
	})
}

// Another organization's token proves nothing about the one in the state.
func TestOrganizationResource_tokenOfAnotherOrganizationIsAnError(t *testing.T) {
	t.Parallel()
	env, other := acme(t), acctest.Start(t, acctest.Organization("Umbrella", "boss@example.com"))
	hcl := `resource "tray_organization" "a" { name = "Acme" }`
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", hcl)
	dir.Apply()
	dir.Write("provider.tf", other.Provider())
	got := dir.Run("plan")
	if got.Code != 1 || !says("The state belongs to another organization than the token", `"Acme"`, `"Umbrella"`, `Use a token of "Acme"`).MatchString(got.Text()) {
		t.Errorf("the plan ended with %d:\n%s", got.Code, got.Text())
	}
	dir.Guard("")
	dir.NoChanges()
}

func TestOrganizationResource_faultThenSuccess(t *testing.T) {
	t.Parallel()
	const path = "/management/v1/organization"
	for name, fault := range map[string]acctest.Fault{
		"lost before":         {Method: "PATCH", Path: path, Drop: "before"},
		"lost after":          {Method: "PATCH", Path: path, Drop: "after"},
		"truncated":           {Method: "PATCH", Path: path, Truncate: true},
		"500":                 {Method: "PATCH", Path: path, Status: 500},
		"403":                 {Method: "PATCH", Path: path, Status: 403},
		"not read while read": {Method: "GET", Path: path, Status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acme(t)
			fault.Times = 1
			env.Fault(fault)
			dir := env.Desk(t, acctest.Terraform, "")
			dir.Write("main.tf", `resource "tray_organization" "a" { name = "Umbrella" }`)
			if first := dir.Run("apply", "-auto-approve"); first.Code != 0 {
				env.ClearFaults()
				dir.Apply()
			}
			dir.NoChanges()
			_ = named(t, env, "Umbrella")(nil)
		})
	}
}

func TestOrganizationResource_unchangedCostsOneRequestWithItsDataSource(t *testing.T) {
	t.Parallel()
	env := acme(t)
	hcl := `resource "tray_organization" "a" { name = "Acme" }
data "tray_organization" "a" {}`
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", hcl)
	dir.Apply()
	env.ClearRequests()
	dir.NoChanges()
	if log := env.Requests(); len(log) != 2 || log.Count("GET", "/management/v1/organization") != 1 {
		t.Errorf("want the probe and one read, got:\n%s", log)
	}
}

func TestOrganizationResourceOnALiveTray_isAdoptedByItsName(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, map[string][]acctest.Option{"full lists": nil, "sparse lists": {acctest.Sparse(), acctest.TypesAsObjects()}}, "sparse lists") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acme(t, append(opts, acctest.NoManagement())...)
			hcl := `resource "tray_organization" "a" { name = "Acme" }`
			null := knownvalue.Null()
			steps := []resource.TestStep{{
				Config: env.Config(hcl), ConfigStateChecks: has(address, map[string]knownvalue.Check{
					"id": knownvalue.StringExact(env.State().Workspaces[0].ID), "adopted": knownvalue.Bool(true),
					"plan": null, "embedded": null, "sso": null, "owner_email": null,
					"organization_workspace_id": knownvalue.StringExact(workspaceOf(env, "Organization")), "embedded_workspace_id": null,
				}),
			}}
			steps = append(steps, imports(env, hcl, address, "Acme")...)
			steps = append(steps,
				resource.TestStep{
					Config: env.Config(`resource "tray_organization" "a" { name = "Umbrella" }`), PlanOnly: true,
					ExpectError: says("Could not rename the organization", `named "Acme"`, `here it is "Umbrella"`, "in Tray's UI", "Settings > General"),
				},
				resource.TestStep{
					PreConfig: func() { env.Control(http.MethodPatch, "ui/workspaces/Acme", body{"name": "Acme Corp"}) },
					Config:    env.Config(hcl), PlanOnly: true, ExpectError: says(`named "Acme Corp"`, `Write name = "Acme Corp" here`),
				},
				resource.TestStep{Config: env.Config(`resource "tray_organization" "a" { name = "Acme Corp" }`), ConfigPlanChecks: does(address, plancheck.ResourceActionNoop)},
				resource.TestStep{Config: env.Config("locals {}")})
			acctest.Test(t, env, steps...)
			if writes := env.Requests().Writes(); len(writes) != 0 {
				t.Errorf("adopting wrote to Tray:\n%s", writes)
			}
		})
	}
}

func TestOrganizationResourceOnALiveTray_anotherNameIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.NoManagement())
	acctest.Test(t, env, resource.TestStep{
		Config: env.Config(`resource "tray_organization" "a" { name = "Umbrella" }`), PlanOnly: true,
		ExpectError: says("Could not rename the organization", `named "Acme"`, "Settings > General"),
	})
}

// What a live Tray does not tell is kept as written, and said to be unchecked once.
func TestOrganizationResourceOnALiveTray_whatItDoesNotTellIsKeptWithAWarning(t *testing.T) {
	t.Parallel()
	env := acme(t, acctest.NoManagement())
	dir := env.Desk(t, acctest.Terraform, "")
	write := func(plan string) {
		dir.Write("main.tf", "resource \"tray_organization\" \"a\" {\n  name = \"Acme\"\n  plan = \""+plan+"\"\n}")
	}
	warned := says("The organization's plan is not checked", "does not tell")
	for _, plan := range []string{"enterprise", "pro"} { // the second changes what the first wrote, which proves nothing
		write(plan)
		if got := dir.Run("plan"); got.Code != 0 || !warned.MatchString(got.Text()) {
			t.Errorf("the plan ended with %d:\n%s", got.Code, got.Text())
		}
		dir.Apply()
		if got := dir.Run("plan", "-detailed-exitcode"); got.Code != 0 || warned.MatchString(got.Text()) {
			t.Errorf("the plan after it ended with %d:\n%s", got.Code, got.Text())
		}
	}
	dir.Write("main.tf", `resource "tray_organization" "a" { name = "Acme" }
output "plan" { value = tray_organization.a.plan == null ? "nobody tells" : tray_organization.a.plan }`)
	dir.Apply()
	if got := dir.Run("output"); !says(`plan = "nobody tells"`).MatchString(got.Text()) {
		t.Errorf("what was written once stays in the state: %s", got.Text())
	}
	dir.NoChanges()
}
