package membership_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// as makes the provider use another token.
func (o office) as(apiUser body) office {
	o.t.Helper()
	env := *o.Env
	env.Token = o.NewToken(map[string]any{"api_user": apiUser})
	return office{&env, o.t}
}

func TestMember_withAWorkspaceAdminsToken(t *testing.T) {
	t.Parallel()
	o := start(t)
	sales, who := o.id("sales"), o.id("ana@example.com")
	admin := o.as(body{"name": "Sales bot", "workspace": "sales", "workspace_role": "Admin"})
	byID := `user_id = "` + who + `"`
	ws := `workspace_id = "` + sales + `"`
	acctest.Test(t, admin.Env,
		resource.TestStep{Config: admin.member(ws, ana, viewer), ExpectError: says("Could not look the person up", "HTTP 403")},
		resource.TestStep{Config: admin.member(ws, byID, viewer), Check: o.has("sales", "ana@example.com", "Viewer")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: sales + "/" + who, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "user_id"},
		resource.TestStep{Config: admin.member(ws, byID, `role = "Contributor"`), Check: o.has("sales", "ana@example.com", "Contributor")},
		resource.TestStep{Config: admin.member(`workspace_id = "`+o.id("legal")+`"`, byID, viewer), ExpectError: says("Could not find the workspace")})
}

func TestMember_withAViewersToken(t *testing.T) {
	t.Parallel()
	o := start(t)
	byID := `user_id = "` + o.id("ana@example.com") + `"`
	outsider := o.as(body{"name": "Outsider", "role": "Viewer"})
	acctest.Test(t, outsider.Env, resource.TestStep{Config: outsider.member(inSales, byID, viewer), ExpectError: says("no workspace with the id", "or use a token that sees it")})
	insider := o.as(body{"name": "Insider", "workspace": "sales", "workspace_role": "Viewer"})
	acctest.Test(t, insider.Env, resource.TestStep{Config: insider.member(inSales, byID, viewer), ExpectError: says("Could not", "HTTP 403")})
	_ = o.has("sales", "ana@example.com", "")(nil)
}

func TestMember_tokenKnownAtApply(t *testing.T) {
	t.Parallel()
	o := start(t)
	dir := o.Layout(t, acctest.Terraform, "")
	dir.Write("main.tf", `resource "terraform_data" "token" { input = "`+o.Token+`" }
provider "tray" {
  base_url = "`+o.URL+`"
  token    = terraform_data.token.output
}
resource "tray_workspace" "a" { name = "new" }
resource "tray_workspace_member" "a" {
  workspace_id = tray_workspace.a.id
  email        = "ana@example.com"
  role         = "Viewer"
}
`)
	dir.Apply()
	dir.NoChanges()
	_ = o.has("new", "ana@example.com", "Viewer")(nil)
}

// An older provider may have written no identity, and -refresh=false skips the read
// that would add it.
func TestMember_stateWithoutIdentityIsUpdated(t *testing.T) {
	t.Parallel()
	o := start(t)
	dir := o.Layout(t, acctest.Terraform, "")
	config := func(role string) string {
		return o.member(`workspace_id = tray_workspace.a.id`, ana, `role = "`+role+`"`) + "resource \"tray_workspace\" \"a\" {\n  name = \"new\"\n  description = \"" + role + "\"\n}"
	}
	for _, role := range []string{"Viewer", "Contributor", "Admin"} {
		dir.Write("main.tf", config(role))
		dir.Apply("-refresh=false")
		stripIdentity(t, filepath.Join(dir.Dir, "terraform.tfstate"))
	}
	dir.NoChanges()
	_ = o.has("new", "ana@example.com", "Admin")(nil)
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
	o := start(t)
	dir := o.Layout(t, acctest.Terraform, "")
	dir.Write("main.tf", o.member(inSales, ana, viewer))
	dir.Apply()
	other := o.Layout(t, acctest.Terraform, "")
	other.Write("main.tf", o.Config(`import {
  to = tray_workspace.sales
  id = "sales"
}
import {
  to = tray_workspace_member.ana
  id = "sales/ana@example.com"
}`))
	if got, _ := other.Plan("-generate-config-out=generated.tf"); !says("2 to import, 0 to add, 0 to change, 0 to destroy").MatchString(got.Text()) {
		t.Errorf("the generated configuration is not what is there:\n%s", got.Text())
	}
	other.Apply()
	other.NoChanges()
}

func TestMember_importedByIdentityInAnySpelling(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.Control("PUT", "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
	for name, who := range map[string]string{
		"another letter case": `email = "ANA@example.com"`,
		"user id":             `user_id = "` + o.id("ana@example.com") + `"`,
		"both":                `email = "ana@example.com", user_id = "` + o.id("ana@example.com") + `"`,
	} {
		dir := o.Layout(t, acctest.Terraform, "")
		dir.Write("main.tf", o.member(inSales, ana, viewer)+`import {
  to       = tray_workspace_member.a
  identity = { workspace_id = "`+o.id("sales")+`", `+who+` }
}`)
		if got := dir.Apply(); !says("1 imported, 0 added, 0 changed, 0 destroyed").MatchString(got.Text()) {
			t.Errorf("%s: the import is not what is there:\n%s", name, got.Text())
		}
		dir.NoChanges()
	}
}

func TestMember_andItsWorkspaceComeBackTogether(t *testing.T) {
	t.Parallel()
	o := start(t)
	dir := o.Layout(t, acctest.Terraform, "")
	dir.Write("main.tf", o.member(`workspace_id = tray_workspace.a.id`, ana, viewer)+`resource "tray_workspace" "a" { name = "new" }`)
	dir.Apply()
	o.Control("DELETE", "ui/workspaces/new", nil)
	dir.Apply()
	dir.NoChanges()
	_ = o.has("new", "ana@example.com", "Viewer")(nil)
	dir.Destroy()
}

// Whoever may manage the members of a workspace may end their access, and one who may not says so.
func TestMember_accessEndsWithALesserToken(t *testing.T) {
	t.Parallel()
	o := start(t)
	at, sales := o.in(day), `workspace_id = "`+o.id("sales")+`"`
	admin := o.as(body{"name": "Sales bot", "workspace": "sales", "workspace_role": "Admin"})
	args := []string{sales, `user_id = "` + o.id("ana@example.com") + `"`, viewer, "expires_at = " + at}
	dir := admin.open(acctest.Terraform, admin.member(args...))
	o.Advance(day)
	viewers := o.as(body{"name": "Insider", "workspace": "sales", "workspace_role": "Viewer"})
	dir.Write("main.tf", viewers.member(args...))
	requireSays(t, dir.Run("apply", "-input=false", "-auto-approve"), 1, "HTTP 403")
	o.wantRole("sales", "ana@example.com", "Viewer")
	dir.Write("main.tf", admin.member(args...))
	dir.Apply()
	dir.NoChanges()
	o.wantRole("sales", "ana@example.com", "")
}
