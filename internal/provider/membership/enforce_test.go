package membership_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// seats makes these people the only members of sales.
func (o office) seats(roles map[string]string) {
	o.T.Helper()
	for email, role := range roles {
		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/"+email, body{"role": role, "force": true})
	}
	o.Env.Control(http.MethodDelete, "ui/workspaces/sales/members/owner@example.com?force=true", nil)
}

// layout brings a membership of sales for each of the people into the state.
func (o office) layout(roles map[string]string) {
	o.T.Helper()
	hcl := o.memberships(roles)
	for email := range roles {
		hcl += "import {\n  to = tray_workspace_member." + label(email) + "\n  id = \"sales/" + email + "\"\n}\n"
	}
	o.made(hcl)
}

func label(email string) string { name, _, _ := strings.Cut(email, "@"); return name }

func (o office) memberships(roles map[string]string) string {
	var b strings.Builder
	for email, role := range roles {
		b.WriteString("resource \"tray_workspace_member\" \"" + label(email) + "\" {\n  workspace_id = \"" + o.ID("sales") +
			"\"\n  email = \"" + email + "\"\n  role = \"" + role + "\"\n}\n")
	}
	return b.String()
}

func requireSays(t testing.TB, r acctest.Result, code int, parts ...string) {
	t.Helper()
	if r.Code != code {
		t.Fatalf("ended with %d, want %d:\n%s", r.Code, code, r.Text())
	}
	acctest.Desk{T: t}.Says(r, parts...)
}

// Bob leaves and Ana becomes Admin in one plan: whichever Terraform plans and does
// first, the workspace has an Admin all the time.
func TestMember_theLastAdminIsReplacedInOnePlan(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		roles := map[string]string{"bob@example.com": "Admin", "ana@example.com": "Viewer"}
		o.seats(roles)
		o.layout(roles)
		o.Applies(o.memberships(map[string]string{"ana@example.com": "Admin"}))
		o.wantRole("sales", "bob@example.com", "")
		if access := o.Env.State().Access(""); access["sales/ana@example.com"] != "Admin" || access["sales/bob@example.com"] != "" {
			o.T.Errorf("access is %v", access)
		}
	})
}

func TestMember_theLastAdminStays(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		roles := map[string]string{"bob@example.com": "Admin", "ana@example.com": "Viewer"}
		o.seats(roles)
		o.layout(roles)
		o.Write("main.tf", o.memberships(map[string]string{"ana@example.com": "Viewer"}))
		r, _ := o.Plan()
		requireSays(o.T, r, 2, "Warning: TRAY003", "The workspace sales keeps 1 member, but no Admin once bob@example.com is gone", "The apply decides")
		requireSays(o.T, o.Run("apply", "-input=false", "-auto-approve"), 1, "Error: TRAY003", "The workspace sales keeps 1 member", "Make somebody else Admin")
		if access := o.Env.State().Access(""); access["sales/bob@example.com"] != "Admin" {
			o.T.Errorf("access is %v", access)
		}
		// Destroyed as a whole, the workspace loses its Admin last.
		o.Write("main.tf", o.memberships(roles))
		o.NoChanges()
		o.Destroy()
	})
}

func TestMember_hasOneManager(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		roles := map[string]string{"ana@example.com": "Viewer"}
		one, all := o.memberships(roles), "resource \"tray_workspace_members\" \"all\" {\n  workspace_id = \""+o.ID("sales")+"\"\n  members = { \"ana@example.com\" = \"Viewer\" }\n}\n"
		copied := strings.ReplaceAll(one, `"ana" {`, `"again" {`)
		again := strings.ReplaceAll(copied, `"Viewer"`, `"Contributor"`)
		byRole := strings.NewReplacer("_members\"", "_role_members\"", "members = {", "emails = [", " = \"Viewer\" }", "]\n  role = \"Viewer\"").Replace(all)
		o.Write("main.tf", one)
		for name, hcl := range map[string]string{
			"additive and additive":      one + again,
			"additive and its copy":      one + copied,
			"additive and authoritative": one + all,
			"additive and one role":      one + byRole,
			"everybody and one role":     all + byRole,
		} {
			o.Write("main.tf", hcl)
			r := o.Run("plan", "-input=false")
			if r.Code != 1 || !strings.Contains(r.Text(), "TRAY008") {
				o.T.Errorf("%s: ended with %d: %s", name, r.Code, r.Text())
			}
		}
		o.Write("main.tf", one)
		o.Apply()
		// In the state as well, and under another address without a moved block.
		for name, hcl := range map[string]string{"a second block": one + again, "another address": again, "everybody instead": all} {
			o.Write("main.tf", hcl)
			r := o.Run("plan", "-input=false")
			if r.Code != 1 || !strings.Contains(r.Text(), "TRAY008") && !strings.Contains(r.Text(), "TRAY012") {
				o.T.Errorf("%s: ended with %d: %s", name, r.Code, r.Text())
			}
		}
		o.Write("main.tf", copied+"moved {\n  from = tray_workspace_member.ana\n  to = tray_workspace_member.again\n}\n")
		requireSays(o.T, o.Apply(), 0, "0 added, 0 changed, 0 destroyed")
	})
}

// Two blocks that are word for word the same are two, also where the sandbox runs in the
// provider's own process.
func TestMember_twoThatLookTheSameInTheEmbeddedSandbox(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		one := o.memberships(map[string]string{"ana@example.com": "Viewer"})
		o.Write("main.tf", one+strings.ReplaceAll(one, `"ana" {`, `"again" {`))
		requireSays(o.T, o.Run("apply", "-input=false", "-auto-approve"), 1, "TRAY008", "ana@example.com")
		if n := len(o.Env.Requests().Matching(http.MethodPost, "/core/v1/workspaces/*/users")); n != 0 {
			o.T.Errorf("%d memberships were asked for", n)
		}
	}, acctest.InProcess())
}

func TestMember_removalsStayWithinTheGuardrails(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		roles := map[string]string{}
		for _, name := range strings.Fields("p1 p2 p3 p4 p5 p6 p7 p8 p9 q1 q2 q3 q4 q5") {
			email := name + "@example.com"
			o.Env.Control(http.MethodPost, "ui/users", body{"email": email, "name": name, "role": "Viewer"})
			o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/"+email, body{"role": "Viewer"})
			roles[email] = "Viewer"
		}
		o.layout(roles) // 14 and the Owner: four of them are 27 %
		for _, name := range []string{"p1", "p2", "p3"} {
			delete(roles, name+"@example.com")
		}
		three := o.memberships(roles)
		delete(roles, "p4@example.com")
		o.Write("main.tf", o.memberships(roles))
		requireSays(o.T, o.Run("plan", "-input=false"), 1, "TRAY005", "max_removal_percent allows 25 %", "4 of 15", "27 %",
			"p1@example.com from sales", "p4@example.com from sales", "TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=27")
		o.Write("main.tf", three)
		o.Plan()
		o.Guard("max_removals = 2")
		requireSays(o.T, o.Run("plan", "-input=false"), 1, "TRAY005", "max_removals allows 2", "p3@example.com from sales")
	})
}

// The token acts as Cleo, an Admin of the organization.
func TestMember_theTokenKeepsItsOwnRights(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.Env.Control(http.MethodPut, "ui/workspaces/sales/members/cleo@example.com", body{"role": "Admin"})
		o.Env.Token = o.Env.NewToken(map[string]any{"user": "cleo@example.com"})
		o.Guard("")
		o.layout(map[string]string{"cleo@example.com": "Admin"})
		o.Write("main.tf", "")
		requireSays(o.T, o.Run("plan", "-input=false"), 1, "TRAY004", "cleo@example.com", "allow_self_removal")
		o.Guard("allow_self_removal = true")
		o.Apply()
	})
}
