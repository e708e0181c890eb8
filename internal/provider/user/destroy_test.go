package user_test

import (
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const created = viewer + `; onboarding = "create"; name = "Ana"`

// TestUser_destroyWorksFromEveryState destroys what a state of the person leaves.
func TestUser_destroyWorksFromEveryState(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hcl    string
		before func(desk) // what happens between apply and destroy
		// What the destroy writes and says, with the management plane and on a live Tray.
		managed, live         []string
		saysManaged, saysLive string
	}{
		"invited": {hcl: person(viewer), before: func(desk) {},
			managed: []string{"DELETE /management/v1/invites/*"}, saysLive: "Settings > People, Other tab"},
		"expired": {hcl: person(viewer), before: func(d desk) { d.Env.Advance(8 * 24 * time.Hour) }},
		"accepted since": {hcl: person(viewer), before: func(d desk) { d.Env.Accept(ana) },
			managed: []string{"DELETE /core/v1/users/*"}, live: []string{"DELETE /core/v1/users/*"},
			saysManaged: "new shared workspace", saysLive: "new shared workspace"},
		"active": {hcl: person(created), before: func(desk) {},
			managed: []string{"DELETE /core/v1/users/*"}, live: []string{"DELETE /core/v1/users/*"},
			saysManaged: "30 days", saysLive: "30 days"},
		"gone": {hcl: person(created), before: desk.leaves},
	} {
		t.Run(name, func(t *testing.T) {
			planes(t, func(t *testing.T, d desk, managed bool) {
				d.Applies(c.hcl)
				c.before(d)
				d.Env.ClearRequests()
				r := d.Destroy()
				writes, says := c.live, c.saysLive
				if managed {
					writes, says = c.managed, c.saysManaged
				}
				contains(t, r, says)
				d.wrote(writes...)
				if d.inState() || d.role() != "" || managed && d.pending() > 0 {
					t.Errorf("left: in state %v, role %q, %d invitations", d.inState(), d.role(), d.pending())
				}
			})
		})
	}
}

func TestUser_onDestroyDecides(t *testing.T) {
	t.Parallel()
	for how, c := range map[string]struct {
		role, says string
		writes     []string
	}{
		"keep":   {role: "Admin", says: "The user stays in Tray"},
		"demote": {role: "Viewer", says: "The user stays in Tray as a Viewer", writes: []string{"PUT /core/v1/users/*/roles"}},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			d.Applies(person(`organization_role = "Admin"; onboarding = "create"; name = "Ana"; on_destroy = "` + how + `"`))
			d.Env.ClearRequests()
			d.Write("main.tf", "")
			r, _ := d.Plan()
			contains(t, r, c.says)
			d.Applies("")
			d.wrote(c.writes...)
			if d.role() != c.role || d.inState() {
				t.Errorf("Ana is %q, want %s; in state: %v", d.role(), c.role, d.inState())
			}
		})
	}
}

// TestUser_acceptedBetweenPlanAndApply runs saved plans that knew an open invitation.
func TestUser_acceptedBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		planned, role string // the planned configuration, and Ana's role after its apply
		writes        []string
	}{
		"role":            {planned: person(`organization_role = "Contributor"`), role: "Contributor", writes: []string{"PUT /core/v1/users/*/roles"}},
		"destroy, delete": {planned: "", role: "", writes: []string{"DELETE /core/v1/users/*"}},
	} {
		t.Run(name, func(t *testing.T) {
			planes(t, func(t *testing.T, d desk, managed bool) {
				d.Applies(person(viewer))
				d.Write("main.tf", c.planned)
				d.Plan("-out=saved")
				d.Env.Accept(ana)
				d.Env.ClearRequests()
				d.Run("apply", "-input=false", "saved")
				if !managed && name == "role" { // the plan kept the invitation, so the next one sets the role
					d.Applies(c.planned)
				}
				d.wrote(c.writes...)
				d.NoChanges()
				if d.role() != c.role {
					t.Errorf("Ana is %q, want %q", d.role(), c.role)
				}
			})
		})
	}
}

func TestUser_onlyMentionsInvitationsThatStay(t *testing.T) {
	t.Parallel()
	d := open(t, acctest.NoManagement())
	d.Applies(person(viewer))
	until := d.Resources()[address]["invite_expires_at"].(string)
	d.Write("main.tf", "")
	r, _ := d.Plan()
	contains(t, r, "The invitation stays valid", "until "+until, "cannot cancel")
}
