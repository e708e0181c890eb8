package membershipset_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// in is a moment from the sandbox's now on, as expires_at takes it.
func (o office) in(d time.Duration) string {
	o.T.Helper()
	return o.Env.Now().Add(d).Format(time.RFC3339)
}

// ending is an expires_at: "ben = 2026-12-31, cleo = null".
func ending(people string) string {
	var lines []string
	for _, p := range strings.Split(people, ", ") {
		name, at, _ := strings.Cut(p, " = ")
		if at != "null" {
			at = "\"" + at + "\""
		}
		lines = append(lines, "\""+name+"@example.com\" = "+at)
	}
	return "expires_at = { " + strings.Join(lines, ", ") + " }"
}

func (o office) plans() acctest.Result {
	o.T.Helper()
	r, _ := o.Plan()
	return r
}

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func TestMembers_accessEnds(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		at := o.in(3 * day)
		hcl := all("ana = Viewer, ben = Contributor, cleo = Viewer", ending("ben = "+at+", ana = null"))
		o.apply(hcl)
		o.Env.Advance(3*day - hour)
		o.Rests() // never early
		o.Env.Advance(hour + time.Minute)
		o.Env.ClearRequests()
		r := o.plans()
		o.Says(r, "access of ben@example.com ended on "+at+" (was Contributor)", "1 to change", "+ \"ben@example.com\"")
		o.apply(hcl)
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "cleo@example.com": "Viewer"})
		if writes := o.Env.Requests().Writes(); len(writes) != 1 {
			o.T.Errorf("one end wrote\n%s", writes)
		}
		o.Rests(day)

		o.puts("sales", "ben@example.com", "Viewer") // somebody lets ben in again
		o.Says(o.plans(), "access of ben@example.com ended on")
		o.apply(hcl)
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "cleo@example.com": "Viewer"})

		later := all("ana = Viewer, ben = Contributor, cleo = Viewer", ending("ben = "+o.in(day)))
		o.apply(later)
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Contributor", "cleo@example.com": "Viewer"})
		o.Env.Advance(2 * day)
		o.apply(later)
		o.apply(all("ana = Viewer, ben = Contributor, cleo = Viewer")) // no date: ben is back
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Contributor", "cleo@example.com": "Viewer"})
	})
}

func TestRoleMembers_accessEnds(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		at := o.in(hour)
		hcl := strings.Replace(roleOf("viewers", "Viewer", "ana", "ben"), "\n}\n", "\n  "+ending("BEN = "+at)+"\n}\n", 1)
		o.apply(hcl)
		o.Env.Advance(hour)
		o.Says(o.plans(), "access of ben@example.com ended on "+at+" (was Viewer)")
		o.apply(hcl)
		o.holds("sales", map[string]string{"ana@example.com": "Viewer"})
		o.Rests(day)
	})
}

func TestMembers_datesOfNobodyAndNoDates(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.refuses(all("ana = Viewer", ending("ben = 2026-12-31")), "A date for somebody who is not named", "ben@example.com is not in members")
	o.refuses(strings.Replace(roleOf("v", "Viewer", "ana"), "\n}\n", "\n  "+ending("ben = 2026-12-31")+"\n}\n", 1), "A date for somebody who is not named", "is not in emails")
	o.refuses(all("ana = Viewer", ending("ana = 31.12.2026")), "Not a date", "The date of ana@example.com", "2026-12-31T18:00:00+01:00")
	o.refuses(all("ana = Viewer", ending("ana = 2026-12-31, Ana = 2026-12-30")), "One person is named twice")
	o.apply(all("ana = Viewer", ending("ana = null, ben = null"))) // one expression serves people with and without a date
	o.holds("sales", map[string]string{"ana@example.com": "Viewer"})
}

func TestMembers_aDateOfThePast(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	past := o.in(-day)
	hcl := all("ana = Viewer, ben = Viewer", ending("ben = "+past))
	o.Write("main.tf", o.Fill(hcl))
	o.Says(o.plans(), "access of ben@example.com ended on "+past+" (does not join)")
	o.apply(hcl)
	o.holds("sales", map[string]string{"ana@example.com": "Viewer"})

	hcl = all("ana = Viewer, ben = Viewer", ending("ben = "+past+", ana = "+past))
	o.Guard("max_removals = 0") // a date that has passed as it is written removes like anything else
	o.refuses(hcl, "TRAY005", "ana@example.com from sales")
	o.Guard("")
	o.apply(hcl)
	o.holds("sales", map[string]string{})
}

func TestMembers_endsAreNoRemovalsForTheGuardrails(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.Guard("max_removals = 0")
	at := o.in(hour)
	hcl := all("ana = Viewer, ben = Viewer, cleo = Viewer", ending("ben = "+at+", ana = "+at+", cleo = "+at))
	o.apply(hcl)
	o.Env.Advance(hour)
	o.apply(hcl)
	o.holds("sales", map[string]string{})
}

// The last Admin's access ends: that is no error, today or any day, until somebody else is Admin.
func TestMembers_theLastAdminsEndWaits(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	at := o.in(hour)
	hcl := all("ana = Admin, ben = Viewer, cleo = Viewer", ending("ana = "+at+", cleo = "+at), "ignore_org_admins = false")
	o.puts("sales", "ana@example.com", "Admin")
	o.withoutOwner("sales")
	o.apply(strings.Replace(hcl, "ignore_org", "overwrite_existing = true\n  ignore_org", 1))
	o.Env.Advance(hour)
	o.Write("main.tf", o.Fill(hcl))
	o.Says(o.plans(), "TRAY003", "access of ana@example.com ended", "is not taken away while this is so")
	r := o.Apply()
	o.Says(r, "TRAY003", "is not taken away while this is so")
	o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Viewer"}) // cleo's has ended all the same
	o.puts("sales", "ben@example.com", "Admin")
	hcl = strings.Replace(hcl, "\"ben@example.com\" = \"Viewer\"", "\"ben@example.com\" = \"Admin\"", 1)
	o.apply(hcl)
	o.holds("sales", map[string]string{"ben@example.com": "Admin"})
}

// A plan that was made before a date and is applied after it: who joins by it does not any
// more, and who is there stays for the next one.
func TestMembers_aSavedPlanMeetsADate(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		at := o.in(hour)
		o.Write("main.tf", o.Fill(all("ana = Viewer, ben = Viewer", ending("ben = "+at))))
		o.Plan("-out=plan")
		o.Env.Advance(hour)
		if r := o.Run("apply", "plan"); r.Code != 0 {
			o.T.Fatalf("the saved plan cannot be applied: %s", r.Text())
		}
		o.holds("sales", map[string]string{"ana@example.com": "Viewer"})
		o.Rests()

		at = o.in(hour)
		o.apply(all("ana = Viewer, ben = Viewer", ending("ben = "+at)))
		hcl := all("ana = Contributor, ben = Viewer", ending("ben = "+at))
		o.Write("main.tf", o.Fill(hcl))
		o.Plan("-out=plan")
		o.Env.Advance(hour)
		if r := o.Run("apply", "plan"); r.Code != 0 {
			o.T.Fatalf("the saved plan cannot be applied: %s", r.Text())
		}
		o.holds("sales", map[string]string{"ana@example.com": "Contributor", "ben@example.com": "Viewer"})
		o.apply(hcl)
		o.holds("sales", map[string]string{"ana@example.com": "Contributor"})
	})
}
