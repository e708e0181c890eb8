package provider_test

import (
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func ana(arguments string) string {
	return "resource \"tray_user\" \"ana\" {\n  email = \"ana@example.com\"\n" + arguments + "\n}\n"
}

// What no organization could accept is refused before anybody is asked.
func TestValidate_refusesWhatNoOrganizationAccepts(t *testing.T) {
	t.Parallel()
	const table = "resource \"tray_workspace_members\" \"all\" {\n  workspace_id = \"w\"\n  members = { \"ana@example.com\" = %q }\n}\n"
	cases := map[string]struct {
		config string
		says   []string
	}{
		"unknown organization role": {ana(`organization_role = "Editor"`), []string{`"Editor"`, `"Admin", "Contributor", "Viewer"`}},
		"padded role":               {ana(`organization_role = " Viewer"`), []string{`Write "Viewer"`}},
		"name of somebody invited":  {ana("organization_role = \"Viewer\"\nonboarding = \"invite\"\nname = \"Ana\""), []string{"An invited person chooses the name"}},
		"creation without a name":   {ana("organization_role = \"Viewer\"\nonboarding = \"create\""), []string{"needs a name"}},
		"a name of white space":     {ana("organization_role = \"Viewer\"\nonboarding = \"create\"\nname = \" \""), []string{"White space or nothing", `" " is empty`}},
		"a workspace's padded name": {"resource \"tray_workspace\" \"x\" {\n  name = \" x\"\n}\n", []string{`Write "x"`}},
		"unknown workspace role": {
			"resource \"tray_workspace_member\" \"a\" {\n  workspace_id = \"w\"\n  email = \"ana@example.com\"\n  role = \"Guest\"\n}\n",
			[]string{`no role "Guest" in a workspace`, `"Admin", "Contributor", "Viewer"`},
		},
		"Owner of a workspace": {
			"resource \"tray_workspace_role_members\" \"a\" {\n  workspace_id = \"w\"\n  emails = []\n  role = \"Owner\"\n}\n",
			[]string{`no role "Owner" in a workspace`},
		},
		"bad role in a table": {strings.Replace(table, "%q", `"Boss"`, 1), []string{"The role of ana@example.com", `no role "Boss"`}},
		"no role in a table":  {strings.Replace(table, "%q", "null", 1), []string{"An element is null"}},
		"role of a data source": {
			"data \"tray_users\" \"x\" {\n  organization_role = \"Boss\"\n}\ndata \"tray_role_permissions\" \"x\" {\n  role = \"Chief\"\n}\n",
			[]string{`no role "Boss"`, `no role "Chief"`},
		},
	}
	for name, k := range cases {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(name+"/"+cli, func(t *testing.T) {
				t.Parallel()
				c := acctest.Start(t).Layout(t, cli, "")
				c.Write("main.tf", required+"\n"+k.config)
				got := c.Run("validate")
				if got.Code != 1 {
					t.Errorf("validate ends with %d, want 1:\n%s", got.Code, got.Text())
				}
				for _, part := range k.says {
					if !strings.Contains(got.Text(), part) {
						t.Errorf("the message does not say %q:\n%s", part, got.Text())
					}
				}
			})
		}
	}
}

// The Owner is imported with the role Owner, which only the plan can tell from giving it to
// somebody; and what Terraform writes out of an imported state is valid.
func TestValidate_acceptsWhatAnImportNeeds(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			env.Control("POST", "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
			c := env.Layout(t, cli, "")
			c.Write("main.tf", env.Provider()+`
import {
  to = tray_user.owner
  id = "`+acctest.OwnerEmail+`"
}
import {
  to = tray_user.ana
  id = "ana@example.com"
}
`)
			c.Init()
			c.Plan("-generate-config-out=generated.tf")
			c.Apply()
			c.NoChanges()
			if role := c.Resources()["tray_user.owner"]["organization_role"]; role != "Owner" {
				t.Errorf("the Owner is %v", role)
			}
		})
	}
}

// What is there already, in other words, is nothing to do: an import plans nothing beside
// the import, and another spelling plans nothing at all.
func TestInputs_otherWordsForTheSameArePlannedAsNothing(t *testing.T) {
	t.Parallel()
	people := map[string]string{"as created": `onboarding = "create"` + "\n  name = \"Ana\"", "as invited": "", "with the name alone": `name = "Ana"`}
	for name, more := range people {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(name+"/"+cli, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t)
				env.Control("POST", "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
				env.Control("POST", "ui/workspaces", map[string]any{"name": "sales"})
				env.Control("PUT", "ui/workspaces/sales/members/ana@example.com", map[string]any{"role": "Viewer"})
				env.Control("POST", "ui/workspaces", map[string]any{"name": "ops"})
				c := env.Layout(t, cli, "")
				hcl := func(role string) string {
					return required + "\n" + env.Config(ana("  organization_role = \""+role+"\"\n  "+more)+`
import {
  to = tray_user.ana
  id = "ana@example.com"
}
data "tray_workspace" "sales" { name = "sales" }
data "tray_workspace" "ops" { name = "ops" }
import {
  to = tray_workspace_member.ana
  id = "sales/ana@example.com"
}
resource "tray_workspace_member" "ana" {
  workspace_id = data.tray_workspace.sales.id
  email        = "ana@example.com"
  role         = "`+role+`"
}
resource "tray_workspace_members" "ops" {
  workspace_id = data.tray_workspace.ops.id
  members      = { "ana@example.com" = "`+role+`", "`+acctest.OwnerEmail+`" = "Admin" }
  overwrite_existing = true
}
resource "tray_workspace_role_members" "sales" {
  workspace_id = data.tray_workspace.sales.id
  role         = "`+map[bool]string{true: "Contributor", false: "CONTRIBUTOR"}[role == "Viewer"]+`"
  emails       = []
}
`)
				}
				c.Write("main.tf", hcl("Viewer"))
				if r := c.Apply(); !strings.Contains(r.Text(), "2 imported, 2 added, 0 changed") {
					t.Errorf("an import changes something:\n%s", r.Text())
				}
				for _, role := range []string{"viewer", "VIEWER", "View Only"} {
					c.Write("main.tf", hcl(role))
					c.NoChanges()
				}
			})
		}
	}
}

// The id of somebody who is invited is null: the message says so, and what to write.
func TestInputs_theIDOfSomebodyInvitedIsNull(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			c := env.Layout(t, cli, "")
			hcl := required + "\n" + env.Config(ana(`organization_role = "Viewer"`)+
				"resource \"tray_workspace\" \"w\" {\n  name = \"w\"\n}\nresource \"tray_workspace_member\" \"ana\" {\n  workspace_id = tray_workspace.w.id\n  user_id = tray_user.ana.id\n  role = \"Viewer\"\n}\n")
			c.Write("main.tf", hcl)
			got := c.Run("plan", "-input=false")
			for _, part := range []string{"user_id = tray_user.ana.id", "is null until the person accepts the invitation", "email = tray_user.<name>.email"} {
				if got.Code != 1 || !strings.Contains(got.Text(), part) {
					t.Errorf("the message does not say %q:\n%s", part, got.Text())
				}
			}
			c.Write("main.tf", strings.Replace(hcl, "user_id = tray_user.ana.id", "email = tray_user.ana.email", 1))
			c.Apply()
			c.NoChanges()
		})
	}
}

func workspaceID(env *acctest.Env, name string) string {
	for _, w := range env.State().Workspaces {
		if w.Name == name {
			return w.ID
		}
	}
	return ""
}

// slashed imports memberships of workspaces, by address, each with the id that name gives.
func slashed(env *acctest.Env, people map[string]string, name func(workspace string) string) string {
	hcl := required + "\n" + env.Provider()
	for email, workspace := range people {
		hcl += strings.NewReplacer("KEY", strings.NewReplacer("/", "_", "@", "_", ".", "_").Replace(email), "WORKSPACE", workspace, "EMAIL", email, "NAMED", name(workspace)).Replace(`
data "tray_workspace" "KEY" {
  name = "WORKSPACE"
}
import {
  to = tray_workspace_member.KEY
  id = "NAMED/EMAIL"
}
resource "tray_workspace_member" "KEY" {
  workspace_id = data.tray_workspace.KEY.id
  email        = "EMAIL"
  role         = "Viewer"
}
`)
	}
	return hcl
}

// Both halves of an import id may hold a slash. What exists decides where one ends; where
// both readings do, as for sales/a/b@example.com here, the workspace's id does.
func TestInputs_importIDsWithSlashes(t *testing.T) {
	t.Parallel()
	people := map[string]string{"a/b@example.com": "sales", "b@example.com": "sales/a", "c/d@example.com": "sales/a/b"}
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			for email, workspace := range people {
				env.Control("POST", "ui/users", map[string]any{"email": email, "name": "N", "role": "Viewer"})
				env.Control("POST", "ui/workspaces", map[string]any{"name": workspace})
				env.Control("PUT", "ui/workspaces/"+workspaceID(env, workspace)+"/members/"+strings.ReplaceAll(email, "/", "%2F"), map[string]any{"role": "Viewer"})
			}
			c := env.Layout(t, cli, "")
			c.Write("main.tf", slashed(env, people, func(workspace string) string { return workspace }))
			got := c.Run("plan", "-input=false")
			for _, part := range []string{`"sales/a/b@example.com" can be read as b@example.com in the workspace sales/a, and as a/b@example.com in the workspace sales`, "Give the workspace's id"} {
				if got.Code != 1 || !strings.Contains(got.Text(), part) {
					t.Errorf("the message does not say %q:\n%s", part, got.Text())
				}
			}
			c.Write("main.tf", slashed(env, people, func(workspace string) string {
				if workspace == "sales/a/b" {
					return workspace
				}
				return workspaceID(env, workspace)
			}))
			if r := c.Apply(); !strings.Contains(r.Text(), "3 imported, 0 added, 0 changed") {
				t.Errorf("the imports are not three:\n%s", r.Text())
			}
			c.NoChanges()
		})
	}
}
