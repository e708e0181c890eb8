package organization_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const organizationsPath = "/management/v1/organizations"

// there is an organization as the operator sees it.
type there struct {
	ID, Name, Plan, OwnerEmail string
	Embedded, SSO              bool
	UserCount                  int
}

// inSandbox lists the organizations but the first.
func inSandbox(t testing.TB, env *acctest.Env) map[string]there {
	t.Helper()
	var list struct{ Elements []there }
	env.ControlAs(env.Operator, http.MethodGet, organizationsPath+"?first=100", nil, &list)
	all := map[string]there{}
	for _, o := range list.Elements[1:] {
		if _, twice := all[o.Name]; twice {
			t.Errorf("there are two organizations named %q", o.Name)
		}
		all[o.Name] = o
	}
	return all
}

var operator = []acctest.Option{acctest.Organization("Acme", "boss@example.com"), acctest.Operator()}

// operated is a sandbox whose provider is an operator's.
func operated(t *testing.T, more ...acctest.Option) *acctest.Env {
	t.Helper()
	return acctest.Start(t, append(more, operator...)...)
}

var layouts = map[string][]acctest.Option{"over http": nil, "in process": {acctest.InProcess()}}

func staging(arguments ...string) string {
	return "resource \"tray_organization\" \"a\" {\n  owner_email = \"platform@acme.example\"\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

func TestOrganizationOperated_lifecycle(t *testing.T) {
	t.Parallel()
	for layout, opts := range acctest.Wires(t, layouts, "in process") {
		t.Run(layout, func(t *testing.T) {
			acctest.OnBoth(t, aliases, livesAndDies, append(opts, operator...)...)
		})
	}
}

// aliases is a layout that may have several provider blocks: served from the test's own
// process, all of them would be one.
func aliases(t *testing.T, cli string, opts ...acctest.Option) acctest.Desk {
	t.Helper()
	dir := acctest.Start(t, opts...).Desk(t, cli, "")
	dir.Process().Init()
	return dir
}

// livesAndDies takes an organization from its creation to its end, with people in it
// for a while.
func livesAndDies(dir acctest.Desk) {
	t, env := dir.T, dir.Env
	write := func(text ...string) { dir.Write("main.tf", strings.Join(text, "\n")) }
	before := env.State()

	write(staging(`name = "Acme (staging)"`, `embedded = true`))
	dir.Apply()
	dir.NoChanges()
	got := dir.Resources()[address]
	made := inSandbox(t, env)["Acme (staging)"]
	want := there{ID: made.ID, Name: "Acme (staging)", Plan: "enterprise", OwnerEmail: "platform@acme.example", Embedded: true, UserCount: 1}
	if made != want || got["id"] != made.ID || got["adopted"] != false || got["plan"] != "enterprise" || got["organization_workspace_id"] == nil ||
		got["embedded_workspace_id"] == nil || got["deletion_protection"] != false {
		t.Errorf("made %+v, the state holds %v", made, got)
	}

	write(staging(`name = "Acme (prod)"`, `plan = "team"`, `sso = true`, `embedded = true`))
	dir.Apply()
	dir.NoChanges()
	if now := inSandbox(t, env)["Acme (prod)"]; now.ID != made.ID || now.Plan != "team" || !now.SSO {
		t.Errorf("changed to %+v", now)
	}
	importsAgain(dir, "Acme (prod)", made.ID)

	alias := env.ProviderOf("prod", "Acme (prod)", "platform@acme.example")
	person := "resource \"tray_user\" \"ana\" {\n  provider = tray.prod\n  email = \"ana@acme.example\"\n  organization_role = \"Viewer\"\n}"
	resource := []string{`name = "Acme (prod)"`, `plan = "team"`, `sso = true`, `embedded = true`, `deletion_protection = false`}
	write(staging(append(resource[:4:4], "deletion_protection = true")...), alias, person)
	dir.Apply()
	owner := env.OwnerOf("Acme (prod)", "platform@acme.example")
	env.ControlAs(owner, http.MethodPost, "invites/ana@acme.example/accept", body{})
	dir.Apply()
	dir.NoChanges()
	if users := env.StateAs(owner).Roles(); users["ana@acme.example"] != "Viewer" || len(users) != 2 {
		t.Errorf("in the organization are %v", users)
	}
	if after := env.State(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the first organization has changed: %+v", after)
	}

	refuses := func(texts ...string) {
		t.Helper()
		if got := dir.Run("plan"); got.Code != 1 || !says(texts...).MatchString(got.Text()) {
			t.Errorf("the plan ended with %d and does not refuse with %q:\n%s", got.Code, texts, got.Text())
		}
	}
	write(alias, person)
	refuses("Could not delete the organization", `"Acme (prod)" is protected`, "Set deletion_protection = false", "destroy again")
	write(staging(resource...), alias, person)
	dir.Apply()
	write(alias, person)
	refuses("Could not delete the organization", "it has 1 user(s) besides its Owner and 0 shared workspace(s)", "in an apply of its own")
	write(staging(resource...), alias)
	dir.Apply()
	write("")
	refuses("it has 0 user(s) besides its Owner and 1 shared workspace(s)", "A deleted person leaves a shared workspace")
	env.ControlAs(owner, http.MethodDelete, "ui/workspaces/Ana", nil)
	noTokenIn(dir, owner, env.Operator, env.Owner)
	dir.Apply()
	if left := inSandbox(t, env); len(left) != 0 {
		t.Errorf("there still is %v", left)
	}
}

// importsAgain takes the organization out of the state and imports it by id and by name.
func importsAgain(dir acctest.Desk, name, id string) {
	t := dir.T
	t.Helper()
	for _, by := range []string{name, id} {
		dir.Run("state", "rm", address)
		if got := dir.Run("import", "-input=false", address, by); got.Code != 0 {
			t.Fatalf("importing %s: %s", by, got.Text())
		}
		dir.NoChanges()
	}
	dir.Run("state", "rm", address)
	dir.Write("import.tf", "import {\n  to = "+address+"\n  id = \""+name+"\"\n}")
	if got := dir.Apply(); !says("1 imported, 0 added, 0 changed, 0 destroyed").MatchString(got.Text()) {
		t.Errorf("the import block did:\n%s", got.Text())
	}
	if err := os.Remove(filepath.Join(dir.Dir, "import.tf")); err != nil {
		t.Fatal(err)
	}
}

func noTokenIn(dir acctest.Desk, tokens ...string) {
	t := dir.T
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir.Dir, "terraform.tfstate*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no state: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, token := range tokens {
			if strings.Contains(string(text), token) {
				t.Errorf("%s holds a token", filepath.Base(file))
			}
		}
	}
}

func TestOrganizationOperated_planAndImports(t *testing.T) {
	t.Parallel()
	for layout, opts := range acctest.Wires(t, layouts) {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			env := operated(t, opts...)
			bare := staging(`name = "Acme (dev)"`)
			unknown := does(address, plancheck.ResourceActionCreate)
			for _, attribute := range []string{"id", "organization_workspace_id"} {
				unknown.PreApply = append(unknown.PreApply, plancheck.ExpectUnknownValue(address, tfjsonpath.New(attribute)))
			}
			for attribute, check := range map[string]knownvalue.Check{
				"adopted": knownvalue.Bool(false), "plan": knownvalue.StringExact("enterprise"), "embedded": knownvalue.Bool(false),
				"sso": knownvalue.Bool(false), "embedded_workspace_id": knownvalue.Null(), "deletion_protection": knownvalue.Bool(false),
			} {
				unknown.PreApply = append(unknown.PreApply, plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check))
			}
			steps := []resource.TestStep{{Config: env.Config(bare), ConfigPlanChecks: unknown, ConfigStateChecks: has(address, nil)}}
			steps = append(steps, imports(env, bare, address, "Acme (dev)")...)
			steps = append(steps,
				resource.TestStep{
					Config: env.Config(bare), ResourceName: address, ImportState: true, ImportStateId: "Umbrella",
					ExpectError: says("Could not import the organization", `no organization with the name or id "Umbrella"`, `"Acme", "Acme (dev)"`),
				},
				resource.TestStep{Config: env.Config(staging(`name = "Acme (dev)"`, "deletion_protection = false"))},
				resource.TestStep{Config: env.Config(`locals {}`)})
			acctest.Test(t, env, steps...)
		})
	}
}

// A replacement deletes, so what stands against a deletion stands against it.
func TestOrganizationOperated_replacingOneIsDeletingIt(t *testing.T) {
	t.Parallel()
	env := operated(t)
	dir := env.Desk(t, acctest.Terraform, "")
	write := func(protected string) {
		dir.Write("main.tf", staging(`name = "Dev"`, "deletion_protection = "+protected))
	}
	write("true")
	dir.Apply()
	id := inSandbox(t, env)["Dev"].ID
	refuses := func(text string, args ...string) {
		t.Helper()
		if got := dir.Run(args...); got.Code != 1 || !says("Could not delete the organization", text).MatchString(got.Text()) {
			t.Errorf("%v ended with %d:\n%s", args, got.Code, got.Text())
		}
	}
	refuses("deletion_protection is true", "plan", "-replace="+address)
	dir.Run("taint", address)
	refuses("deletion_protection is true", "plan")
	refuses("deletion_protection is true", "apply", "-auto-approve")
	dir.Run("untaint", address)
	write("false")
	dir.Apply()
	env.ControlAs(env.OwnerOf("Dev", "platform@acme.example"), http.MethodPost, "ui/workspaces", body{"name": "Finance"})
	refuses("1 shared workspace(s)", "plan", "-replace="+address)
	env.ControlAs(env.OwnerOf("Dev", "platform@acme.example"), http.MethodDelete, "ui/workspaces/Finance", nil)
	dir.Apply("-replace=" + address)
	dir.NoChanges()
	if now := inSandbox(t, env)["Dev"].ID; now == "" || now == id {
		t.Errorf("the id was %s and is %s", id, now)
	}
}

func TestOrganizationOperated_whatCannotBeIsRefusedInThePlan(t *testing.T) {
	t.Parallel()
	env := operated(t)
	env.ControlAs(env.Operator, http.MethodPost, organizationsPath, body{"name": "Taken", "ownerEmail": "x@acme.example"})
	taken := inSandbox(t, env)["Taken"].ID
	refused := func(arguments string, text ...string) resource.TestStep {
		return resource.TestStep{
			Config:   env.Config("resource \"tray_organization\" \"a\" {\n" + arguments + "\n}"),
			PlanOnly: true, ExpectError: says(text...),
		}
	}
	exists := []string{`TRAY012: It exists already`, `An organization named "Taken" exists already`, "to = tray_organization.<name>", `id = "` + taken + `"`}
	steps := []resource.TestStep{
		refused("name = \"New\"", "Could not create the organization", "owner_email is missing"),
		refused("name = \"Taken\"\nowner_email = \"x@acme.example\"", exists...),
		refused("name = \"Acme\"\nowner_email = \"x@acme.example\"", "TRAY012"),
		{Config: env.Config(staging(`name = "New"`))},
		refused("name = \"Taken\"\nowner_email = \"platform@acme.example\"", "Could not rename the organization", taken, `is named "Taken" already`),
		refused("name = \"New\"\nowner_email = \"other@acme.example\"", "TRAY001: The organization has another Owner", `In Tray owner_email is "platform@acme.example"`, "ask Tray to hand it over"),
		refused("name = \"New\"\nembedded = true", "whether the organization is Embedded", "In Tray embedded is false", "part of what was bought"),
		{
			PreConfig: func() {
				owner := env.OwnerOf("New", "platform@acme.example")
				for n := range 4 {
					env.ControlAs(owner, http.MethodPost, "/management/v1/workspaces", body{"name": fmt.Sprint("W", n)})
				}
			},
			Config: env.Config(staging(`name = "New"`)), ConfigPlanChecks: does(address, plancheck.ResourceActionNoop),
		},
		refused("name = \"New\"\nplan = \"pro\"", "Could not change the organization's plan", "pro includes 3 shared workspaces, and the organization has 4"),
		{Config: env.Config(staging(`name = "New"`, `plan = "team"`))},
		{ // to be able to end
			PreConfig: func() {
				owner := env.OwnerOf("New", "platform@acme.example")
				for n := range 4 {
					env.ControlAs(owner, http.MethodDelete, fmt.Sprint("ui/workspaces/W", n), nil)
				}
			},
			Config: env.Config(staging(`name = "New"`, "deletion_protection = false")),
		},
	}
	acctest.Test(t, env, steps...)
	if log := env.Requests(); log.Count("POST", organizationsPath) != 2 { // Taken and New
		t.Errorf("more was created:\n%s", log.Writes())
	}
}

// An operator who declares anything but organizations hears it in the plan, whatever
// that asks of Tray.
func TestOrganizationOperated_nothingElseCanBeManaged(t *testing.T) {
	t.Parallel()
	for layout, opts := range acctest.Wires(t, layouts) {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			env := operated(t, opts...)
			said := says("An operator belongs to no organization", "Use a token of the organization")
			steps := []resource.TestStep{}
			for _, hcl := range []string{
				"resource \"tray_user\" \"a\" {\n  email = \"a@acme.example\"\n  organization_role = \"Viewer\"\n}",
				"resource \"tray_workspace\" \"a\" {\n  name = \"Finance\"\n}",
				settings(`alerting_workflow_id = "w-1"`),
				"resource \"tray_workspace_member\" \"a\" {\n  workspace_id = \"w\"\n  email = \"a@acme.example\"\n  role = \"Viewer\"\n}",
				"resource \"tray_workspace_members\" \"a\" {\n  workspace_id = \"w\"\n  members = { \"a@acme.example\" = \"Viewer\" }\n}",
			} {
				steps = append(steps, resource.TestStep{Config: env.Config(hcl), PlanOnly: true, ExpectError: said})
			}
			for _, hcl := range []string{`data "tray_organization" "a" {}`, `data "tray_users" "a" {}`, `data "tray_workspaces" "a" {}`} {
				steps = append(steps, resource.TestStep{Config: env.Config(hcl), PlanOnly: true, ExpectError: says("An operator opens, changes and closes organizations and belongs to none", "HTTP 403")})
			}
			acctest.Test(t, env, steps...)
			if writes := env.Requests().Writes(); len(writes) != 0 {
				t.Errorf("something was written:\n%s", writes)
			}
		})
	}
}
