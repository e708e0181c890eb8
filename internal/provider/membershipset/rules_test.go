package membershipset_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// 26 % of a workspace, which the default guardrail does not let go, and 24 %, which it does.
func TestMembers_removalsStayWithinTheGuardrails(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		people := o.hires(18) // and the Owner makes 19
		in := func(n int) string { return all(strings.Join(people[:n], " = Viewer, ") + " = Viewer") }
		o.apply(in(18))
		o.refuses(in(13), "TRAY005", "max_removal_percent allows 25 %", "5 of 19", "27 %", people[13]+" from sales", people[17]+" from sales",
			"TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=27", "with "+address)
		o.Guard("max_removals = 3")
		o.refuses(in(14), "TRAY005", "max_removals allows 3", "removes 4", people[17]+" from sales", "TRAY_GUARDRAILS_MAX_REMOVALS=4")
		o.Guard("")
		o.apply(in(14)) // 4 of 19 are 21 %
		o.Guard("max_removal_percent = 100")
		o.apply("") // everybody, when that is meant
	})
}

// An environment variable goes before the block, for one run.
func TestMembers_guardrailsOverriddenForOneRun(t *testing.T) {
	o := open(t, acctest.Terraform)
	people := o.hires(6)
	o.apply(all(strings.Join(people, " = Viewer, ") + " = Viewer"))
	o.refuses("", "TRAY005", "6 of 7")
	t.Setenv("TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT", "many")
	o.refuses("", "TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT", "want a number")
	t.Setenv("TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT", "86")
	o.apply("")
}

func TestMembers_anOrganizationAdminIsAdmin(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.refuses(all("chief = Viewer"), "TRAY002", "chief@example.com", "Write the role \"Admin\"", `"chief@example.com" = "Viewer"`)
		// A promotion of somebody whose membership another resource keeps lower.
		user := func(role string) string {
			return "resource \"tray_user\" \"ana\" {\n  email = \"ana@example.com\"\n  organization_role = \"" + role + "\"\n}\n"
		}
		take := "import {\n  to = tray_user.ana\n  id = \"ana@example.com\"\n}\n"
		o.apply(all("ana = Viewer") + user("Viewer") + take)
		o.refuses(all("ana = Viewer")+user("Admin"), "TRAY002", "ana@example.com")
		o.apply(all("ana = Admin") + user("Admin"))
		// Demoted first, as the membership refers to the user.
		o.apply(strings.Replace(all("ana = Viewer"), `"ana@example.com"`, "(tray_user.ana.email)", 1) + user("Viewer"))
		o.holds("sales", map[string]string{"ana@example.com": "Viewer"})
	})
}

// The token acts as the chief, an Admin of the organization, who is a member by name.
func TestMembers_theTokenKeepsItsOwnRights(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(all("chief = Admin, ana = Viewer"))
		o.Env.Token = o.Env.NewToken(map[string]any{"user": "chief@example.com"})
		o.Guard("")
		o.refuses(all("ana = Viewer"), "TRAY004", "chief@example.com", "allow_self_removal")
		o.Guard("allow_self_removal = true")
		o.apply(all("ana = Viewer"))
		o.holds("sales", map[string]string{"ana@example.com": "Viewer"})
	})
}

func TestMembers_haveOneManager(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		again := strings.Replace(all("ben = Viewer"), `"sales" {`, `"again" {`, 1)
		for name, hcl := range map[string]string{
			"two for everybody":            all("ana = Viewer") + again,
			"everybody and one":            all("ana = Viewer") + one("ben", "ben", "Viewer"),
			"everybody and a role":         all("ana = Viewer") + roleOf("viewers", "Viewer", "ana"),
			"two for a role":               roleOf("viewers", "Viewer", "ana") + roleOf("again", "viewer", "ben"),
			"one person in two roles":      roleOf("viewers", "Viewer", "ana") + roleOf("admins", "Admin", "ana"),
			"a role, and one who has it":   roleOf("viewers", "Viewer", "ana") + one("ben", "ben", "Viewer"),
			"a role, and one of its names": roleOf("viewers", "Viewer", "ana") + one("ana", "ana", "Admin"),
		} {
			o.Write("main.tf", o.Fill(hcl))
			r := o.Run("plan", "-input=false")
			if r.Code != 1 || !strings.Contains(r.Text(), "Error: TRAY008: A membership has one manager") {
				o.T.Errorf("%s: ended with %d:\n%s", name, r.Code, r.Text())
			}
		}
		o.apply(roleOf("viewers", "Viewer", "ana") + one("ben", "ben", "Contributor") + allIn("ops", "ana = Viewer"))
	})
}

// Nothing is read for rules that nothing has been planned for.
func TestMembers_whatAPlanWithoutChangesCosts(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	const workspaces = 10
	people := o.hires(20)
	var hcl strings.Builder
	for i := range workspaces {
		name := fmt.Sprintf("w%d", i)
		o.Env.Control("POST", "ui/workspaces", body{"name": name})
		for _, email := range people {
			o.puts(name, email, "Viewer")
		}
		o.puts(name, acctest.OwnerEmail, "") // one page of members each
		hcl.WriteString(allIn(name, strings.Join(people, " = Viewer, ")+" = Viewer"))
	}
	o.apply(hcl.String())
	o.Env.ClearRequests()
	o.NoChanges()
	log := o.Env.Requests()
	if n := log.Count("GET", "/core/v1/workspaces/*/users"); n != workspaces || len(log) > workspaces+3 {
		t.Errorf("a plan of 200 memberships in %d workspaces made %d requests, %d of them for members:\n%s", workspaces, len(log), n, log)
	}
}

// Nobody needs to ask whose token it is, or which roles there are, to change the role of
// somebody who is no Admin: the members tell.
func TestMembers_whatARoleChangeCosts(t *testing.T) {
	t.Parallel()
	o := open(t, acctest.Terraform)
	o.withoutOwner("sales")
	o.apply(all("ana = Contributor, ben = Viewer, chief = Admin"))
	o.Env.ClearRequests()
	o.Write("main.tf", o.Fill(all("ana = Viewer, ben = Viewer, chief = Admin")))
	o.Apply()
	const members = "/core/v1/workspaces/*/users"
	log := o.Env.Requests()
	// The plan and the apply are two processes, and each reads the members once; the
	// third page is the read-back.
	if log.Count("GET", members) != 3 || log.Count("PUT", members+"/*") != 1 || len(log) != 4 {
		t.Errorf("want 3 pages of members and a write, got:\n%s", log)
	}
}
