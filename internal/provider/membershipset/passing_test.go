package membershipset_test

import (
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// passing is a change in which people pass from one resource to another.
type passing struct{ before, after string }

const forgotten = "removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n"

func forget(address string) string { return strings.Replace(forgotten, "%s", address, 1) }

// passings are every pair of resources between which somebody can pass in one apply.
var passings = map[string]passing{
	"from a role to a single": {roleOf("r", "Viewer", "ana", "ben"), roleOf("r", "Viewer", "ben") + one("ana", "ana", "Admin")},
	"from a single to a role": {roleOf("r", "Viewer", "ben") + one("ana", "ana", "Admin"), roleOf("r", "Viewer", "ana", "ben") + forget("tray_workspace_member.ana")},
	"from a role to another":  {roleOf("r", "Viewer", "ana", "ben") + roleOf("s", "Contributor", "cleo"), roleOf("r", "Viewer", "ben") + roleOf("s", "Contributor", "ana", "cleo")},
	"two change places beside a third": {
		roleOf("r", "Viewer", "ana", "ben") + roleOf("s", "Contributor", "cleo") + one("dan", "dan", "Admin"),
		roleOf("r", "Viewer", "cleo", "ben") + roleOf("s", "Contributor", "ana") + one("dan", "dan", "Admin"),
	},
	"one becomes a single, another comes": {roleOf("r", "Viewer", "ana", "ben"), roleOf("r", "Viewer", "ben", "cleo") + one("ana", "ana", "Contributor")},
	"from a table to roles":               {all("ana = Viewer, ben = Contributor"), roleOf("r", "Viewer", "ana") + roleOf("s", "Contributor", "ben") + forget("tray_workspace_members.sales")},
	"from roles to a table": {
		roleOf("r", "Viewer", "ana") + roleOf("s", "Contributor", "ben"),
		all("ana = Viewer, ben = Contributor") + forget("tray_workspace_role_members.r") + forget("tray_workspace_role_members.s"),
	},
}

// Ana and Ben are in the workspace at every moment of the one apply, in whichever order
// Terraform comes to the resources: twice, as that is chance.
func TestRoleMembers_nobodyIsOutWhilePeoplePass(t *testing.T) {
	t.Parallel()
	for name, p := range passings {
		t.Run(name, func(t *testing.T) {
			acctest.OnBoth(t, open, func(o office) {
				o.Guard("max_removal_percent = 100")
				for range 2 {
					o.made(p.before)
					o.Env.ClearRequests()
					o.apply(p.after)
					o.nobodyOut(name)
					o.made("")
					o.holds("sales", nil)
				}
			})
		})
	}
}

// Terraform does not always read what is forgotten, so that a table in its place may find
// people with other roles whom nobody seems to have. TRAY012's import is right for that, too.
func TestRoleMembers_forgottenForATableWithOtherRolesAreImported(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(roleOf("r", "Viewer", "ana") + roleOf("s", "Contributor", "ben"))
		o.Env.ClearRequests()
		after := all("ana = Contributor, ben = Viewer") + forget("tray_workspace_role_members.r") + forget("tray_workspace_role_members.s")
		o.apply(after + "import {\n  to = tray_workspace_members.sales\n  id = \"{sales}\"\n}\n")
		o.nobodyOut("the import")
	})
}

// The first half of a replacement takes out whom it had, and keeps whom its second half comes
// for: that one is planned when the removal beside it has long listened.
func TestRoleMembers_nobodyIsOutWhoPassesToAReplacement(t *testing.T) {
	t.Parallel()
	lead := func(name string) string { return one("lead", name, "Contributor") }
	for name, p := range map[string]passing{
		"of a single": {roleOf("r", "Viewer", "ana", "ben") + lead("dan"), roleOf("r", "Viewer", "ana") + lead("ben")},
		"of a role":   {roleOf("r", "Viewer", "ana", "ben") + roleOf("s", "Contributor", "dan"), roleOf("r", "Viewer", "ana") + roleOf("s", "Admin", "ben")},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.OnBoth(t, open, func(o office) {
				o.Guard("max_removal_percent = 100")
				o.made(p.before)
				o.Env.ClearRequests()
				o.apply(p.after)
				if log := o.Env.Requests(); log.Count("DELETE", "**") != 1 {
					o.T.Errorf("not only Dan was taken out:\n%s", log.Writes())
				}
			})
		})
	}
}

// Where the second half fails, the person has kept the old role, and TRAY012 says how to go on.
func TestRoleMembers_whoPassesToAReplacementThatFailsIsImported(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Guard("max_removal_percent = 100")
		o.made(roleOf("r", "Viewer", "ana", "ben") + one("lead", "dan", "Contributor"))
		o.Env.Fault(acctest.Fault{Method: "PUT", Path: "/core/v1/workspaces/*/users/*", Status: 403, Times: 1})
		after := roleOf("r", "Viewer", "ana") + one("lead", "ben", "Contributor")
		o.fails(after, "Could not add the member")
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Viewer"})
		o.Says(o.Run("plan", "-input=false"), "TRAY012", "ben@example.com is Viewer in the workspace sales already", "import {")
		o.Env.ClearRequests()
		o.apply(after + "import {\n  to = tray_workspace_member.lead\n  id = \"{sales}/ben@example.com\"\n}\n")
		o.nobodyOut("the import")
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Contributor"})
	})
}

// Ten turns at once are few for thirty people, so that a removal comes before most of the
// additions have had theirs.
func TestRoleMembers_nobodyIsOutWhileManyPass(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Guard("max_removal_percent = 100")
		together, singles := []string{"ana"}, ""
		for _, email := range o.hires(30) {
			name := strings.TrimSuffix(email, "@example.com")
			together, singles = append(together, name), singles+one(name, name, "Contributor")
		}
		o.made(roleOf("r", "Viewer", together...))
		o.Env.ClearRequests()
		o.apply(roleOf("r", "Viewer", "ana") + singles)
		o.nobodyOut("many")
	})
}

// With one turn at a time neither sees the other: the plan says so in every order, names no
// other remedy, and the remedy is followed.
func TestRoleMembers_onePersonAtATimePassesInNoPlan(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Guard("max_removal_percent = 100")
		o.Process().Init()
		for _, name := range []string{"from a role to a single", "from a role to another", "two change places beside a third"} {
			p := passings[name]
			o.made(p.before)
			o.Write("main.tf", o.Fill(p.after))
			for range 3 {
				r := o.Run("plan", "-input=false", "-parallelism=1")
				if r.Code != 1 || !strings.Contains(r.Text(), "Run this plan without -parallelism=1") {
					o.T.Fatalf("%s: the plan ended with %d:\n%s", name, r.Code, r.Text())
				}
			}
			o.Env.ClearRequests()
			o.apply(p.after)
			o.nobodyOut("the remedy")
			o.made("")
		}
		// A stranger is still somebody to import.
		o.puts("sales", "ana@example.com", "Viewer")
		o.Write("main.tf", o.Fill(one("ana", "ana", "Admin")))
		o.Says(o.Run("plan", "-input=false", "-parallelism=1"), "TRAY012", "if one does, run it without", "import {")
	})
}
