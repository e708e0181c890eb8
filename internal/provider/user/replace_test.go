package user_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestUser_replacedOnDemand(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		d.Applies(person(created))
		id := d.Resources()[address]["id"]
		d.Env.ClearRequests()
		d.Apply("-replace=" + address)
		d.wrote("DELETE /core/v1/users/*", "POST /core/v1/users")
		d.NoChanges()
		if now := d.Resources()[address]["id"]; now == id {
			t.Errorf("the user is still %v", now)
		}
		d.Run("taint", address)
		r, _ := d.Plan()
		contains(t, r, "Deleting a user moves what they own")
		d.Apply()
		d.NoChanges()
	})
}

// The mail is sent again.
func TestUser_replacingAnInvitationSendsItAgain(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Applies(person(viewer))
	invite := d.Resources()[address]["invite_id"]
	d.Env.ClearRequests()
	d.Apply("-replace=" + address)
	d.wrote("DELETE /management/v1/invites/*", "POST /core/v1/invites")
	d.NoChanges()
	if now := d.Resources()[address]["invite_id"]; now == invite || d.pending() != 1 {
		t.Errorf("the invitation is %v, and %d are open", now, d.pending())
	}
}

func TestUser_replacingAnInvitationOnALiveTrayIsRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := open(t, acctest.NoManagement())
	d.Applies(person(viewer))
	r := d.Run("plan", "-input=false", "-replace="+address)
	if contains(t, r, "Could not invite again", "Settings > People, Other tab"); r.Code != 1 {
		t.Errorf("the plan ended with %d", r.Code)
	}
}

func TestUser_replacedButKept(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"keep", "demote"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			hcl := person(`organization_role = "Contributor"; onboarding = "create"; name = "Ana"; on_destroy = "` + how + `"`)
			d.Applies(hcl)
			id := d.Resources()[address]["id"]
			d.Env.ClearRequests()
			d.Apply("-replace=" + address)
			d.wrote()
			d.Run("taint", address)
			d.Apply()
			d.wrote()
			d.NoChanges()
			d.state(map[string]any{"id": id, "status": "active"})
		})
	}
}

// Ana is the only Admin of a workspace that a table describes, and in one that Terraform
// does not know.
func TestUser_replacedKeepsTheirPlaces(t *testing.T) {
	t.Parallel()
	d := open(t)
	table := func(r string) string {
		return person(created+"; "+r) + `resource "tray_workspace" "w" { name = "sales" }
resource "tray_workspace_members" "w" {
  workspace_id = tray_workspace.w.id
  members      = { (tray_user.ana.email) = "Admin" }
}
`
	}
	d.Guard("allow_self_removal = true")
	d.Applies(table(`on_destroy = "delete"`))
	d.Env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "hr"})
	d.Env.Control(http.MethodPut, "ui/workspaces/hr/members/"+ana, map[string]any{"role": "Viewer"})
	before := d.Env.State().Access("")
	r := d.Apply("-replace=" + address)
	if strings.Contains(r.Text(), "TRAY003") {
		t.Errorf("who comes back is missed:\n%s", r.Stdout)
	}
	after := d.Env.State().Access("")
	maps.DeleteFunc(after, func(place, _ string) bool { return strings.HasPrefix(place, "Ana/") }) // what was in the personal workspace
	if !maps.Equal(before, after) {
		t.Errorf("places were %v and are %v", before, after)
	}
	d.NoChanges()
}

// The person was removed after the plan, and somebody with the same address came.
func TestUser_aPlanForOneUserSparesTheNext(t *testing.T) {
	t.Parallel()
	for name, planned := range map[string]string{
		"destroy": "", "role": person(`organization_role = "Contributor"; onboarding = "create"; name = "Ana"`),
		"demotion": person(`organization_role = "Viewer"; onboarding = "create"; name = "Ana"`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			d.Applies(person(`organization_role = "Admin"; onboarding = "create"; name = "Ana"`))
			d.Write("main.tf", planned)
			d.Plan("-out=saved")
			d.leaves()
			d.Env.Control(http.MethodPost, "ui/users", map[string]any{"email": ana, "name": "Ana Two", "role": "Admin"})
			d.Env.ClearRequests()
			r := d.Run("apply", "-input=false", "saved")
			contains(t, r, "Somebody else has the address now", "Plan again")
			d.wrote()
			if d.role() != "Admin" {
				t.Errorf("the other Ana is %q", d.role())
			}
			if _, changes := d.Plan(); !changes {
				t.Error("the next plan does not show it")
			}
		})
	}
}

// Whoever is planned last reports, so the order does not matter; somebody who may still be
// promoted leaves it a warning.
func TestUser_tooFewAdminsIsAnErrorInThePlanOnceEverybodyIsPlanned(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, with(map[string]string{"chief": "Admin", "ana": "Admin", "ben": "Admin", "cleo": "Viewer"}), func(c court) {
		c.Guard("min_org_admins = 3")
		c.roles["chief"], c.roles["ana"], c.roles["ben"] = "Viewer", "Viewer", "Viewer"
		for range 5 {
			c.ends(1, "plan", "Error: TRAY003: The organization would have too few Admins", "min_org_admins asks for 3")
		}
		c.roles["ben"], c.roles["cleo"] = "Admin", "Admin"
		c.ends(0, "plan")
		c.roles["cleo"] = "Viewer"
		c.Env.Control(http.MethodPost, "ui/users", map[string]any{"email": "dora@example.com", "name": "Dora", "role": "Viewer"})
		c.ends(0, "plan", "Warning: TRAY003", "The apply decides")
	})
}
