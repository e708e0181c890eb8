package apiuser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// desk is a layout on an organization with the workspaces sales and support.
type desk struct {
	acctest.Desk
}

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	for _, name := range []string{"sales", "support"} {
		env.Control(http.MethodPost, "ui/workspaces", body{"name": name})
	}
	return desk{env.Desk(t, cli, "data \"tray_workspace\" \"all\" {\n  for_each = toset([\"sales\", \"support\"])\n  name     = each.key\n}\n")}
}

// bot is an API user in a workspace.
func bot(name, role string, lines ...string) string {
	return in("sales", name, role, lines...)
}

func in(workspace, name, role string, lines ...string) string {
	return fmt.Sprintf("resource \"tray_api_user\" \"bot\" {\n  workspace_id = data.tray_workspace.all[%q].id\n  name = %q\n  workspace_role = %q\n  %s\n}\n", workspace, name, role, strings.Join(lines, "\n  "))
}

func (d desk) only() acctest.APIUser {
	d.T.Helper()
	return acctest.One(d.T, d.Env.State().APIUsers)
}

func (d desk) id() string {
	for _, u := range d.Env.State().Users {
		if u.AccountType == "API" {
			return u.ID
		}
	}
	return ""
}

func TestAPIUser_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(bot("ci", "contributor"))
		made := d.id()
		for _, step := range []struct {
			hcl  string
			want acctest.APIUser
		}{
			{bot("ci", "Contributor"), acctest.APIUser{Name: "ci", Workspace: "sales", Role: "Viewer", WorkspaceRole: "Contributor"}},
			{bot("deployer", "View Only"), acctest.APIUser{Name: "deployer", Workspace: "sales", Role: "Viewer", WorkspaceRole: "Viewer"}},
			{bot("deployer", "Viewer", `organization_role = "Contributor"`), acctest.APIUser{Name: "deployer", Workspace: "sales", Role: "Contributor", WorkspaceRole: "Viewer"}},
			{bot("deployer", "Admin"), acctest.APIUser{Name: "deployer", Workspace: "sales", Role: "Contributor", WorkspaceRole: "Admin"}},
			{bot("deployer", "Admin", `organization_role = "Admin"`), acctest.APIUser{Name: "deployer", Workspace: "sales", Role: "Admin", WorkspaceRole: "Admin"}},
		} {
			d.Applies(step.hcl)
			if now := d.only(); now != step.want || d.id() != made {
				d.T.Errorf("changed in place, it is %+v, want %+v", now, step.want)
			}
		}
		d.Applies(in("support", "deployer", "Viewer"))
		if now := d.only(); now.Workspace != "support" || d.id() == made {
			d.T.Errorf("in another workspace it is %+v", now)
		}
		again := d.id()
		if d.Applies(in("support", "deployer", "Viewer"), "-replace=tray_api_user.bot"); d.id() == again {
			d.T.Error("-replace keeps it")
		}
		d.Env.Control(http.MethodPut, "ui/workspaces/support/members/deployer@api-users.invalid", body{"role": "Admin"})
		if _, changes := d.Plan(); !changes {
			d.T.Error("a role that was changed elsewhere is not drift")
		}
		d.Applies(in("support", "deployer", "Viewer"))
		d.Env.Control(http.MethodDelete, "ui/users/deployer@api-users.invalid", nil)
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The API user is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Apply()
		d.NoChanges()
		d.Destroy()
		if left := d.Env.State().APIUsers; len(left) > 0 {
			d.T.Errorf("left: %+v", left)
		}
	})
}

func TestAPIUser_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses("data \"tray_workspaces\" \"o\" { type = \"Organization\" }\n"+strings.Replace(bot("ci", "Viewer"), `data.tray_workspace.all["sales"]`, "one(data.tray_workspaces.o.workspaces)", 1),
		"TRAY011", "in shared workspaces only")
	d.Refuses(bot("ci", "Viewer", `organization_role = "Admin"`), "TRAY002", "can be nothing less than Admin")
	d.Refuses(bot("ci", "Admin", `organization_role = "Owner"`), "TRAY001")
	d.Refuses(bot("ci", "Owner"), "Unknown workspace role")
	d.Refuses(bot(" ci", "Viewer"), "White space or nothing")
	d.Refuses(bot("ci", "Viewer")+strings.Replace(bot("ci", "Viewer"), `"bot"`, `"two"`, 1), "TRAY008")
	d.Env.Control(http.MethodPost, "tokens", body{"api_user": body{"name": "ci", "workspace": "sales"}})
	d.Refuses(bot("ci", "Viewer"), "TRAY012", "tray_api_user.<name>", d.id())
	if w := d.Env.Requests().Writes(); len(w) > 0 {
		t.Errorf("a refused plan writes:\n%s", w)
	}
}

func TestAPIUser_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"command", "block", "identity"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			d.Env.Control(http.MethodPost, "tokens", body{"api_user": body{"name": "ci", "workspace": "sales"}})
			d.Write("main.tf", bot("ci", d.only().WorkspaceRole))
			var workspace string
			for _, w := range d.Env.State().Workspaces {
				if w.Name == "sales" {
					workspace = w.ID
				}
			}
			switch way {
			case "command":
				d.Run("import", "-input=false", "tray_api_user.bot", "sales/ci")
			case "block":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_api_user.bot\n  id = %q\n}\n", workspace+"/"+d.id()))
				d.Apply()
			case "identity":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_api_user.bot\n  identity = {\n    workspace_id = %q\n    id           = %q\n  }\n}\n", workspace, d.id()))
				d.Apply()
			}
			d.NoChanges()
			if w := d.Env.Requests().Writes(); len(w) > 0 {
				t.Errorf("an import writes:\n%s", w)
			}
		})
	}
}

func TestAPIUser_importOfNobodySaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Write("main.tf", bot("ci", "Viewer"))
	if r := d.Run("import", "-input=false", "tray_api_user.bot", "sales/ci"); r.Code == 0 || !strings.Contains(r.Text(), `No API user of the workspace sales has the id or the name "ci"`) {
		t.Errorf("it ends with %d: %s", r.Code, r.Text())
	}
}

// Whatever becomes of the answer, there is one API user, and the next apply converges.
func TestAPIUser_anAmbiguousCreateNeverMakesTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for name, f := range map[string]acctest.Fault{"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true}} {
		f.Method, f.Path, f.Times = http.MethodPost, "/management/v1/workspaces/*/api-users", 1
		d.Env.Fault(f)
		d.Write("main.tf", bot("ci", "Viewer"))
		r := d.Run("apply", "-auto-approve", "-input=false")
		if n := len(d.Env.State().APIUsers); n > 1 || n == 0 && r.Code == 0 {
			t.Errorf("%s: %d API users after an apply that ended with %d", name, n, r.Code)
		}
		d.Env.ClearFaults()
		d.Applies(bot("ci", "Viewer"))
		d.only()
		d.Destroy()
	}
}

func TestAPIUserOnALiveTray_saysWhereTheUIMakesIt(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Refuses(bot("ci", "Viewer"), "Only Tray's UI makes API users", "Create API user", "tray_user")
	}, acctest.NoManagement())
}

func TestAPIUserList_findsThoseOfAllSharedWorkspaces(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for i, workspace := range []string{"sales", "support", "support"} {
		d.Env.Control(http.MethodPost, "tokens", body{"api_user": body{"name": fmt.Sprintf("bot %d", i), "workspace": workspace}})
	}
	d.Write("find.tfquery.hcl", "list \"tray_api_user\" \"all\" {\n  provider = tray\n}\n")
	r := d.Run("query")
	for _, want := range []string{"bot 0", "bot 1", "bot 2"} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("it does not find %q: %s", want, r.Text())
		}
	}
}
