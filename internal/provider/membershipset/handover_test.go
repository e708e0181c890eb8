package membershipset_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const membersPath = "/core/v1/workspaces/*/users"

// nobodyOut wants that nobody was taken out since the log was cleared.
func (o office) nobodyOut(what string) {
	o.T.Helper()
	if log := o.Env.Requests(); log.Count(http.MethodDelete, membersPath+"/*") != 0 {
		o.T.Errorf("%s took somebody out:\n%s", what, log.Writes())
	}
}

// planned plans hcl into a file, which the returned function applies.
func (o office) planned(hcl string) (apply func(args ...string)) {
	o.T.Helper()
	o.Write("main.tf", o.Fill(hcl))
	o.Plan("-out=plan.bin")
	return func(args ...string) {
		o.T.Helper()
		o.Apply(append(args, "plan.bin")...)
	}
}

func rev(n string) string { return "resource \"terraform_data\" \"rev\" { input = \"" + n + "\" }\n" }

const replaced = "lifecycle { replace_triggered_by = [terraform_data.rev] }"

// Somebody else's resource is enough: create_before_destroy spreads to what it depends on.
const after = "resource \"terraform_data\" \"after\" {\n  input = tray_workspace_members.sales.workspace_id\n  lifecycle { create_before_destroy = true }\n}\n"

func TestMembers_createBeforeDestroyTakesNobodyOut(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(rev("1") + after + all("ana = Admin, ben = Viewer, dan = Viewer", replaced))
		o.Env.ClearRequests()
		o.apply(rev("2") + after + all("ana = Admin, ben = Viewer, dan = Viewer", replaced))
		o.nobodyOut("create_before_destroy")
	})
}

// Whom the new one does not name, the old one takes along. The creation is the first call of
// its process, which nothing but the command tells from one of the plan.
func TestMembers_createBeforeDestroyTakesOthersAlong(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Process().Init()
		o.apply(rev("1") + after + all("ana = Admin, ben = Viewer, dan = Viewer", replaced))
		o.apply(rev("2") + after + all("ana = Admin, ben = Contributor, cleo = Viewer", replaced))
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Contributor", "cleo@example.com": "Viewer"})
	})
}

func TestMembers_replacementTakesNobodyOut(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		hcl := all("ana = Admin, ben = Viewer")
		o.apply(hcl)
		o.Env.ClearRequests()
		o.Apply("-replace=" + address)
		o.NoChanges()
		o.Run("taint", address)
		o.apply(hcl)
		o.apply(rev("1") + all("ana = Admin, ben = Viewer", replaced))
		o.apply(rev("2") + all("ana = Admin, ben = Viewer", replaced))
		o.nobodyOut("a replacement")
		o.Write("main.tf", o.Fill(all("ana = Admin, cleo = Viewer")))
		o.Apply("-replace=" + address)
		o.NoChanges()
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "cleo@example.com": "Viewer"})
	})
}

// Another role replaces the resource; whoever is named in both is not out meanwhile.
func TestRoleMembers_anotherRoleTakesNobodyOut(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(roleOf("viewers", "Viewer", "ana", "ben"))
		o.Env.ClearRequests()
		o.apply(roleOf("viewers", "Contributor", "ana", "ben"))
		o.nobodyOut("another role")
		o.holds("sales", map[string]string{"ana@example.com": "Contributor", "ben@example.com": "Contributor"})
	})
}

// Hours after the plan: who has come in between stays, and so does what was changed.
func TestMembers_oldPlanTakesNothingThatItDidNotShow(t *testing.T) {
	t.Parallel()
	for name, table := range map[string]func(string) string{
		"everybody": func(more string) string { return all("ana = Viewer, cleo = Viewer" + more) },
		"one role": func(more string) string {
			return roleOf("viewers", "Viewer", append([]string{"ana", "cleo"}, strings.Fields(strings.NewReplacer(",", "", "= Viewer", "").Replace(more))...)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.OnBoth(t, open, func(o office) {
				o.apply(table(", dan = Viewer"))
				apply := o.planned(table("")) // dan goes
				o.puts("sales", "ben@example.com", "Viewer")
				o.puts("sales", "ana@example.com", "Contributor")
				apply()
				o.holds("sales", map[string]string{"ana@example.com": "Contributor", "ben@example.com": "Viewer", "cleo@example.com": "Viewer"})
				r, changes := o.Plan()
				if o.Says(r, "ben@example.com"); !changes {
					o.T.Error("the next plan does not show ben")
				}
				o.apply(table(""))
				o.holds("sales", map[string]string{"ana@example.com": "Viewer", "cleo@example.com": "Viewer"})
			})
		})
	}
}

// Whoever was removed, invited anew and is somebody else to Tray was in no plan.
func TestMembers_newUserWithAnOldAddressStays(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		anew := func() {
			o.Env.Control(http.MethodDelete, "ui/users/ben@example.com", nil)
			o.Env.Control(http.MethodPost, "ui/users", body{"email": "ben@example.com", "name": "Ben", "role": "Viewer"})
			o.puts("sales", "ben@example.com", "Contributor")
		}
		o.apply(all("ana = Admin, ben = Contributor"))
		apply := o.planned(all("ana = Admin"))
		anew()
		apply()
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Contributor"})
		o.apply(all("ana = Admin, ben = Contributor"))
		apply = o.planned("")
		anew()
		apply()
		o.holds("sales", map[string]string{"ben@example.com": "Contributor"})
	})
}

// People are known by their user ids: a new address changes nothing in Tray.
func TestMembers_addressChangedInTrayTakesNobodyOut(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("ana = Viewer, ben = Viewer"))
		o.Env.Control(http.MethodPut, "ui/users/ana@example.com", body{"email": "ana.silva@example.com"})
		o.Env.ClearRequests()
		r, changes := o.Plan()
		if o.Says(r, "Members have another e-mail address now", `write "ana.silva@example.com" in place of "ana@example.com"`); changes {
			o.T.Errorf("the plan is not empty:\n%s", r.Stdout)
		}
		o.apply(all("ana = Contributor, ben = Viewer")) // by the old name
		o.holds("sales", map[string]string{"ana.silva@example.com": "Contributor", "ben@example.com": "Viewer"})
		o.refuses(all("ana = Contributor, ana.silva = Contributor, ben = Viewer"), "One person is named twice", "ana.silva@example.com")
		o.Env.ClearRequests()
		o.apply(all("ana.silva = Contributor, ben = Viewer")) // the remedy
		if log := o.Env.Requests(); len(log.Writes()) != 0 {
			o.T.Errorf("the new address was sent:\n%s", log.Writes())
		}
		if r, _ := o.Plan(); strings.Contains(r.Text(), "another e-mail address") {
			o.T.Errorf("it still warns:\n%s", r.Stdout)
		}
		o.apply(all("ben = Viewer"))
		o.holds("sales", map[string]string{"ben@example.com": "Viewer"})
	})
}

// Of a change the plan shows the change: nobody who stays is in red.
func TestMembers_planShowsWhatIsKnown(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.puts("sales", "chief@example.com", "Admin")
		o.apply(all("ana = Viewer, ben = Viewer"))
		o.Write("main.tf", o.Fill(all("ana = Contributor, ben = Viewer", `ignore_emails = ["cleo@example.com"]`)))
		if r, _ := o.Plan(); strings.Contains(r.Text(), "known after apply") || strings.Contains(r.Text(), "chief@example.com") || !strings.Contains(r.Text(), `id = "sales"`) {
			o.T.Errorf("the plan shows more than the change, or not whose it is:\n%s", r.Stdout)
		}
		o.Apply()
		o.NoChanges()
		// A plan whose values are known holds when the world moves before the apply.
		apply := o.planned(all("ana = Viewer, ben = Viewer"))
		o.Env.Control(http.MethodPut, "ui/users/chief@example.com", body{"role": "Viewer"})
		o.puts("sales", "cleo@example.com", "Viewer")
		apply()
		if r, changes := o.Plan("-refresh-only"); !changes && r.Code != 0 {
			o.T.Error(r.Text())
		}
	})
}

// Each of two resources takes the one whom the other gives up, the only Admin among them,
// in whichever order Terraform comes to them. One at a time, the first would wait for the
// other for ever: then somebody else is Admin beside them.
func TestRoleMembers_theLastAdminAndAViewerChangePlaces(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		swap := func(boss, other string) string {
			return roleOf("admins", "Admin", boss) + roleOf("viewers", "Viewer", other, "cleo")
		}
		o.apply(swap("ana", "ben"))
		o.withoutOwner("sales")
		for n, args := range [][]string{nil, nil, nil, nil, {"-parallelism=1"}, {"-parallelism=1"}} {
			if args != nil {
				o.puts("sales", acctest.OwnerEmail, "Admin")
			}
			boss, other := "ben", "ana"
			if n%2 == 1 {
				boss, other = other, boss
			}
			apply := o.planned(swap(boss, other))
			o.Env.ClearRequests()
			apply(args...)
			o.NoChanges()
			o.holds("sales", map[string]string{boss + "@example.com": "Admin", other + "@example.com": "Viewer", "cleo@example.com": "Viewer"})
		}
	})
}

// From a role's resource to a single membership, and back: one apply, and nobody is lost.
func TestRoleMembers_giveSomebodyToASingleMembership(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		together := roleOf("admins", "Admin", "ana", "ben")
		apart := roleOf("admins", "Admin", "ben") + one("ana", "ana", "Viewer")
		o.apply(together)
		o.apply(apart)
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Admin"})
		// Back is refused in the plan, with what to do instead, once for the person.
		o.Write("main.tf", o.Fill(together))
		r := o.Run("plan", "-input=false")
		if n := strings.Count(r.Text(), "Error: "); r.Code != 1 || n != 1 {
			o.T.Errorf("ended with %d and %d errors, want one:\n%s", r.Code, n, r.Text())
		}
		o.Says(r, "TRAY008", "removed block and destroy = false")
		o.Env.ClearRequests()
		o.apply(together + "removed {\n  from = tray_workspace_member.ana\n  lifecycle {\n    destroy = false\n  }\n}\n")
		o.nobodyOut("the remedy")
		o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Admin"})
	})
}

// Promoted in the UI beside a resource that stands for Admins, somebody whom a single
// membership keeps comes out of one apply with the configured role.
func TestRoleMembers_leaveAPromotedMemberToTheirMembership(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		hcl := roleOf("admins", "Admin", "ana") + one("dan", "dan", "Viewer")
		o.apply(hcl)
		want := map[string]string{"ana@example.com": "Admin", "dan@example.com": "Viewer"}
		for _, args := range [][]string{nil, {"-parallelism=1"}, nil, {"-parallelism=1"}} {
			o.puts("sales", "dan@example.com", "Admin")
			o.Write("main.tf", o.Fill(hcl))
			o.Apply(args...)
			o.NoChanges()
			o.holds("sales", want)
		}
		// Taken out of the state and imported again, as TRAY012 says.
		o.Run("state", "rm", "tray_workspace_member.dan")
		o.puts("sales", "dan@example.com", "Admin")
		o.apply(hcl + "import {\n  to = tray_workspace_member.dan\n  id = \"sales/dan@example.com\"\n}\n")
		o.holds("sales", want)
	})
}

func TestMembers_idSaysWhose(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(allIn("ops", "ana = Viewer") + roleOf("viewers", "view only", "ana"))
		r := o.apply(allIn("ops", "ana = Contributor") + roleOf("viewers", "view only", "ana", "ben"))
		o.Says(r, "[id=ops]", "[id=sales/Viewer]")
	})
}

// Somebody is deleted in the UI: what the examples write survives a refresh on its own, in
// which Terraform has no user left to refer to.
func TestMembers_refreshAloneSurvivesADeletedUser(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		hcl := `resource "tray_user" "people" {
  for_each          = { "eve@example.com" = "Viewer", "fay@example.com" = "Viewer" }
  email             = each.key
  name              = "N"
  organization_role = each.value
  onboarding        = "create"
}
resource "tray_workspace_members" "sales" {
  workspace_id = "{sales}"
  members      = { (tray_user.people["eve@example.com"].email) = "Viewer", (tray_user.people["fay@example.com"].email) = "Viewer" }
}
resource "tray_workspace_member" "ops" {
  for_each     = tray_user.people
  workspace_id = "{ops}"
  email        = each.value.email
  role         = "Viewer"
}
`
		o.apply(hcl)
		o.Env.Control(http.MethodDelete, "ui/users/fay@example.com", nil)
		r, _ := o.Plan("-refresh-only")
		o.Says(r, "The user is gone from Tray", "fay@example.com")
		o.apply(hcl)
		o.holds("sales", map[string]string{"eve@example.com": "Viewer", "fay@example.com": "Viewer"})
		o.holds("ops", map[string]string{"eve@example.com": "Viewer", "fay@example.com": "Viewer"})
	})
}
