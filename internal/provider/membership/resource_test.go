package membership_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const address = "tray_workspace_member.a"

// body is anything that a control call sends.
type body map[string]any

// office is an organization with Ana (Viewer), Bob (Contributor) and Cleo (Admin) and
// the shared workspaces sales and legal, in which the Owner is Admin.
type office struct{ acctest.Desk }

func start(t *testing.T, opts ...acctest.Option) office {
	t.Helper()
	return open(t, acctest.Chosen(), opts...)
}

func open(t *testing.T, cli string, opts ...acctest.Option) office {
	t.Helper()
	env := acctest.Start(t, opts...)
	for email, role := range map[string]string{"ana@example.com": "Viewer", "bob@example.com": "Contributor", "cleo@example.com": "Admin"} {
		env.Control(http.MethodPost, "ui/users", body{"email": email, "name": email[:3], "role": role})
	}
	for _, name := range []string{"sales", "legal"} {
		env.Control(http.MethodPost, "ui/workspaces", body{"name": name})
	}
	return office{env.Desk(t, cli, "")}
}

// test is acctest's, of which each configuration gets the provider's block.
func (o office) test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	for i := range steps {
		if steps[i].Config != "" {
			steps[i].Config = o.Env.Config(steps[i].Config)
		}
	}
	acctest.Test(t, o.Env, steps...)
}

// member is a configuration of one membership. Ids are filled in for {name}.
func (o office) member(arguments ...string) string {
	o.T.Helper()
	return o.Fill("resource \"tray_workspace_member\" \"a\" {\n  " + strings.Join(arguments, "\n  ") + "\n}\n")
}

const (
	inSales = `workspace_id = "{sales}"`
	ana     = `email = "ana@example.com"`
	viewer  = `role = "Viewer"`
)

// has checks the role of a person in a workspace, "" for none.
func (o office) has(workspace, email, role string) func(*terraform.State) error {
	return func(*terraform.State) error {
		o.T.Helper()
		if got := o.Env.State().Access("")[workspace+"/"+email]; got != role {
			o.T.Errorf("%s is %q in %s, want %q", email, got, workspace, role)
		}
		return nil
	}
}

// says is acctest's, which most tests here need.
var says = acctest.Says

func attribute(name string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
}

func text(name, want string) statecheck.StateCheck {
	return attribute(name, knownvalue.StringExact(want))
}

func identity(values map[string]knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectIdentity(address, values)
}

func action(want plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}, more...)}
}

func planned(name string, want knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
}

// imported are the ways to import that must give the state that a create gave.
func imported(config string, ids ...string) []resource.TestStep {
	steps := []resource.TestStep{{Config: config, ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity}}
	for _, id := range ids {
		steps = append(steps, resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: id, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "user_id",
		}, resource.TestStep{
			Config: config, ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateIdFunc: func(*terraform.State) (string, error) { return id, nil },
		})
	}
	return steps
}

func TestMember_lifecycle(t *testing.T) {
	t.Parallel()
	for name, opts := range acctest.Wires(t, map[string][]acctest.Option{
		"full lists": nil, "sparse lists": {acctest.Sparse()}, "types as objects": {acctest.TypesAsObjects()},
		"live": {acctest.NoManagement(), acctest.Sparse(), acctest.TypesAsObjects()}, "in process": {acctest.InProcess()},
	}, "live", "in process") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := start(t, opts...)
			first := o.member(inSales, ana, viewer)
			steps := []resource.TestStep{{
				Config: first,
				ConfigPlanChecks: action(plancheck.ResourceActionCreate,
					planned("user_id", knownvalue.StringExact(o.ID("ana@example.com"))), planned("status", knownvalue.StringExact("active"))),
				ConfigStateChecks: []statecheck.StateCheck{
					text("user_id", o.ID("ana@example.com")), text("email", "ana@example.com"), text("role", "Viewer"), text("status", "active"),
					identity(map[string]knownvalue.Check{
						"workspace_id": knownvalue.StringExact(o.ID("sales")), "email": knownvalue.StringExact("ana@example.com"), "user_id": knownvalue.Null(),
					}),
				},
				Check: o.has("sales", "ana@example.com", "Viewer"),
			}}
			steps = append(steps, imported(first, "sales/ana@example.com", o.ID("sales")+"/"+o.ID("ana@example.com"), o.ID("sales")+"/Ana@Example.com")...)
			steps = append(steps, resource.TestStep{
				Config: o.member(inSales, ana, `role = "Admin"`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				Check: o.has("sales", "ana@example.com", "Admin"),
			}, resource.TestStep{ // another spelling of an address is written down, one of a role is no change, and nothing is sent
				PreConfig: o.Env.ClearRequests,
				Config:    o.member(inSales, `email = "Ana@Example.COM"`, `role = "admin"`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{text("email", "Ana@Example.COM"), text("role", "Admin")},
				Check: func(*terraform.State) error {
					if writes := o.Env.Requests().Writes(); len(writes) != 0 {
						t.Errorf("a change of spelling was sent:\n%s", writes)
					}
					return nil
				},
			}, resource.TestStep{
				Config:           o.member(inSales, `email = "bob@example.com"`, viewer),
				ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate, planned("user_id", knownvalue.StringExact(o.ID("bob@example.com")))),
				ConfigStateChecks: []statecheck.StateCheck{identity(map[string]knownvalue.Check{
					"workspace_id": knownvalue.StringExact(o.ID("sales")), "email": knownvalue.StringExact("bob@example.com"), "user_id": knownvalue.Null(),
				})},
				Check: resource.ComposeTestCheckFunc(o.has("sales", "ana@example.com", ""), o.has("sales", "bob@example.com", "Viewer")),
			}, resource.TestStep{
				Config:           o.member(`workspace_id = "{legal}"`, `email = "bob@example.com"`, viewer),
				ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
				Check:            resource.ComposeTestCheckFunc(o.has("sales", "bob@example.com", ""), o.has("legal", "bob@example.com", "Viewer")),
			}, resource.TestStep{
				Config: "locals {}", Check: o.has("legal", "bob@example.com", ""),
			})
			o.test(t, steps...)
		})
	}
}

func TestMember_byUserID(t *testing.T) {
	t.Parallel()
	o := start(t)
	byID := o.member(inSales, `user_id = "{ana@example.com}"`, viewer)
	steps := []resource.TestStep{{
		Config: byID,
		ConfigStateChecks: []statecheck.StateCheck{
			text("email", "ana@example.com"), text("status", "active"),
			identity(map[string]knownvalue.Check{
				"workspace_id": knownvalue.StringExact(o.ID("sales")), "email": knownvalue.Null(), "user_id": knownvalue.StringExact(o.ID("ana@example.com")),
			}),
		},
	}}
	steps = append(steps, imported(byID, "sales/"+o.ID("ana@example.com"), "sales/ana@example.com")...)
	steps = append(steps,
		resource.TestStep{Config: o.member(inSales, ana, viewer), ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: o.member(inSales, ana, `user_id = "{ana@example.com}"`, viewer), ConfigPlanChecks: action(plancheck.ResourceActionNoop)},
		resource.TestStep{
			Config: o.member(inSales, `user_id = "{bob@example.com}"`, viewer), ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{text("email", "bob@example.com")},
		})
	o.test(t, steps...)
}

func TestMember_mistakesAreSaidInThePlan(t *testing.T) {
	t.Parallel()
	o := start(t)
	var organization string
	for _, w := range o.Env.State().Workspaces {
		if w.Type == "Organization" {
			organization = w.ID
		}
	}
	fails := func(want *regexp.Regexp, arguments ...string) resource.TestStep {
		return resource.TestStep{Config: o.member(arguments...), PlanOnly: true, ExpectError: want}
	}
	o.test(t,
		fails(says("Unknown workspace role", `no role "Boss"`, `"Viewer"`), inSales, ana, `role = "Boss"`),
		fails(says("TRAY002", "cleo@example.com is Admin of the organization", `role = "Admin"`), inSales, `email = "cleo@example.com"`, viewer),
		fails(says("Could not find the workspace", `no workspace with the id "00000000-0000-4000-8000-000000000000" that the token can see`), `workspace_id = "00000000-0000-4000-8000-000000000000"`, ana, viewer),
		fails(says("This workspace takes no members", "is the Organization workspace"), `workspace_id = "`+organization+`"`, ana, viewer),
		fails(says("name two people", "ana@example.com, not bob@example.com"), inSales, `user_id = "{ana@example.com}"`, `email = "bob@example.com"`, viewer),
		fails(says("TRAY009", "user id"), inSales, `user_id = "00000000-0000-4000-8000-000000000000"`, viewer),
		fails(says("Nobody is named"), inSales, viewer),
		fails(says("Not an e-mail address"), inSales, `email = "Ana <ana@example.com>"`, viewer))
	if writes := o.Env.Requests().Writes(); len(writes) != 0 {
		t.Errorf("the plans wrote to Tray:\n%s", writes)
	}
}

func TestMember_organizationAdminIsNotLoweredInAnUpdate(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.test(t,
		resource.TestStep{Config: o.member(inSales, `email = "cleo@example.com"`, `role = "Admin"`)},
		resource.TestStep{Config: o.member(inSales, `email = "cleo@example.com"`, viewer), PlanOnly: true, ExpectError: says("TRAY002")})
}

func TestMember_thatExistsWithAnotherRoleIsImported(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
	id := o.ID("sales") + "/ana@example.com"
	config := o.member(inSales, ana, `role = "Contributor"`)
	o.test(t,
		resource.TestStep{Config: config, PlanOnly: true, ExpectError: says("TRAY012", "ana@example.com is Viewer in the workspace", "to = tray_workspace_member.<name>", `id = "`+id+`"`)},
		resource.TestStep{
			Config:           config + "import {\n  to = tray_workspace_member.a\n  id = \"" + id + "\"\n}",
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: o.has("sales", "ana@example.com", "Contributor"),
		})
}

func TestMember_removedElsewhereIsAddedAgain(t *testing.T) {
	t.Parallel()
	o := start(t)
	config := o.member(inSales, ana, viewer)
	o.test(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { o.Env.Control(http.MethodDelete, "ui/workspaces/sales/members/ana@example.com", nil) },
			Config:    config, ConfigPlanChecks: action(plancheck.ResourceActionCreate), Check: o.has("sales", "ana@example.com", "Viewer"),
		})
}

func TestMember_changedElsewhereIsDrift(t *testing.T) {
	t.Parallel()
	o := start(t)
	config := o.member(inSales, ana, viewer)
	o.test(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Admin"})
			},
			Config: config, ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: o.has("sales", "ana@example.com", "Viewer"),
		})
}

func TestMember_ofADeletedWorkspaceLeavesTheState(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Write("main.tf", o.member(inSales, ana, viewer))
	o.Apply()
	o.Env.Control(http.MethodDelete, "ui/workspaces/sales", nil)
	got := o.Run("plan")
	if !says("The membership is gone from Tray", "which is gone itself").MatchString(got.Text()) || !says("Could not find the workspace").MatchString(got.Text()) {
		t.Errorf("the plan does not say that the workspace is gone:\n%s", got.Text())
	}
	o.Applies("locals {}")
}

func TestMember_newAddressOfTheSamePersonReplacesNothing(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Write("main.tf", o.member(inSales, ana, viewer))
	o.Apply()
	o.Env.Control(http.MethodPut, "ui/users/ana@example.com", body{"email": "ana.lopez@example.com"})
	o.Env.ClearRequests()
	plan, changes := o.Plan()
	if changes || !says("has another e-mail address now", `Write email = "ana.lopez@example.com"`).MatchString(plan.Text()) {
		t.Errorf("want a warning and no change:\n%s", plan.Text())
	}
	o.Write("main.tf", o.member(inSales, `email = "ana.lopez@example.com"`, viewer))
	if plan, _ := o.Plan(); !says("0 to add, 1 to change, 0 to destroy").MatchString(plan.Text()) {
		t.Errorf("the new address is not a change in place:\n%s", plan.Text())
	}
	o.Apply()
	o.NoChanges()
	if writes := o.Env.Requests().Writes(); len(writes) != 0 {
		t.Errorf("a new address was sent:\n%s", writes)
	}
}

func TestMember_replacedOnDemand(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	config := o.member(inSales, ana, viewer)
	o.Write("main.tf", config)
	o.Apply()
	o.Apply("-replace=" + address)
	o.Run("taint", address)
	o.Apply()
	o.NoChanges()
	o.wantRole("sales", "ana@example.com", "Viewer")
}

func TestMember_unknownInputs(t *testing.T) {
	t.Parallel()
	o := start(t)
	in := `resource "terraform_data" "in" {
  input = { workspace = "` + o.ID("sales") + `", email = "ana@example.com", role = "Viewer" }
}
`
	o.test(t, resource.TestStep{
		Config: in + o.member("workspace_id = terraform_data.in.output.workspace", "email = terraform_data.in.output.email", "role = terraform_data.in.output.role"),
		Check:  o.has("sales", "ana@example.com", "Viewer"),
	})
}

func TestMember_refusedByTheServer(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/bob@example.com", body{"role": "Contributor"})
	bob := `email = "bob@example.com"`
	refuse := func(method string) func() {
		return func() {
			o.Env.Fault(acctest.Fault{Method: method, Path: "/core/v1/workspaces/*/users/*", Status: 400, Body: `{"message":"Not today"}`, Times: 1})
		}
	}
	o.test(t,
		resource.TestStep{Config: o.member(inSales, bob, `role = "Contributor"`) + "import {\n  to = tray_workspace_member.a\n  id = \"sales/bob@example.com\"\n}"},
		resource.TestStep{PreConfig: refuse(http.MethodPut), Config: o.member(inSales, bob, viewer), ExpectError: says("Could not change the member's role", "Not today", "HTTP 400")},
		resource.TestStep{PreConfig: refuse(http.MethodDelete), Config: "locals {}", ExpectError: says("Could not remove the member bob@example.com", "Not today", "HTTP 400")},
		resource.TestStep{Config: "locals {}", Check: o.has("sales", "bob@example.com", "")})
}
