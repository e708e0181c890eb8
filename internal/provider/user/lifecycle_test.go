package user_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// planes run a test with the management plane, and as a live Tray without it, whose lists carry
// ids and names alone.
func planes(t *testing.T, test func(t *testing.T, d desk, managed bool)) {
	t.Helper()
	for name, opts := range acctest.Wires(t, map[string][]acctest.Option{
		"management plane": nil, "live": {acctest.Sparse(), acctest.TypesAsObjects(), acctest.NoManagement()}, "in process": {acctest.InProcess()},
	}, "live") {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, open(t, opts...), name != "live") })
	}
}

var (
	invited = map[string]any{"status": "invited", "id": nil, "name": nil, "account_type": nil, "invite_id": set, "invite_expires_at": set,
		"email": ana, "onboarding": "invite", "on_destroy": "delete"}
	active = map[string]any{"status": "active", "id": set, "name": set, "account_type": "Regular", "invite_id": nil, "invite_expires_at": nil}
)

func TestUserInvited_lifecycle(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		d.Applies(person(viewer))
		d.state(invited)
		d.wrote("POST /core/v1/invites")
		d.Env.Accept(ana)
		d.NoChanges() // accepting is nobody's drift
		d.Apply()
		d.state(active)
		d.wrote()
		d.Applies(person(`organization_role = "Admin"`))
		d.wrote("PUT /core/v1/users/*/roles")
		if d.role() != "Admin" {
			t.Errorf("Ana is %s, want Admin", d.role())
		}
		d.Applies("")
		d.wrote("DELETE /core/v1/users/*")
		if d.role() != "" {
			t.Errorf("Ana is still %s", d.role())
		}
	})
}

func TestUserCreated_lifecycle(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		d.Applies(person(`organization_role = "Contributor"; name = "Ana Silva"; onboarding = "create"`))
		d.wrote("POST /core/v1/users")
		d.state(active)
		d.state(map[string]any{"name": "Ana Silva", "organization_role": "Contributor"})
		d.Applies(person(`organization_role = "Contributor"`)) // Tray keeps the name, and the way in means nothing now
		d.wrote()
	})
}

func TestUser_keepsTheSpelling(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Applies(`resource "tray_user" "ana" {
  email             = "Ana@Example.com"
  organization_role = "view only"
}`)
	d.state(map[string]any{"email": "Ana@Example.com", "organization_role": "view only"})
	d.Env.Accept(ana)
	d.NoChanges()
	d.Env.ClearRequests()
	d.Applies(person(viewer))
	d.state(map[string]any{"email": ana, "organization_role": "view only", "status": "active"}) // another spelling of a role is no change
	d.wrote()
}

func TestUser_settingsCostNoRequest(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Applies(person(viewer))
	d.Env.ClearRequests()
	d.Applies(person(viewer + `; on_destroy = "keep"`))
	d.state(map[string]any{"on_destroy": "keep", "status": "invited"})
	d.wrote()
}

func TestUser_expiredIsInvitedAgain(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		d.Applies(person(viewer))
		first := d.Resources()[address]["invite_id"]
		d.Env.Advance(8 * 24 * time.Hour)
		d.Env.ClearRequests()
		r, changes := d.Plan()
		if !changes {
			t.Fatal("an expired invitation is no drift")
		}
		contains(t, r, `"expired" -> "invited"`, "1 to change")
		d.Applies(person(viewer))
		d.wrote("POST /core/v1/invites")
		d.state(invited)
		if again := d.Resources()[address]["invite_id"]; again == first {
			t.Errorf("the invitation is still %v", first)
		}
		d.Env.Accept(ana)
		d.NoChanges()
	})
}

func TestUser_roleOfAnInvitation(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		d.Applies(person(viewer))
		d.Env.ClearRequests()
		r := d.Applies(person(`organization_role = "Contributor"`))
		d.state(map[string]any{"organization_role": "Contributor", "status": "invited", "invite_id": set})
		if managed {
			d.wrote("DELETE /management/v1/invites/*", "POST /core/v1/invites")
			d.Env.Accept(ana)
			d.NoChanges()
		} else {
			contains(t, r, "The invitation keeps its role")
			d.wrote()
			d.Env.Accept(ana)
			if _, changes := d.Plan(); !changes {
				t.Fatal("Ana joined as a Viewer and the plan is empty")
			}
			d.Applies(person(`organization_role = "Contributor"`))
			d.wrote("PUT /core/v1/users/*/roles")
		}
		if d.role() != "Contributor" {
			t.Errorf("Ana is %s, want Contributor", d.role())
		}
	})
}

func TestUser_createsWhoNeverAccepted(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		d.Applies(person(viewer))
		d.Env.ClearRequests()
		d.Applies(person(viewer + `; onboarding = "create"; name = "Ana"`))
		d.state(active)
		if managed {
			d.wrote("DELETE /management/v1/invites/*", "POST /core/v1/users")
		} else {
			d.wrote("POST /core/v1/users")
		}
	})
}

func TestUser_changedElsewhere(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Applies(person(viewer + `; onboarding = "create"; name = "Ana"`))
	d.Env.Control(http.MethodPut, "ui/users/"+ana, map[string]any{"role": "Admin"})
	r, _ := d.Plan()
	contains(t, r, `"Admin" -> "Viewer"`)
	d.Applies(person(viewer + `; onboarding = "create"; name = "Ana"`))
	if d.role() != "Viewer" {
		t.Errorf("Ana is %s, want Viewer", d.role())
	}
	d.Env.Control(http.MethodPut, "ui/users/"+ana, map[string]any{"name": "Ana Silva"})
	// A name is what a creation sends, and afterwards the person's own.
	d.NoChanges()
	d.Applies(person(viewer + `; onboarding = "create"; name = "Ana S."; on_destroy = "keep"`))
	d.state(map[string]any{"name": "Ana Silva", "on_destroy": "keep"})
}

func TestUser_deletedElsewhere(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		hcl := person(viewer + `; onboarding = "create"; name = "Ana"`)
		d.Applies(hcl)
		d.leaves()
		r, _ := d.Plan()
		contains(t, r, "The user is gone from Tray", "1 to add")
		d.Applies(hcl)
		d.leaves()
		d.joins() // removed and back: a new id, the same person
		d.Applies(hcl)
		d.state(active)
	})
}

func TestUser_invitationCancelledElsewhere(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Applies(person(viewer))
	d.Env.Control(http.MethodPost, "ui/invites/"+ana+"/cancel", nil)
	r, _ := d.Plan()
	contains(t, r, "The invitation was cancelled", "1 to add")
	d.Applies(person(viewer))
	if d.pending() != 1 {
		t.Errorf("%d invitations are open, want 1", d.pending())
	}
}

func TestUser_anotherAddressReplaces(t *testing.T) {
	t.Parallel()
	planes(t, func(t *testing.T, d desk, managed bool) {
		d.Applies(person(viewer + `; onboarding = "create"; name = "Ana"`))
		d.Write("main.tf", `resource "tray_user" "ana" {
  email             = "ben@example.com"
  organization_role = "Viewer"
}`)
		r, _ := d.Plan()
		contains(t, r, "forces replacement", "Deleting a user moves what they own")
		d.Apply()
		d.NoChanges()
		if d.role() != "" || d.pending() != 1 {
			t.Errorf("Ana is %q and %d are invited", d.role(), d.pending())
		}
	})
}

func TestUser_addressChangedInTray(t *testing.T) {
	t.Parallel()
	d := open(t)
	hcl := person(viewer + `; onboarding = "create"; name = "Ana"`)
	d.Applies(hcl)
	d.Env.Control(http.MethodPut, "ui/users/"+ana, map[string]any{"email": "ana.silva@example.com"})
	r, changes := d.Plan()
	contains(t, r, "The person has another address now", "ana.silva@example.com", "Nothing needs to be done")
	if changes {
		t.Errorf("an address that Tray changed is a change:\n%s", r.Stdout)
	}
	d.Env.ClearRequests()
	d.Applies(`resource "tray_user" "ana" {
  email             = "ana.silva@example.com"
  organization_role = "Viewer"
  name              = "Ana"
  onboarding        = "create"
}`)
	d.wrote()
	d.state(map[string]any{"email": "ana.silva@example.com", "status": "active"})
}
