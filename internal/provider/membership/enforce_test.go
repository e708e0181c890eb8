package membership_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// seats makes these people the only members of sales.
func (o office) seats(roles map[string]string) {
	o.t.Helper()
	for email, role := range roles {
		o.Control(http.MethodPut, "ui/workspaces/sales/members/"+email, body{"role": role, "force": true})
	}
	o.Control(http.MethodDelete, "ui/workspaces/sales/members/owner@example.com?force=true", nil)
}

// layout is a command line with a membership of sales for each of the people, in the
// state already.
func (o office) layout(cli string, roles map[string]string) *acctest.CLI {
	o.t.Helper()
	dir := o.Layout(o.t, cli, "")
	hcl := o.Config(o.memberships(roles))
	for email := range roles {
		hcl += "import {\n  to = tray_workspace_member." + label(email) + "\n  id = \"sales/" + email + "\"\n}\n"
	}
	dir.Write("main.tf", hcl)
	dir.Init()
	dir.Apply()
	dir.Write("main.tf", o.Config(o.memberships(roles)))
	dir.NoChanges()
	return dir
}

func label(email string) string { name, _, _ := strings.Cut(email, "@"); return name }

func (o office) memberships(roles map[string]string) string {
	var b strings.Builder
	for email, role := range roles {
		b.WriteString("resource \"tray_workspace_member\" \"" + label(email) + "\" {\n  workspace_id = \"" + o.id("sales") +
			"\"\n  email = \"" + email + "\"\n  role = \"" + role + "\"\n}\n")
	}
	return b.String()
}

func onBoth(t *testing.T, story func(t *testing.T, o office, cli string), opts ...acctest.Option) {
	t.Helper()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			story(t, start(t, opts...), cli)
		})
	}
}

func requireSays(t *testing.T, r acctest.Result, code int, parts ...string) {
	t.Helper()
	if r.Code != code {
		t.Fatalf("ended with %d, want %d:\n%s", r.Code, code, r.Text())
	}
	for _, part := range parts {
		if !strings.Contains(r.Text(), part) {
			t.Errorf("no %q in:\n%s", part, r.Text())
		}
	}
}

// Bob leaves and Ana becomes Admin in one plan: whichever Terraform plans and does
// first, the workspace has an Admin all the time.
func TestMember_theLastAdminIsReplacedInOnePlan(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		roles := map[string]string{"bob@example.com": "Admin", "ana@example.com": "Viewer"}
		o.seats(roles)
		dir := o.layout(cli, roles)
		dir.Write("main.tf", o.Config(o.memberships(map[string]string{"ana@example.com": "Admin"})))
		dir.Apply()
		dir.NoChanges()
		_ = o.has("sales", "bob@example.com", "")(nil)
		if access := o.State().Access(""); access["sales/ana@example.com"] != "Admin" || access["sales/bob@example.com"] != "" {
			t.Errorf("access is %v", access)
		}
	})
}

func TestMember_theLastAdminStays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		roles := map[string]string{"bob@example.com": "Admin", "ana@example.com": "Viewer"}
		o.seats(roles)
		dir := o.layout(cli, roles)
		dir.Write("main.tf", o.Config(o.memberships(map[string]string{"ana@example.com": "Viewer"})))
		r, _ := dir.Plan()
		requireSays(t, r, 2, "Warning: TRAY003", "The workspace sales keeps 1 member, but no Admin once bob@example.com is gone", "The apply decides")
		requireSays(t, dir.Run("apply", "-input=false", "-auto-approve"), 1, "Error: TRAY003", "The workspace sales keeps 1 member", "Make somebody else Admin")
		if access := o.State().Access(""); access["sales/bob@example.com"] != "Admin" {
			t.Errorf("access is %v", access)
		}
		// Destroyed as a whole, the workspace loses its Admin last.
		dir.Write("main.tf", o.Config(o.memberships(roles)))
		dir.NoChanges()
		dir.Destroy()
	})
}

func TestMember_hasOneManager(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		roles := map[string]string{"ana@example.com": "Viewer"}
		dir := o.Layout(t, cli, "")
		one, all := o.memberships(roles), "resource \"tray_workspace_members\" \"all\" {\n  workspace_id = \""+o.id("sales")+"\"\n  members = { \"ana@example.com\" = \"Viewer\" }\n}\n"
		copied := strings.ReplaceAll(one, `"ana" {`, `"again" {`)
		again := strings.ReplaceAll(copied, `"Viewer"`, `"Contributor"`)
		byRole := strings.NewReplacer("_members\"", "_role_members\"", "members = {", "emails = [", " = \"Viewer\" }", "]\n  role = \"Viewer\"").Replace(all)
		dir.Write("main.tf", o.Config(one))
		dir.Init()
		for name, hcl := range map[string]string{
			"additive and additive":      one + again,
			"additive and its copy":      one + copied,
			"additive and authoritative": one + all,
			"additive and one role":      one + byRole,
			"everybody and one role":     all + byRole,
		} {
			dir.Write("main.tf", o.Config(hcl))
			r := dir.Run("plan", "-input=false")
			if r.Code != 1 || !strings.Contains(r.Text(), "TRAY008") {
				t.Errorf("%s: ended with %d: %s", name, r.Code, r.Text())
			}
		}
		dir.Write("main.tf", o.Config(one))
		dir.Apply()
		// In the state as well, and under another address without a moved block.
		for name, hcl := range map[string]string{"a second block": one + again, "another address": again, "everybody instead": all} {
			dir.Write("main.tf", o.Config(hcl))
			r := dir.Run("plan", "-input=false")
			if r.Code != 1 || !strings.Contains(r.Text(), "TRAY008") && !strings.Contains(r.Text(), "TRAY012") {
				t.Errorf("%s: ended with %d: %s", name, r.Code, r.Text())
			}
		}
		dir.Write("main.tf", o.Config(copied+"moved {\n  from = tray_workspace_member.ana\n  to = tray_workspace_member.again\n}\n"))
		requireSays(t, dir.Apply(), 0, "0 added, 0 changed, 0 destroyed")
	})
}

// Two blocks that are word for word the same are two, also where the sandbox runs in the
// provider's own process.
func TestMember_twoThatLookTheSameInTheEmbeddedSandbox(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		one := o.memberships(map[string]string{"ana@example.com": "Viewer"})
		dir := o.Layout(t, cli, "")
		dir.Write("main.tf", o.Config(one+strings.ReplaceAll(one, `"ana" {`, `"again" {`)))
		dir.Init()
		requireSays(t, dir.Run("apply", "-input=false", "-auto-approve"), 1, "TRAY008", "ana@example.com")
		if n := len(o.Requests().Matching(http.MethodPost, "/core/v1/workspaces/*/users")); n != 0 {
			t.Errorf("%d memberships were asked for", n)
		}
	}, acctest.InProcess())
}

func TestMember_removalsStayWithinTheGuardrails(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		roles := map[string]string{}
		for _, name := range strings.Fields("p1 p2 p3 p4 p5 p6 p7 p8 p9 q1 q2 q3 q4 q5") {
			email := name + "@example.com"
			o.Control(http.MethodPost, "ui/users", body{"email": email, "name": name, "role": "Viewer"})
			o.Control(http.MethodPut, "ui/workspaces/sales/members/"+email, body{"role": "Viewer"})
			roles[email] = "Viewer"
		}
		dir := o.layout(cli, roles) // 14 and the Owner: four of them are 27 %
		for _, name := range []string{"p1", "p2", "p3"} {
			delete(roles, name+"@example.com")
		}
		three := o.memberships(roles)
		delete(roles, "p4@example.com")
		dir.Write("main.tf", o.Config(o.memberships(roles)))
		requireSays(t, dir.Run("plan", "-input=false"), 1, "TRAY005", "max_removal_percent allows 25 %", "4 of 15", "27 %",
			"p1@example.com from sales", "p4@example.com from sales", "TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=27")
		dir.Write("main.tf", o.Config(three))
		dir.Plan()
		dir.Write("main.tf", o.Provider("  guardrails = { max_removals = 2 }")+three)
		requireSays(t, dir.Run("plan", "-input=false"), 1, "TRAY005", "max_removals allows 2", "p3@example.com from sales")
	})
}

// The token acts as Cleo, an Admin of the organization.
func TestMember_theTokenKeepsItsOwnRights(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o office, cli string) {
		o.Control(http.MethodPut, "ui/workspaces/sales/members/cleo@example.com", body{"role": "Admin"})
		o.Token = o.NewToken(map[string]any{"user": "cleo@example.com"})
		dir := o.layout(cli, map[string]string{"cleo@example.com": "Admin"})
		dir.Write("main.tf", o.Config(""))
		requireSays(t, dir.Run("plan", "-input=false"), 1, "TRAY004", "cleo@example.com", "allow_self_removal")
		dir.Write("main.tf", o.Provider("  guardrails = { allow_self_removal = true }"))
		dir.Apply()
	})
}
