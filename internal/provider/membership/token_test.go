package membership_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// as makes the provider use another token.
func (o office) as(apiUser body) office {
	o.T.Helper()
	env := *o.Env
	env.Token = o.Env.NewToken(map[string]any{"api_user": apiUser})
	o.Env = &env
	o.Guard("")
	return o
}

func TestMember_withAWorkspaceAdminsToken(t *testing.T) {
	t.Parallel()
	o := start(t)
	sales, who := o.ID("sales"), o.ID("ana@example.com")
	admin := o.as(body{"name": "Sales bot", "workspace": "sales", "workspace_role": "Admin"})
	byID := `user_id = "` + who + `"`
	ws := `workspace_id = "` + sales + `"`
	admin.test(t,
		resource.TestStep{Config: admin.member(ws, ana, viewer), ExpectError: says("Could not look the person up", "HTTP 403")},
		resource.TestStep{Config: admin.member(ws, byID, viewer), Check: o.has("sales", "ana@example.com", "Viewer")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: sales + "/" + who, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "user_id"},
		resource.TestStep{Config: admin.member(ws, byID, `role = "Contributor"`), Check: o.has("sales", "ana@example.com", "Contributor")},
		resource.TestStep{Config: admin.member(`workspace_id = "`+o.ID("legal")+`"`, byID, viewer), ExpectError: says("Could not find the workspace")})
}

func TestMember_withAViewersToken(t *testing.T) {
	t.Parallel()
	o := start(t)
	byID := `user_id = "` + o.ID("ana@example.com") + `"`
	outsider := o.as(body{"name": "Outsider", "role": "Viewer"})
	outsider.test(t, resource.TestStep{Config: outsider.member(inSales, byID, viewer), ExpectError: says("no workspace with the id", "or use a token that sees it")})
	insider := o.as(body{"name": "Insider", "workspace": "sales", "workspace_role": "Viewer"})
	insider.test(t, resource.TestStep{Config: insider.member(inSales, byID, viewer), ExpectError: says("Could not", "HTTP 403")})
	o.wantRole("sales", "ana@example.com", "")
}

func TestMember_tokenKnownAtApply(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Write("provider.tf", strings.Replace(o.Env.Provider(), strconv.Quote(o.Env.Token), "terraform_data.token.output", 1))
	o.Write("main.tf", `resource "terraform_data" "token" { input = "`+o.Env.Token+`" }
resource "tray_workspace" "a" { name = "new" }
resource "tray_workspace_member" "a" {
  workspace_id = tray_workspace.a.id
  email        = "ana@example.com"
  role         = "Viewer"
}
`)
	o.Apply()
	o.NoChanges()
	o.wantRole("new", "ana@example.com", "Viewer")
}

// An older provider may have written no identity, and -refresh=false skips the read
// that would add it.
func TestMember_stateWithoutIdentityIsUpdated(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	config := func(role string) string {
		return o.member(`workspace_id = tray_workspace.a.id`, ana, `role = "`+role+`"`) + "resource \"tray_workspace\" \"a\" {\n  name = \"new\"\n  description = \"" + role + "\"\n}"
	}
	for _, role := range []string{"Viewer", "Contributor", "Admin"} {
		o.Write("main.tf", config(role))
		o.Apply("-refresh=false")
		stripIdentity(t, filepath.Join(o.Dir, "terraform.tfstate"))
	}
	o.NoChanges()
	o.wantRole("new", "ana@example.com", "Admin")
}

// stripIdentity rewrites a state file as if no provider had ever given an identity.
func stripIdentity(t *testing.T, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(raw, &state); err != nil {
		t.Fatal(err)
	}
	stripped := 0
	for _, r := range state["resources"].([]any) {
		for _, i := range r.(map[string]any)["instances"].([]any) {
			instance := i.(map[string]any)
			if _, has := instance["identity"]; has {
				stripped++
			}
			delete(instance, "identity")
			delete(instance, "identity_schema_version")
			delete(instance, "private")
		}
	}
	if stripped != 2 {
		t.Fatalf("%d of 2 resources had an identity", stripped)
	}
	if raw, err = json.Marshal(state); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMember_generatedConfigurationNeedsNoChange(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Env.Control("PUT", "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
	o.Write("main.tf", `import {
  to = tray_workspace.sales
  id = "sales"
}
import {
  to = tray_workspace_member.ana
  id = "sales/ana@example.com"
}`)
	if got, _ := o.Plan("-generate-config-out=generated.tf"); !says("2 to import, 0 to add, 0 to change, 0 to destroy").MatchString(got.Text()) {
		t.Errorf("the generated configuration is not what is there:\n%s", got.Text())
	}
	o.Apply()
	o.NoChanges()
}

func TestMember_importedByIdentityInAnySpelling(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Env.Control("PUT", "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
	for name, who := range map[string]string{
		"another letter case": `email = "ANA@example.com"`,
		"user id":             `user_id = "` + o.ID("ana@example.com") + `"`,
		"both":                `email = "ana@example.com", user_id = "` + o.ID("ana@example.com") + `"`,
	} {
		dir := o.Env.Desk(t, acctest.Terraform, "")
		dir.Write("main.tf", o.member(inSales, ana, viewer)+`import {
  to       = tray_workspace_member.a
  identity = { workspace_id = "`+o.ID("sales")+`", `+who+` }
}`)
		if got := dir.Apply(); !says("1 imported, 0 added, 0 changed, 0 destroyed").MatchString(got.Text()) {
			t.Errorf("%s: the import is not what is there:\n%s", name, got.Text())
		}
		dir.NoChanges()
	}
}

func TestMember_andItsWorkspaceComeBackTogether(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Write("main.tf", o.member(`workspace_id = tray_workspace.a.id`, ana, viewer)+`resource "tray_workspace" "a" { name = "new" }`)
	o.Apply()
	o.Env.Control("DELETE", "ui/workspaces/new", nil)
	o.Apply()
	o.NoChanges()
	o.wantRole("new", "ana@example.com", "Viewer")
	o.Destroy()
}

// Whoever may manage the members of a workspace may end their access, and one who may not says so.
func TestMember_accessEndsWithALesserToken(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	at, sales := o.in(day), `workspace_id = "`+o.ID("sales")+`"`
	admin := o.as(body{"name": "Sales bot", "workspace": "sales", "workspace_role": "Admin"})
	args := []string{sales, `user_id = "` + o.ID("ana@example.com") + `"`, viewer, "expires_at = " + at}
	admin.made(admin.member(args...))
	o.Env.Advance(day)
	viewers := o.as(body{"name": "Insider", "workspace": "sales", "workspace_role": "Viewer"})
	viewers.Fails([]string{"apply", "-input=false", "-auto-approve"}, viewers.member(args...), "HTTP 403")
	o.wantRole("sales", "ana@example.com", "Viewer")
	admin.Guard("")
	o.Apply()
	o.NoChanges()
	o.wantRole("sales", "ana@example.com", "")
}
