package membershipset_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// A role change that was planned for one user is not the next one's with the same address.
func TestMembers_aRoleChangeForAUserMadeAnewSaysSo(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		for name, table := range map[string]func(role string) string{
			"everybody": func(role string) string { return all("ana = Admin, ben = " + role) },
			"one role":  func(role string) string { return roleOf("admins", "Admin", "ana") + roleOf("r", role, "ben") },
		} {
			o.apply(table("Viewer"))
			o.planned(table("Contributor"))
			o.Env.Control(http.MethodDelete, "ui/users/ben@example.com", nil)
			o.Env.Control(http.MethodPost, "ui/users", body{"email": "ben@example.com", "name": "Ben", "role": "Viewer"})
			r := o.Run("apply", "-input=false", "plan.bin")
			if name == "everybody" {
				o.Says(r, "Somebody else has the address now", "Plan again")
			}
			if r.Code == 0 && name == "everybody" || strings.Contains(r.Text(), "there is no user") {
				o.T.Errorf("%s: ended with %d:\n%s", name, r.Code, r.Text())
			}
			o.apply(table("Contributor")) // planned again
			o.holds("sales", map[string]string{"ana@example.com": "Admin", "ben@example.com": "Contributor"})
			o.apply("")
		}
	})
}

// However many resources take somebody out, each person is listed once, and the largest
// numbers that the errors name are those that the plan needs.
func TestRemovals_ofManySinglesListEachPersonOnce(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Process().Init() // which sees the environment
		people := o.hires(8)
		singles := ""
		for _, email := range people {
			name := strings.TrimSuffix(email, "@example.com")
			singles += one(name, name, "Viewer")
		}
		o.apply(singles)
		o.Guard("max_removals = 2")
		o.Write("main.tf", "")
		r := o.Run("plan", "-input=false")
		for _, email := range people {
			if n := strings.Count(r.Text(), "- "+email+" from sales"); n != 1 {
				o.T.Errorf("%s is listed %d times:\n%s", email, n, r.Text())
			}
		}
		if n := strings.Count(r.Text(), "Error: "); r.Code != 1 || n > len(people) {
			o.T.Errorf("%d errors for %d people", n, len(people))
		}
		for what, variable := range map[int]string{8: "TRAY_GUARDRAILS_MAX_REMOVALS", 89: "TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT"} {
			if !strings.Contains(r.Text(), fmt.Sprintf("%s=%d", variable, what)) {
				o.T.Errorf("no error says %s=%d:\n%s", variable, what, r.Text())
			}
			o.Environ = append(o.Environ, fmt.Sprintf("%s=%d", variable, what))
		}
		o.Apply()
		o.holds("sales", nil)
	})
}
