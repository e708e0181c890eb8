package user_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// court is a real command line on a sandbox with users who are in its state.
type court struct {
	acctest.Desk
	roles map[string]string // of the users that the configuration has, by label
}

// with begins with these users, by label.
func with(roles map[string]string) func(t *testing.T, cli string, opts ...acctest.Option) court {
	return func(t *testing.T, cli string, opts ...acctest.Option) court {
		t.Helper()
		c := court{acctest.NewDesk(t, cli, opts...), map[string]string{}}
		imports := ""
		for label, role := range roles {
			c.roles[label] = role
			c.Env.Control(http.MethodPost, "ui/users", map[string]any{"email": label + "@example.com", "name": label, "role": role})
			imports += "import {\n  to = tray_user." + label + "\n  id = \"" + label + "@example.com\"\n}\n"
		}
		if imports != "" {
			c.Write("main.tf", c.users()+imports)
			c.Apply()
		}
		return c
	}
}

func (c court) users() string {
	var b strings.Builder
	for label, role := range c.roles {
		fmt.Fprintf(&b, "resource \"tray_user\" %q {\n  email = \"%s@example.com\"\n  organization_role = %q\n}\n", label, label, role)
	}
	return b.String()
}

// ends writes the users, runs a command and wants its code and parts of what it says.
func (c court) ends(code int, command string, parts ...string) {
	c.T.Helper()
	c.Write("main.tf", c.users())
	args := []string{command, "-input=false"}
	if command == "apply" {
		args = append(args, "-auto-approve")
	}
	r := c.Run(args...)
	if r.Code != code {
		c.T.Fatalf("%s ended with %d, want %d:\n%s", command, r.Code, code, r.Text())
	}
	c.Says(r, parts...)
}

func TestUser_theOrganizationKeepsItsAdmins(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, with(map[string]string{"chief": "Admin", "ana": "Viewer"}), func(c court) {
		c.Guard("min_org_admins = 2")
		c.roles["chief"], c.roles["ana"] = "Viewer", "Admin" // in one plan, in whichever order
		c.ends(0, "apply")
		c.NoChanges()
		c.roles["ana"] = "Viewer"
		c.ends(1, "plan", "Error: TRAY003: The organization would have too few Admins", "ana@example.com", "min_org_admins asks for 2")
		if role := c.Env.State().Roles()["ana@example.com"]; role != "Admin" {
			c.T.Errorf("ana is %s", role)
		}
		c.Guard(`required_admins = ["ANA@example.com"]`)
		c.ends(1, "plan", "Error: TRAY003: A required Admin would be lost", "ana@example.com", `organization_role = "Viewer"`)
	})
}

// The token acts as the chief, an Admin of the organization, who would demote herself.
func TestUser_theTokenKeepsItsOwnRights(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, with(map[string]string{"chief": "Admin"}), func(c court) {
		c.Env.Token = c.Env.NewToken(map[string]any{"user": "chief@example.com"})
		c.Guard("")
		c.roles["chief"] = "Viewer"
		c.ends(1, "plan", "Error: TRAY004", "acts as chief@example.com", "make that user Viewer", "allow_self_removal", `organization_role = "Viewer"`)
		delete(c.roles, "chief")
		c.ends(1, "plan", "Error: TRAY004", "delete that user")
		c.roles["chief"] = "Viewer"
		c.Guard("allow_self_removal = true")
		c.ends(0, "plan")
	})
}

func TestUser_removalsStayWithinTheGuardrails(t *testing.T) {
	t.Parallel()
	roles := map[string]string{}
	for i := range 10 {
		roles[fmt.Sprintf("p%d", i)] = "Viewer"
	}
	acctest.OnBoth(t, with(roles), func(c court) {
		for i := range 3 {
			delete(c.roles, fmt.Sprintf("p%d", i))
		}
		c.ends(0, "plan") // few
		delete(c.roles, "p3")
		c.ends(1, "plan", "Error: TRAY005", "max_removal_percent allows 25 % of the users of the organization", "4 of 11", "37 %",
			"p0@example.com from the organization", "p3@example.com from the organization", "TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=37")
		c.Guard("max_removal_percent = 37")
		c.ends(0, "apply")
	})
}

func TestUser_servicesAreMovedFirst(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, with(map[string]string{"ana": "Viewer"}), func(c court) {
		c.Env.SetOptions(map[string]any{"services_block_deletion": true})
		for _, name := range []string{"erp", "crm"} {
			c.Env.Control(http.MethodPost, "ui/services", map[string]any{"owner": "ana@example.com", "name": name})
		}
		delete(c.roles, "ana")
		c.ends(1, "plan", "Error: TRAY006: The user owns custom services", "2 custom services would lose their owner: crm, erp", "on_destroy")
		c.Env.SetOptions(map[string]any{"management": false}) // where no API lists services, Tray says it
		c.ends(1, "apply", "Error: TRAY006: The user owns custom services", "crm, erp", "HTTP 400", "on_destroy")
	})
}

// An invitation that has run out is drift, and one apply invites again.
func TestUser_isInvitedAgainOnBothCommandLines(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, with(nil), func(c court) {
		c.roles["ana"] = "Viewer"
		c.ends(0, "apply")
		c.NoChanges()
		c.Env.Advance(8 * 24 * time.Hour)
		c.ends(0, "plan", `"expired" -> "invited"`)
		c.ends(0, "apply", "1 changed")
		c.NoChanges()
		if pending := c.Env.State().Pending(); len(pending) != 1 {
			c.T.Errorf("open invitations: %v", pending)
		}
	})
}
