package organization_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// Whatever happens to the create, the next apply converges and there never are two.
func TestOrganizationOperated_faultThenSuccess(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]acctest.Fault{
		"create lost before":         {Method: "POST", Path: organizationsPath, Drop: "before"},
		"create lost after":          {Method: "POST", Path: organizationsPath, Drop: "after"},
		"create truncated":           {Method: "POST", Path: organizationsPath, Truncate: true},
		"create 500":                 {Method: "POST", Path: organizationsPath, Status: 500},
		"create 500 although done":   {Method: "POST", Path: organizationsPath, Status: 500, AfterCommit: true},
		"create 502 although done":   {Method: "POST", Path: organizationsPath, Status: 502, AfterCommit: true},
		"create 403":                 {Method: "POST", Path: organizationsPath, Status: 403},
		"change lost after":          {Method: "PATCH", Path: organizationsPath + "/*", Drop: "after"},
		"change 500":                 {Method: "PATCH", Path: organizationsPath + "/*", Status: 500},
		"list 403":                   {Method: "GET", Path: organizationsPath, Status: 403},
		"list 503, not read at once": {Method: "GET", Path: organizationsPath, Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := operated(t)
			dir := env.Desk(t, acctest.Terraform, "")
			apply := func(hcl string) {
				dir.Write("main.tf", hcl)
				if first := dir.Run("apply", "-auto-approve"); first.Code != 0 {
					dir.Apply()
				}
				dir.NoChanges()
			}
			fault.Times = 1
			env.Fault(fault)
			apply(staging(`name = "Acme (dev)"`))
			apply(staging(`name = "Acme (dev2)"`, `plan = "pro"`, "deletion_protection = false"))
			if all := inSandbox(t, env); len(all) != 1 || all["Acme (dev2)"].Plan != "pro" {
				t.Errorf("there are %v", all)
			}
			if env.Requests().Count(fault.Method, fault.Path) == 0 {
				t.Error("the fault met nothing")
			}
			env.Fault(acctest.Fault{Method: "DELETE", Path: organizationsPath + "/*", Drop: "after", Times: 1})
			dir.Destroy()
			if all := inSandbox(t, env); len(all) != 0 {
				t.Errorf("there still are %v", all)
			}
		})
	}
}

func TestOrganizationOperated_changedElsewhere(t *testing.T) {
	t.Parallel()
	env := operated(t)
	hcl := env.Config(staging(`name = "Acme (dev)"`, "deletion_protection = false"))
	acctest.Test(t, env,
		resource.TestStep{Config: hcl},
		resource.TestStep{
			PreConfig: func() {
				owner := env.OwnerOf("Acme (dev)", "platform@acme.example")
				env.ControlAs(owner, http.MethodPatch, "/management/v1/organization", body{"name": "Ours"})
				env.ControlAs(env.Operator, http.MethodPatch, organizationsPath+"/"+inSandbox(t, env)["Ours"].ID, body{"plan": "pro"})
			},
			Config: hcl, ConfigPlanChecks: does(address, plancheck.ResourceActionUpdate), // the name; a plan that is not written is not drift
			ConfigStateChecks: has(address, map[string]knownvalue.Check{"plan": knownvalue.StringExact("pro"), "name": knownvalue.StringExact("Acme (dev)")}),
		},
		resource.TestStep{
			PreConfig: func() {
				env.ControlAs(env.Operator, http.MethodDelete, organizationsPath+"/"+inSandbox(t, env)["Acme (dev)"].ID, nil)
			},
			Config: hcl, ConfigPlanChecks: does(address, plancheck.ResourceActionCreate),
		})
}

func TestOrganizationOperated_unknownInputs(t *testing.T) {
	t.Parallel()
	env := operated(t)
	given := func(name, owner string) string {
		return env.Config(`resource "terraform_data" "in" {
  input = { name = "` + name + `", owner = "` + owner + `", plan = "team", embedded = true }
}
resource "tray_organization" "a" {
  name                = terraform_data.in.output.name
  owner_email         = terraform_data.in.output.owner
  plan                = terraform_data.in.output.plan
  embedded            = terraform_data.in.output.embedded
  deletion_protection = false
}`)
	}
	acctest.Test(t, env,
		resource.TestStep{Config: given("Acme", "a@acme.example"), ExpectError: says("TRAY012", `named "Acme" exists already`)},
		resource.TestStep{Config: given("Dev", "a@acme.example"), Check: func(*terraform.State) error {
			if o := inSandbox(t, env)["Dev"]; o.Plan != "team" || !o.Embedded {
				t.Errorf("made %+v", o)
			}
			return nil
		}},
		resource.TestStep{Config: given("Dev", "b@acme.example"), ExpectError: says("TRAY001")},
		resource.TestStep{Config: given("Dev", "a@acme.example")})
}

// A token of the organization reads what an operator created, and deletes nothing.
func TestOrganizationOperated_aTokenOfTheOrganizationDoesNotDeleteIt(t *testing.T) {
	t.Parallel()
	env := operated(t)
	dir := env.Desk(t, acctest.Terraform, "")
	hcl := staging(`name = "Acme (dev)"`, "deletion_protection = false")
	dir.Write("main.tf", hcl)
	dir.Apply()
	asOwner := strings.Replace(env.ProviderOf("x", "Acme (dev)", "platform@acme.example"), "  alias    = \"x\"\n", "", 1)
	dir.Write("provider.tf", asOwner)
	dir.NoChanges()
	if got := dir.Run("destroy", "-auto-approve"); got.Code != 1 || !says("Could not delete the organization", "takes one to delete it").MatchString(got.Text()) {
		t.Errorf("the destroy ended with %d:\n%s", got.Code, got.Text())
	}
	dir.Guard("")
	dir.Destroy()
	if all := inSandbox(t, env); len(all) != 0 {
		t.Errorf("there still are %v", all)
	}
}

// What appears between the plan and the apply is not taken over.
func TestOrganizationOperated_refusedByTheServer(t *testing.T) {
	t.Parallel()
	env := operated(t)
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", staging(`name = "Dev"`))
	dir.Run("plan", "-out=plan.bin")
	env.ControlAs(env.Operator, http.MethodPost, organizationsPath, body{"name": "Dev", "ownerEmail": "x@acme.example"})
	if got := dir.Run("apply", "plan.bin"); got.Code != 1 || !says("TRAY012", `named "Dev" exists already`).MatchString(got.Text()) {
		t.Errorf("the apply ended with %d:\n%s", got.Code, got.Text())
	}
	dir.Write("main.tf", staging(`name = "Dev2"`, "deletion_protection = false"))
	dir.Apply()
	dir.Run("plan", "-destroy", "-out=plan.bin")
	owner := env.OwnerOf("Dev2", "platform@acme.example")
	env.ControlAs(owner, http.MethodPost, "ui/users", body{"email": "ana@acme.example", "role": "Viewer"})
	if got := dir.Run("apply", "plan.bin"); got.Code != 1 || !says("Could not delete the organization", "1 users (ana@acme.example)", "HTTP 409", "an apply of its own").MatchString(got.Text()) {
		t.Errorf("the destroy ended with %d:\n%s", got.Code, got.Text())
	}
}

func TestOrganizationOperated_generatedConfigurationNeedsNoChange(t *testing.T) {
	t.Parallel()
	env := operated(t)
	env.ControlAs(env.Operator, http.MethodPost, organizationsPath, body{"name": "Dev", "ownerEmail": "x@acme.example", "embedded": true, "plan": "team"})
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", "import {\n  to = tray_organization.a\n  id = \"Dev\"\n}")
	if got, _ := dir.Plan("-generate-config-out=generated.tf"); !says("1 to import, 0 to add, 0 to change, 0 to destroy").MatchString(got.Text()) {
		t.Errorf("the generated configuration is not what is there:\n%s", got.Text())
	}
	dir.Apply()
	dir.NoChanges()
}

func TestOrganizationOperated_unchangedOnesCostOneRequest(t *testing.T) {
	t.Parallel()
	env := operated(t)
	dir := env.Desk(t, acctest.Terraform, "")
	dir.Write("main.tf", `resource "tray_organization" "a" {
  for_each    = toset(["dev", "staging", "prod"])
  name        = "Acme (${each.key})"
  owner_email = "platform@acme.example"
}`)
	dir.Apply()
	env.ClearRequests()
	dir.NoChanges()
	if log := env.Requests(); len(log) != 2 || log.Count("GET", organizationsPath) != 1 {
		t.Errorf("want the probe and one list, got:\n%s", log)
	}
}

// One apply makes an organization and fills it: the alias refers to what is made.
func TestOrganizationOperated_isFilledInTheApplyThatMakesIt(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, aliases, func(dir acctest.Desk) {
		env := dir.Env
		person := `resource "tray_user" "ana" {
  provider          = tray.there
  email             = "ana@acme.example"
  organization_role = "Viewer"
}`
		rest := `provider "tray" {
  alias   = "there"
  sandbox = { path = "` + env.Path + `", organization = tray_organization.a.id }
}
` + staging(`name = "Dev"`, "deletion_protection = false")
		dir.Applies(rest + person)
		if pending := env.StateAs(env.OwnerOf("Dev", "platform@acme.example")).Pending(); len(pending) != 1 {
			dir.T.Errorf("invited are %v", pending)
		}
		dir.Destroy() // Nobody has accepted, so nobody is in it.
		if all := inSandbox(dir.T, env); len(all) != 0 {
			dir.T.Errorf("there still are %v", all)
		}
	}, append(operator, acctest.InProcess())...)
}
