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
	o.t.Helper()
	log := o.Requests()
	if n := log.Count(http.MethodDelete, membersPath+"/*") + log.Count(http.MethodPost, membersPath); n != 0 {
		o.t.Errorf("%s took somebody out or in:\n%s", what, log.Writes())
	}
}

func (o office) wantRole(workspace, email, role string) {
	o.t.Helper()
	_ = o.has(workspace, email, role)(nil)
}

// open is a command line with a configuration that is applied.
func (o office) open(cli, hcl string) *acctest.CLI {
	o.t.Helper()
	dir := o.Layout(o.t, cli, "")
	dir.Write("main.tf", hcl)
	dir.Init()
	dir.Apply()
	return dir
}

// The new one is made before the old one goes, and the old one took the person along.
func TestMember_createBeforeDestroyTakesNobodyOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		with := func(rev, role string) string {
			return "resource \"terraform_data\" \"rev\" { input = \"" + rev + "\" }\n" + o.member(inSales, ana, "role = \""+role+"\"",
				"lifecycle {\n    create_before_destroy = true\n    replace_triggered_by = [terraform_data.rev]\n  }")
		}
		dir := o.open(cli, with("1", "Viewer"))
		o.ClearRequests()
		dir.Write("main.tf", with("2", "Viewer"))
		dir.Apply()
		o.nobodyOut("create_before_destroy")
		dir.NoChanges()
		o.wantRole("sales", "ana@example.com", "Viewer")
		dir.Write("main.tf", with("2", "Admin")) // in place, as ever
		dir.Apply()
		o.nobodyOut("a change of the role")
		dir.NoChanges()
		o.wantRole("sales", "ana@example.com", "Admin")
	})
}

func TestMember_replacementTakesNobodyOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		dir := o.open(cli, o.member(inSales, ana, viewer))
		o.ClearRequests()
		dir.Apply("-replace=" + address)
		dir.Run("taint", address)
		dir.Apply()
		o.nobodyOut("a replacement")
		// Replaced and changed at once.
		dir.Write("main.tf", o.member(inSales, ana, `role = "Contributor"`))
		dir.Apply("-replace=" + address)
		o.nobodyOut("a replacement with another role")
		dir.NoChanges()
		o.wantRole("sales", "ana@example.com", "Contributor")
	})
}

func TestMember_thatIsThereAsPlannedIsTakenOver(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		o.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
		o.ClearRequests()
		dir := o.open(cli, o.member(inSales, ana, viewer))
		if log := o.Requests(); len(log.Writes()) != 0 {
			t.Errorf("it was written:\n%s", log.Writes())
		}
		dir.NoChanges()
		dir.Write("main.tf", o.Config("locals {}"))
		dir.Apply()
		o.wantRole("sales", "ana@example.com", "")
		o.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
		dir.Write("main.tf", o.member(inSales, ana, viewer))
		r, _ := dir.Plan()
		requireSays(t, r, 2, "The membership exists already, and is taken over", "ana@example.com is Viewer in the workspace")
	})
}

// The plan could not see the membership: what no plan has shown, nobody loses.
func TestMember_thatComesBeforeTheApplyKeepsItsRole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		roles := map[string]string{"ana@example.com": "Viewer", "bob@example.com": "Contributor"}
		dir := o.open(cli, o.Config("locals {}"))
		dir.Write("main.tf", o.Config(o.memberships(roles)))
		dir.Plan("-out=plan.bin")
		o.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Admin"})
		requireSays(t, dir.Apply("plan.bin"), 0, "The member is there with another role", "ana@example.com is Admin in the workspace")
		o.wantRole("sales", "ana@example.com", "Admin")
		r, _ := dir.Plan()
		requireSays(t, r, 2, "1 to change")
		dir.Apply()
		dir.NoChanges()
		o.wantRole("sales", "ana@example.com", "Viewer")
	})
}

func TestMember_changedSinceThePlanStays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		dir := o.open(cli, o.member(inSales, ana, viewer))
		dir.Write("main.tf", o.member(inSales, ana, `role = "Contributor"`))
		dir.Plan("-out=plan.bin")
		o.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Admin"})
		requireSays(t, dir.Run("apply", "-input=false", "plan.bin"), 1, "ana@example.com was Viewer when this was planned and is Admin now")
		o.wantRole("sales", "ana@example.com", "Admin")
		dir.Apply()
		dir.NoChanges()
		o.wantRole("sales", "ana@example.com", "Contributor")
	})
}

// A user who is deleted and made again is another one to Tray, and the same to people.
func TestMember_ofAUserMadeAnewStaysInTheState(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		dir := o.open(cli, o.member(inSales, ana, viewer))
		was := o.id("ana@example.com")
		o.Control(http.MethodDelete, "ui/users/ana@example.com", nil)
		o.Control(http.MethodPost, "ui/users", body{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
		o.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
		dir.NoChanges()
		dir.Apply()
		if now := dir.Resources()[address]["user_id"]; now != o.id("ana@example.com") || now == was {
			t.Errorf("the state has the user %v", now)
		}
	})
}

// An Admin of the organization is Admin in a workspace: promoted in the UI, or demoted in
// the configuration, everything is put right by one apply.
func TestMember_organizationAdminIsDemotedTogether(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		with := func(rank, role string) string {
			return "resource \"tray_user\" \"ana\" {\n  email = \"ana@example.com\"\n  organization_role = \"" + rank + "\"\n}\n" +
				o.member(inSales, "email = tray_user.ana.email", "role = \""+role+"\"")
		}
		dir := o.open(cli, with("Viewer", "Viewer")+"import {\n  to = tray_user.ana\n  id = \"ana@example.com\"\n}\n")
		o.Control(http.MethodPut, "ui/users/ana@example.com", body{"role": "Admin"})
		dir.Apply()
		dir.NoChanges()
		o.wantRole("sales", "ana@example.com", "Viewer")
		dir.Write("main.tf", with("Admin", "Viewer"))
		requireSays(t, dir.Run("plan", "-input=false"), 1, "TRAY002")
		dir.Write("main.tf", with("Admin", "Admin"))
		dir.Apply()
		dir.Write("main.tf", with("Viewer", "Viewer"))
		dir.Apply()
		dir.NoChanges()
		o.wantRole("sales", "ana@example.com", "Viewer")
	})
}

func TestMember_idSaysWhose(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		dir := o.open(cli, o.member(inSales, `email = "Ana@example.com"`, viewer))
		dir.Write("main.tf", o.member(inSales, ana, `role = "Admin"`))
		if r := dir.Apply(); !strings.Contains(r.Text(), "[id=sales/ana@example.com]") {
			t.Errorf("the progress does not say whose membership it is:\n%s", r.Stdout)
		}
		o.Control(http.MethodPatch, "ui/workspaces/sales", body{"name": "markets"})
		dir.NoChanges()
		if id := dir.Resources()[address]["id"]; id != "sales/ana@example.com" {
			t.Errorf("the id is %v", id)
		}
	})
}

// What the answer says is followed: the old one is taken out of the state, the new one
// imported, and nothing is sent.
func TestMember_movedFromAnotherTypeSaysWhatToDo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		table := "resource \"tray_workspace_members\" \"all\" {\n  workspace_id = \"" + o.id("sales") + "\"\n  members = { \"ana@example.com\" = \"Viewer\" }\n}\n"
		dir := o.open(cli, o.Config(table))
		one := o.member(inSales, ana, viewer)
		dir.Write("main.tf", one+"moved {\n  from = tray_workspace_members.all\n  to = "+address+"\n}\n")
		r := dir.Run("plan", "-input=false")
		id := o.id("sales") + "/ana@example.com"
		requireSays(t, r, 1, "A resource does not change its type by moving", "from = tray_workspace_members.<old>", "destroy = false", "to = tray_workspace_member.<name>", `id = "`+id+`"`)
		o.ClearRequests()
		dir.Write("main.tf", one+"removed {\n  from = tray_workspace_members.all\n  lifecycle {\n    destroy = false\n  }\n}\nimport {\n  to = "+address+"\n  id = \""+id+"\"\n}\n")
		dir.Apply()
		o.nobodyOut("the remedy")
		dir.Write("main.tf", one)
		dir.NoChanges()
		// And back.
		dir.Write("main.tf", o.Config(table+"moved {\n  from = "+address+"\n  to = tray_workspace_members.all\n}\n"))
		requireSays(t, dir.Run("plan", "-input=false"), 1, "A resource does not change its type by moving", "to = tray_workspace_members.<name>", `id = "`+o.id("sales")+`"`)
	})
}
