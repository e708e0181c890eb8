package membership_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// guest is Ana's membership of sales with a date.
func (o office) guest(at string, more ...string) string {
	o.T.Helper()
	return o.member(append([]string{inSales, ana, viewer, "expires_at = " + at}, more...)...)
}

func (o office) in(d time.Duration) string {
	return "\"" + o.Env.Now().Add(d).Format(time.RFC3339) + "\""
}

// tells plans a configuration, which says all of these.
func (o office) tells(hcl string, want ...string) {
	o.T.Helper()
	o.Write("main.tf", hcl)
	r, _ := o.Plan()
	o.Says(r, want...)
}

// applied applies a configuration, after which the plan is empty and Ana has that role in sales.
func (o office) applied(hcl, role string) {
	o.T.Helper()
	o.Applies(hcl)
	o.wantRole("sales", "ana@example.com", role)
}

func TestMember_accessEndsByItsDate(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		at := o.in(3 * day)
		hcl := o.guest(at)
		o.made(hcl)
		o.Rests(3*day - hour)
		o.wantRole("sales", "ana@example.com", "Viewer") // never early
		o.Env.Advance(hour + time.Minute)
		o.tells(hcl, "The access of ana@example.com ended on "+strings.Trim(at, "\""), "in the workspace sales", `= "active" -> "ended"`)
		o.Env.ClearRequests()
		o.applied(hcl, "")
		if writes := o.Env.Requests().Writes(); len(writes) != 1 {
			o.T.Errorf("one end wrote\n%s", writes)
		}
		o.Rests(day)

		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Admin"}) // somebody lets Ana in again
		o.applied(hcl, "")
		o.applied(o.guest(o.in(day)), "Viewer") // renewed
		o.Env.Advance(day)
		o.applied(o.guest(at), "")                                                                    // another date that has passed
		o.applied(o.member(inSales, ana, `role = "Contributor"`, "expires_at = "+at), "")             // the role may change meanwhile
		o.applied(o.member(inSales, ana, `role = "Contributor"`, "expires_at = null"), "Contributor") // no end
		o.Env.ClearRequests()
		o.applied(o.guest(at), "") // and at once, by a date of the past
		o.Write("main.tf", "")
		o.Env.ClearRequests()
		o.Apply()
		if writes := o.Env.Requests().Writes(); len(writes) > 0 {
			o.T.Errorf("the destroy of what has ended wrote\n%s", writes)
		}
	})
}

// A date is the whole of that day in UTC, and another way to write a moment is no change.
func TestMember_aDateIsTheWholeDayInUTC(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	last := o.Env.Now().Add(day).Format(time.DateOnly)
	midnight, _ := time.Parse(time.DateOnly, last)
	o.made(o.guest("\"" + last + "\""))
	o.Write("main.tf", o.guest("\""+midnight.AddDate(0, 0, 1).In(time.FixedZone("", 3600)).Format(time.RFC3339)+"\""))
	o.NoChanges()
	o.Env.Advance(midnight.Add(day - 5*time.Minute).Sub(o.Env.Now()))
	o.applied(o.guest("\""+last+"\""), "Viewer")
	o.Env.Advance(5 * time.Minute)
	o.applied(o.guest("\""+last+"\""), "")
	o.Refuses(o.guest(`"tomorrow"`), "Not a date", "2026-12-31T18:00:00+01:00")
}

func TestMember_createdAfterItsDateNeverJoins(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		hcl := o.guest(o.in(-hour))
		o.Write("main.tf", hcl)
		o.tells(hcl, "The access of ana@example.com ended on", "the person does not join", `+ status = "ended"`)
		o.Env.ClearRequests()
		o.applied(hcl, "")
		if writes := o.Env.Requests().Writes(); len(writes) > 0 {
			o.T.Errorf("a membership that has ended wrote\n%s", writes)
		}
		o.Rests(day)
	})
}

// A plan made before the date and applied after it: who would join by it does not any more;
// who is there stays until the next plan, which shows it.
func TestMember_aSavedPlanMeetsADate(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		at := o.in(hour)
		o.Write("main.tf", o.guest(at))
		o.Plan("-out=plan")
		o.Env.Advance(hour)
		o.Run("apply", "plan")
		o.wantRole("sales", "ana@example.com", "")
		o.NoChanges()

		at = o.in(hour)
		o.applied(o.guest(at), "Viewer")
		raised := o.member(inSales, ana, `role = "Admin"`, "expires_at = "+at)
		o.Write("main.tf", raised)
		o.Plan("-out=plan")
		o.Env.Advance(hour)
		if r := o.Run("apply", "plan"); r.Code != 0 {
			o.T.Errorf("the saved plan cannot be applied: %s", r.Text())
		}
		o.wantRole("sales", "ana@example.com", "Admin")
		o.applied(raised, "")
	})
}

// An invitation that is accepted after the date gives nothing.
func TestMember_pendingEnds(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.invite()
		at := o.in(day)
		hcl := o.member(inSales, dan, viewer, "expires_at = "+at)
		o.made(hcl)
		o.Rests(hour)
		o.Env.Advance(day)
		o.Env.Accept("dan@example.com")
		o.tells(hcl, "The access of dan@example.com ended on", "does not any more", `"pending" -> "ended"`)
		o.applied(hcl, "")
		o.wantRole("sales", "dan@example.com", "")
		o.Rests(day)
		o.applied(o.member(inSales, dan, viewer), "")
		o.wantRole("sales", "dan@example.com", "Viewer")
	})
}

// What ends by a date that was applied is never an error: no guardrail counts it, and what
// else stands against it is a warning.
func TestMember_anEndIsNeverAnError(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	at := o.in(hour)
	last := o.member(inSales, ana, `role = "Admin"`, "expires_at = "+at)
	o.Guard("max_removals = 0")
	o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/bob@example.com", body{"role": "Viewer"})
	o.made(last)
	o.Env.Control(http.MethodDelete, "ui/workspaces/sales/members/"+acctest.OwnerEmail+"?force=true", nil)
	o.Env.Advance(hour)
	o.tells(last, "TRAY003", "is not taken away while this is so", "The access of ana@example.com ended")
	o.Apply()
	o.wantRole("sales", "ana@example.com", "Admin") // stays, as the last Admin
	o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/bob@example.com", body{"role": "Admin"})
	o.applied(last, "")
}

// The date is no reason for anybody to be out while a person passes from one resource to
// another, and goes along.
func TestMember_passesWithItsDate(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		at := o.in(day)
		forgets := func(what string) string {
			return "removed {\n  from = " + what + "\n  lifecycle {\n    destroy = false\n  }\n}\n"
		}
		whole := fmt.Sprintf("resource \"tray_workspace_members\" \"all\" {\n  workspace_id = %q\n  members = { \"ana@example.com\" = \"Viewer\" }\n"+
			"  expires_at = { \"ana@example.com\" = %s }\n}\n", o.ID("sales"), at) + forgets("tray_workspace_member.a")
		alone := o.guest(at) + forgets("tray_workspace_members.all")
		o.made(o.guest(at))
		o.Env.ClearRequests()
		o.applied(whole, "Viewer")
		o.applied(alone, "Viewer")
		o.nobodyOut("the way to the table and back")
		o.Env.Advance(day + time.Minute) // on the way, and not a moment ago: then a plan would not be sure of it
		o.tells(whole, "access of ana@example.com ended on", "is a member all the same", "A creation takes nothing away")
		o.Apply()
		o.wantRole("sales", "ana@example.com", "Viewer")
		o.applied(whole, "")
	})
}

func TestMember_aReplacementOfWhatHasEndedTakesNothing(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	at := o.in(hour)
	with := func(rev string) string {
		return "resource \"terraform_data\" \"rev\" { input = \"" + rev + "\" }\n" + o.guest(at, "lifecycle {\n    create_before_destroy = true\n    replace_triggered_by = [terraform_data.rev]\n  }")
	}
	o.made(with("1"))
	o.Env.ClearRequests()
	o.applied(with("2"), "Viewer")
	o.nobodyOut("a replacement before the date")
	o.Env.Advance(hour)
	o.applied(with("2"), "")
	o.applied(with("3"), "")
}

// An import knows no date, and writing it down sends nothing.
func TestMember_importedWithADate(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
	hcl := o.guest(o.in(day))
	o.Write("main.tf", hcl+"import {\n  to = tray_workspace_member.a\n  id = \"sales/ana@example.com\"\n}\n")
	o.Env.ClearRequests()
	o.Apply()
	o.NoChanges()
	if writes := o.Env.Requests().Writes(); len(writes) > 0 {
		t.Errorf("the import wrote\n%s", writes)
	}
	o.Env.Advance(day)
	o.applied(hcl, "")
}

// A date that only the apply knows decides there.
func TestMember_aDateKnownAfterTheApply(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	with := func(at string) string {
		return "resource \"terraform_data\" \"until\" { input = " + at + " }\n" + o.guest("terraform_data.until.output")
	}
	o.made(with(o.in(-hour)))
	o.wantRole("sales", "ana@example.com", "")
	o.applied(with(o.in(hour)), "Viewer")
	o.applied(with(o.in(-hour)), "")
}

// The machine's own clock has no say, not even in the first plan of a process.
func TestMember_onlyTraysClockEndsAccess(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Env.Advance(400 * day)
	passed, comes := o.in(-day), o.in(day) // both far ahead of the machine
	o.made(o.guest(comes))
	o.wantRole("sales", "ana@example.com", "Viewer")
	o.applied(o.guest(passed), "")
}

// One at a time, as `-parallelism=1` has it, and an Admin of the organization among them: the
// memberships end, the plan after it is empty, and the Admin keeps what the organization gives.
func TestMember_endsOneAtATimeAndOfAnAdminOfTheOrganization(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		const alone = "-parallelism=1"
		o.Env.Control(http.MethodPost, "ui/users", body{"email": "root@example.com", "name": "Root", "role": "Admin"})
		at := o.in(day)
		role := func(email, role string) string {
			return fmt.Sprintf("resource \"tray_workspace_member\" %q {\n  workspace_id = %q\n  email = %q\n  role = %q\n  expires_at = %s\n}\n", label(email), o.ID("sales"), email, role, at)
		}
		hcl := role("ana@example.com", "Viewer") + role("bob@example.com", "Contributor") + role("root@example.com", "Admin") +
			fmt.Sprintf("resource \"terraform_data\" \"after\" {\n  input = [tray_workspace_member.%s.role, tray_workspace_member.%s.role]\n}\n", label("ana@example.com"), label("root@example.com"))
		o.Write("main.tf", hcl)
		o.Apply(alone)
		o.wantRole("sales", "root@example.com", "Admin")
		o.Env.Advance(day)
		if r, _ := o.Plan(alone, "-out=plan"); strings.Count(r.Text(), `"active" -> "ended"`) != 3 || !strings.Contains(r.Text(), "ended on") {
			o.T.Errorf("the plan does not tell of three ends:\n%s", r.Text())
		}
		o.Env.ClearRequests()
		o.Apply(alone, "plan")
		for _, email := range []string{"ana@example.com", "bob@example.com", "root@example.com"} {
			o.wantRole("sales", email, "")
		}
		if writes := o.Env.Requests().Writes(); len(writes) != 3 {
			o.T.Errorf("three ends wrote\n%s", writes)
		}
		o.Rests(day)
		for _, u := range o.Env.State().Users {
			if u.Email == "root@example.com" && u.Role.Name != "Admin" {
				o.T.Errorf("the end took the role in the organization along: root is %q", u.Role.Name)
			}
		}
	})
}
