package membership_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const membersPath = "/core/v1/workspaces/*/users"

// nobodyOut wants that no membership was taken away or added since the log was cleared.
func (o office) nobodyOut(what string) {
	o.T.Helper()
	log := o.Env.Requests()
	if n := log.Count(http.MethodDelete, membersPath+"/*") + log.Count(http.MethodPost, membersPath); n != 0 {
		o.T.Errorf("%s took somebody out or in:\n%s", what, log.Writes())
	}
}

func (o office) wantRole(workspace, email, role string) {
	o.T.Helper()
	_ = o.has(workspace, email, role)(nil)
}

// made applies a configuration.
func (o office) made(hcl string) { o.T.Helper(); o.Write("main.tf", hcl); o.Apply() }

// The new one is made before the old one goes, and the old one took the person along.
func TestMember_createBeforeDestroyTakesNobodyOut(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		with := func(rev, role string) string {
			return "resource \"terraform_data\" \"rev\" { input = \"" + rev + "\" }\n" + o.member(inSales, ana, "role = \""+role+"\"",
				"lifecycle {\n    create_before_destroy = true\n    replace_triggered_by = [terraform_data.rev]\n  }")
		}
		o.made(with("1", "Viewer"))
		o.Env.ClearRequests()
		o.Write("main.tf", with("2", "Viewer"))
		o.Apply()
		o.nobodyOut("create_before_destroy")
		o.NoChanges()
		o.wantRole("sales", "ana@example.com", "Viewer")
		o.Write("main.tf", with("2", "Admin")) // in place, as ever
		o.Apply()
		o.nobodyOut("a change of the role")
		o.NoChanges()
		o.wantRole("sales", "ana@example.com", "Admin")
	})
}

func TestMember_replacementTakesNobodyOut(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.made(o.member(inSales, ana, viewer))
		o.Env.ClearRequests()
		o.Apply("-replace=" + address)
		o.Run("taint", address)
		o.Apply()
		o.nobodyOut("a replacement")
		// Replaced and changed at once.
		o.Write("main.tf", o.member(inSales, ana, `role = "Contributor"`))
		o.Apply("-replace=" + address)
		o.nobodyOut("a replacement with another role")
		o.NoChanges()
		o.wantRole("sales", "ana@example.com", "Contributor")
	})
}

func TestMember_thatIsThereAsPlannedIsTakenOver(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
		o.Env.ClearRequests()
		o.made(o.member(inSales, ana, viewer))
		if log := o.Env.Requests(); len(log.Writes()) != 0 {
			o.T.Errorf("it was written:\n%s", log.Writes())
		}
		o.NoChanges()
		o.Write("main.tf", "locals {}")
		o.Apply()
		o.wantRole("sales", "ana@example.com", "")
		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
		o.Write("main.tf", o.member(inSales, ana, viewer))
		r, _ := o.Plan()
		requireSays(o.T, r, 2, "The membership exists already, and is taken over", "ana@example.com is Viewer in the workspace")
	})
}

// The plan could not see the membership: what no plan has shown, nobody loses.
func TestMember_thatComesBeforeTheApplyKeepsItsRole(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		roles := map[string]string{"ana@example.com": "Viewer", "bob@example.com": "Contributor"}
		o.made("locals {}")
		o.Write("main.tf", o.memberships(roles))
		o.Plan("-out=plan.bin")
		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Admin"})
		requireSays(o.T, o.Apply("plan.bin"), 0, "The member is there with another role", "ana@example.com is Admin in the workspace")
		o.wantRole("sales", "ana@example.com", "Admin")
		r, _ := o.Plan()
		requireSays(o.T, r, 2, "1 to change")
		o.Apply()
		o.NoChanges()
		o.wantRole("sales", "ana@example.com", "Viewer")
	})
}

func TestMember_changedSinceThePlanStays(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.made(o.member(inSales, ana, viewer))
		o.Write("main.tf", o.member(inSales, ana, `role = "Contributor"`))
		o.Plan("-out=plan.bin")
		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Admin"})
		requireSays(o.T, o.Run("apply", "-input=false", "plan.bin"), 1, "ana@example.com was Viewer when this was planned and is Admin now")
		o.wantRole("sales", "ana@example.com", "Admin")
		o.Apply()
		o.NoChanges()
		o.wantRole("sales", "ana@example.com", "Contributor")
	})
}

// A user who is deleted and made again is another one to Tray, and the same to people.
func TestMember_ofAUserMadeAnewStaysInTheState(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.made(o.member(inSales, ana, viewer))
		was := o.ID("ana@example.com")
		o.Env.Control(http.MethodDelete, "ui/users/ana@example.com", nil)
		o.Env.Control(http.MethodPost, "ui/users", body{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
		o.NoChanges()
		o.Apply()
		if now := o.Resources()[address]["user_id"]; now != o.ID("ana@example.com") || now == was {
			o.T.Errorf("the state has the user %v", now)
		}
	})
}

// An Admin of the organization is Admin in a workspace: promoted in the UI, or demoted in
// the configuration, everything is put right by one apply.
func TestMember_organizationAdminIsDemotedTogether(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		with := func(rank, role string) string {
			return "resource \"tray_user\" \"ana\" {\n  email = \"ana@example.com\"\n  organization_role = \"" + rank + "\"\n}\n" +
				o.member(inSales, "email = tray_user.ana.email", "role = \""+role+"\"")
		}
		o.made(with("Viewer", "Viewer") + "import {\n  to = tray_user.ana\n  id = \"ana@example.com\"\n}\n")
		o.Env.Control(http.MethodPut, "ui/users/ana@example.com", body{"role": "Admin"})
		o.Apply()
		o.NoChanges()
		o.wantRole("sales", "ana@example.com", "Viewer")
		o.Write("main.tf", with("Admin", "Viewer"))
		requireSays(o.T, o.Run("plan", "-input=false"), 1, "TRAY002")
		o.Write("main.tf", with("Admin", "Admin"))
		o.Apply()
		o.Applies(with("Viewer", "Viewer"))
		o.wantRole("sales", "ana@example.com", "Viewer")
	})
}

func TestMember_idSaysWhose(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.made(o.member(inSales, `email = "Ana@example.com"`, viewer))
		o.Write("main.tf", o.member(inSales, ana, `role = "Admin"`))
		if r := o.Apply(); !strings.Contains(r.Text(), "[id=sales/ana@example.com]") {
			o.T.Errorf("the progress does not say whose membership it is:\n%s", r.Stdout)
		}
		o.Env.Control(http.MethodPatch, "ui/workspaces/sales", body{"name": "markets"})
		o.NoChanges()
		if id := o.Resources()[address]["id"]; id != "sales/ana@example.com" {
			o.T.Errorf("the id is %v", id)
		}
	})
}

// What the answer says is followed: the old one is taken out of the state, the new one
// imported, and nothing is sent.
func TestMember_movedFromAnotherTypeSaysWhatToDo(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		table := "resource \"tray_workspace_members\" \"all\" {\n  workspace_id = \"" + o.ID("sales") + "\"\n  members = { \"ana@example.com\" = \"Viewer\" }\n}\n"
		o.made(table)
		one := o.member(inSales, ana, viewer)
		o.Write("main.tf", one+"moved {\n  from = tray_workspace_members.all\n  to = "+address+"\n}\n")
		r := o.Run("plan", "-input=false")
		id := o.ID("sales") + "/ana@example.com"
		requireSays(o.T, r, 1, "A resource does not change its type by moving", "from = tray_workspace_members.<old>", "destroy = false", "to = tray_workspace_member.<name>", `id = "`+id+`"`)
		o.Env.ClearRequests()
		o.Write("main.tf", one+"removed {\n  from = tray_workspace_members.all\n  lifecycle {\n    destroy = false\n  }\n}\nimport {\n  to = "+address+"\n  id = \""+id+"\"\n}\n")
		o.Apply()
		o.nobodyOut("the remedy")
		o.Write("main.tf", one)
		o.NoChanges()
		// And back.
		o.Write("main.tf", table+"moved {\n  from = "+address+"\n  to = tray_workspace_members.all\n}\n")
		requireSays(o.T, o.Run("plan", "-input=false"), 1, "A resource does not change its type by moving", "to = tray_workspace_members.<name>", `id = "`+o.ID("sales")+`"`)
	})
}
