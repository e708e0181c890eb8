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
	o.t.Helper()
	return o.member(append([]string{inSales, ana, viewer, "expires_at = " + at}, more...)...)
}

func (o office) in(d time.Duration) string { return "\"" + o.Now().Add(d).Format(time.RFC3339) + "\"" }

// tells plans a configuration, which says all of these.
func (o office) tells(dir *acctest.CLI, hcl string, want ...string) {
	o.t.Helper()
	dir.Write("main.tf", hcl)
	r, _ := dir.Plan()
	for _, text := range want {
		if !strings.Contains(r.Text(), text) {
			o.t.Errorf("the plan does not say %q:\n%s", text, r.Text())
		}
	}
}

// applied applies a configuration, after which the plan is empty and Ana has that role in sales.
func (o office) applied(dir *acctest.CLI, hcl, role string) acctest.Result {
	o.t.Helper()
	dir.Write("main.tf", hcl)
	r := dir.Apply()
	dir.NoChanges()
	o.wantRole("sales", "ana@example.com", role)
	return r
}

// rests wants plans and applies that write nothing, now and later.
func (o office) rests(dir *acctest.CLI, later ...time.Duration) {
	o.t.Helper()
	for _, d := range append([]time.Duration{0}, later...) {
		o.Advance(d)
		o.ClearRequests()
		dir.NoChanges()
		dir.Apply()
		if writes := o.Requests().Writes(); len(writes) > 0 {
			o.t.Errorf("nothing was to be done, and this was written:\n%s", writes)
		}
	}
}

func TestMember_accessEndsByItsDate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		at := o.in(3 * day)
		hcl := o.guest(at)
		dir := o.open(cli, hcl)
		o.rests(dir, 3*day-hour)
		o.wantRole("sales", "ana@example.com", "Viewer") // never early
		o.Advance(hour + time.Minute)
		o.tells(dir, hcl, "The access of ana@example.com ended on "+strings.Trim(at, "\""), "in the workspace sales", `= "active" -> "ended"`)
		o.ClearRequests()
		o.applied(dir, hcl, "")
		if writes := o.Requests().Writes(); len(writes) != 1 {
			t.Errorf("one end wrote\n%s", writes)
		}
		o.rests(dir, day)

		o.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Admin"}) // somebody lets Ana in again
		o.applied(dir, hcl, "")
		o.applied(dir, o.guest(o.in(day)), "Viewer") // renewed
		o.Advance(day)
		o.applied(dir, o.guest(at), "")                                                                    // another date that has passed
		o.applied(dir, o.member(inSales, ana, `role = "Contributor"`, "expires_at = "+at), "")             // the role may change meanwhile
		o.applied(dir, o.member(inSales, ana, `role = "Contributor"`, "expires_at = null"), "Contributor") // no end
		o.ClearRequests()
		o.applied(dir, o.guest(at), "") // and at once, by a date of the past
		dir.Write("main.tf", o.Config(""))
		o.ClearRequests()
		dir.Apply()
		if writes := o.Requests().Writes(); len(writes) > 0 {
			t.Errorf("the destroy of what has ended wrote\n%s", writes)
		}
	})
}

// A date is the whole of that day in UTC, and another way to write a moment is no change.
func TestMember_aDateIsTheWholeDayInUTC(t *testing.T) {
	t.Parallel()
	o := start(t)
	last := o.Now().Add(day).Format(time.DateOnly)
	midnight, _ := time.Parse(time.DateOnly, last)
	dir := o.open(acctest.Terraform, o.guest("\""+last+"\""))
	dir.Write("main.tf", o.guest("\""+midnight.AddDate(0, 0, 1).In(time.FixedZone("", 3600)).Format(time.RFC3339)+"\""))
	dir.NoChanges()
	o.Advance(midnight.Add(day - 5*time.Minute).Sub(o.Now()))
	o.applied(dir, o.guest("\""+last+"\""), "Viewer")
	o.Advance(5 * time.Minute)
	o.applied(dir, o.guest("\""+last+"\""), "")
	o.tellsError(dir, o.guest(`"tomorrow"`), "Not a date", "2026-12-31T18:00:00+01:00")
}

// tellsError plans a configuration, which is refused and says all of these.
func (o office) tellsError(dir *acctest.CLI, hcl string, want ...string) {
	o.t.Helper()
	dir.Write("main.tf", hcl)
	r := dir.Run("plan", "-input=false")
	for _, text := range want {
		if r.Code != 1 || !strings.Contains(r.Text(), text) {
			o.t.Errorf("exit code %d, and %q is wanted:\n%s", r.Code, text, r.Text())
		}
	}
}

func TestMember_createdAfterItsDateNeverJoins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		hcl := o.guest(o.in(-hour))
		dir := o.Layout(t, cli, "")
		dir.Write("main.tf", hcl)
		dir.Init()
		o.tells(dir, hcl, "The access of ana@example.com ended on", "the person does not join", `+ status = "ended"`)
		o.ClearRequests()
		o.applied(dir, hcl, "")
		if writes := o.Requests().Writes(); len(writes) > 0 {
			t.Errorf("a membership that has ended wrote\n%s", writes)
		}
		o.rests(dir, day)
	})
}

// A plan made before the date and applied after it: who would join by it does not any more;
// who is there stays until the next plan, which shows it.
func TestMember_aSavedPlanMeetsADate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		at := o.in(hour)
		dir := o.Layout(t, cli, "")
		dir.Write("main.tf", o.guest(at))
		dir.Init()
		dir.Plan("-out=plan")
		o.Advance(hour)
		dir.Run("apply", "plan")
		o.wantRole("sales", "ana@example.com", "")
		dir.NoChanges()

		at = o.in(hour)
		o.applied(dir, o.guest(at), "Viewer")
		raised := o.member(inSales, ana, `role = "Admin"`, "expires_at = "+at)
		dir.Write("main.tf", raised)
		dir.Plan("-out=plan")
		o.Advance(hour)
		if r := dir.Run("apply", "plan"); r.Code != 0 {
			t.Errorf("the saved plan cannot be applied: %s", r.Text())
		}
		o.wantRole("sales", "ana@example.com", "Admin")
		o.applied(dir, raised, "")
	})
}

// An invitation that is accepted after the date gives nothing.
func TestMember_pendingEnds(t *testing.T) {
	t.Parallel()
	onBoth(t, func(_ *testing.T, o office, cli string) {
		o.invite()
		at := o.in(day)
		hcl := o.member(inSales, dan, viewer, "expires_at = "+at)
		dir := o.open(cli, hcl)
		o.rests(dir, hour)
		o.Advance(day)
		o.Accept("dan@example.com")
		o.tells(dir, hcl, "The access of dan@example.com ended on", "does not any more", `"pending" -> "ended"`)
		o.applied(dir, hcl, "")
		o.wantRole("sales", "dan@example.com", "")
		o.rests(dir, day)
		o.applied(dir, o.member(inSales, dan, viewer), "")
		o.wantRole("sales", "dan@example.com", "Viewer")
	})
}

// What ends by a date that was applied is never an error: no guardrail counts it, and what
// else stands against it is a warning.
func TestMember_anEndIsNeverAnError(t *testing.T) {
	t.Parallel()
	o := start(t)
	at := o.in(hour)
	last := o.member(inSales, ana, `role = "Admin"`, "expires_at = "+at)
	last = strings.Replace(last, "provider \"tray\" {", "provider \"tray\" {\n  guardrails = { max_removals = 0 }", 1)
	o.Control(http.MethodPut, "ui/workspaces/sales/members/bob@example.com", body{"role": "Viewer"})
	dir := o.open(acctest.Terraform, last)
	o.Control(http.MethodDelete, "ui/workspaces/sales/members/"+acctest.OwnerEmail+"?force=true", nil)
	o.Advance(hour)
	o.tells(dir, last, "TRAY003", "is not taken away while this is so", "The access of ana@example.com ended")
	dir.Apply()
	o.wantRole("sales", "ana@example.com", "Admin") // stays, as the last Admin
	o.Control(http.MethodPut, "ui/workspaces/sales/members/bob@example.com", body{"role": "Admin"})
	o.applied(dir, last, "")
}

// The date is no reason for anybody to be out while a person passes from one resource to
// another, and goes along.
func TestMember_passesWithItsDate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(_ *testing.T, o office, cli string) {
		at := o.in(day)
		forgets := func(what string) string {
			return "removed {\n  from = " + what + "\n  lifecycle {\n    destroy = false\n  }\n}\n"
		}
		whole := o.Config(fmt.Sprintf("resource \"tray_workspace_members\" \"all\" {\n  workspace_id = %q\n  members = { \"ana@example.com\" = \"Viewer\" }\n"+
			"  expires_at = { \"ana@example.com\" = %s }\n}\n", o.id("sales"), at)) + forgets("tray_workspace_member.a")
		alone := o.guest(at) + forgets("tray_workspace_members.all")
		dir := o.open(cli, o.guest(at))
		o.ClearRequests()
		o.applied(dir, whole, "Viewer")
		o.applied(dir, alone, "Viewer")
		o.nobodyOut("the way to the table and back")
		o.Advance(day + time.Minute) // on the way, and not a moment ago: then a plan would not be sure of it
		o.tells(dir, whole, "access of ana@example.com ended on", "is a member all the same", "A creation takes nothing away")
		dir.Apply()
		o.wantRole("sales", "ana@example.com", "Viewer")
		o.applied(dir, whole, "")
	})
}

func TestMember_aReplacementOfWhatHasEndedTakesNothing(t *testing.T) {
	t.Parallel()
	o := start(t)
	at := o.in(hour)
	with := func(rev string) string {
		return "resource \"terraform_data\" \"rev\" { input = \"" + rev + "\" }\n" + o.guest(at, "lifecycle {\n    create_before_destroy = true\n    replace_triggered_by = [terraform_data.rev]\n  }")
	}
	dir := o.open(acctest.Terraform, with("1"))
	o.ClearRequests()
	o.applied(dir, with("2"), "Viewer")
	o.nobodyOut("a replacement before the date")
	o.Advance(hour)
	o.applied(dir, with("2"), "")
	o.applied(dir, with("3"), "")
}

// An import knows no date, and writing it down sends nothing.
func TestMember_importedWithADate(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", body{"role": "Viewer"})
	hcl := o.guest(o.in(day))
	dir := o.Layout(t, acctest.Terraform, "")
	dir.Write("main.tf", hcl+"import {\n  to = tray_workspace_member.a\n  id = \"sales/ana@example.com\"\n}\n")
	dir.Init()
	o.ClearRequests()
	dir.Apply()
	dir.NoChanges()
	if writes := o.Requests().Writes(); len(writes) > 0 {
		t.Errorf("the import wrote\n%s", writes)
	}
	o.Advance(day)
	o.applied(dir, hcl, "")
}

// A date that only the apply knows decides there.
func TestMember_aDateKnownAfterTheApply(t *testing.T) {
	t.Parallel()
	o := start(t)
	with := func(at string) string {
		return "resource \"terraform_data\" \"until\" { input = " + at + " }\n" + o.guest("terraform_data.until.output")
	}
	dir := o.open(acctest.Terraform, with(o.in(-hour)))
	o.wantRole("sales", "ana@example.com", "")
	o.applied(dir, with(o.in(hour)), "Viewer")
	o.applied(dir, with(o.in(-hour)), "")
}

// The machine's own clock has no say, not even in the first plan of a process.
func TestMember_onlyTraysClockEndsAccess(t *testing.T) {
	t.Parallel()
	o := start(t)
	o.Advance(400 * day)
	passed, comes := o.in(-day), o.in(day) // both far ahead of the machine
	dir := o.open(acctest.Terraform, o.guest(comes))
	o.wantRole("sales", "ana@example.com", "Viewer")
	o.applied(dir, o.guest(passed), "")
}

// One at a time, as `-parallelism=1` has it, and an Admin of the organization among them: the
// memberships end, the plan after it is empty, and the Admin keeps what the organization gives.
func TestMember_endsOneAtATimeAndOfAnAdminOfTheOrganization(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		const alone = "-parallelism=1"
		o.Control(http.MethodPost, "ui/users", body{"email": "root@example.com", "name": "Root", "role": "Admin"})
		at := o.in(day)
		role := func(email, role string) string {
			return fmt.Sprintf("resource \"tray_workspace_member\" %q {\n  workspace_id = %q\n  email = %q\n  role = %q\n  expires_at = %s\n}\n", label(email), o.id("sales"), email, role, at)
		}
		hcl := o.Config(role("ana@example.com", "Viewer") + role("bob@example.com", "Contributor") + role("root@example.com", "Admin") +
			fmt.Sprintf("resource \"terraform_data\" \"after\" {\n  input = [tray_workspace_member.%s.role, tray_workspace_member.%s.role]\n}\n", label("ana@example.com"), label("root@example.com")))
		dir := o.Layout(t, cli, "")
		dir.Write("main.tf", hcl)
		dir.Init()
		dir.Apply(alone)
		o.wantRole("sales", "root@example.com", "Admin")
		o.Advance(day)
		if r, _ := dir.Plan(alone, "-out=plan"); strings.Count(r.Text(), `"active" -> "ended"`) != 3 || !strings.Contains(r.Text(), "ended on") {
			t.Errorf("the plan does not tell of three ends:\n%s", r.Text())
		}
		o.ClearRequests()
		dir.Apply(alone, "plan")
		for _, email := range []string{"ana@example.com", "bob@example.com", "root@example.com"} {
			o.wantRole("sales", email, "")
		}
		if writes := o.Requests().Writes(); len(writes) != 3 {
			t.Errorf("three ends wrote\n%s", writes)
		}
		o.rests(dir, day)
		for _, u := range o.State().Users {
			if u.Email == "root@example.com" && u.Role.Name != "Admin" {
				t.Errorf("the end took the role in the organization along: root is %q", u.Role.Name)
			}
		}
	})
}
