package user_test

import (
	"net/http"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// misfortunes are what may befall one write; with done, it took effect all the same.
var misfortunes = map[string]struct {
	acctest.Fault
	done bool
}{
	"refused":         {Fault: acctest.Fault{Status: 500}},
	"unavailable":     {Fault: acctest.Fault{Status: 503}},
	"rate limited":    {Fault: acctest.Fault{Status: 429, RetryAfter: 1}},
	"lost before":     {Fault: acctest.Fault{Drop: "before"}},
	"lost after":      {Fault: acctest.Fault{Drop: "after"}, done: true},
	"cut off":         {Fault: acctest.Fault{Truncate: true}, done: true},
	"failed but done": {Fault: acctest.Fault{Status: 500, AfterCommit: true}, done: true},
}

// TestUser_nothingIsDoneTwice lets one write fail in every way. Whether that apply
// succeeds or not, the next one ends where the configuration wants it, and there is
// one of everything.
func TestUser_nothingIsDoneTwice(t *testing.T) {
	t.Parallel()
	for name, m := range acctest.Some(t, misfortunes, "refused", "lost after") {
		t.Run(name, func(t *testing.T) {
			t.Run("invite", func(t *testing.T) {
				t.Parallel()
				d := open(t)
				d.suffers(m.Fault, "POST", "/core/v1/invites", person(viewer))
				if d.pending() != 1 || len(d.Env.State().Invites) != 1 {
					t.Errorf("%d invitations are open of %d", d.pending(), len(d.Env.State().Invites))
				}
			})
			t.Run("create", func(t *testing.T) {
				t.Parallel()
				d := open(t)
				d.suffers(m.Fault, "POST", "/core/v1/users", person(created))
				if n := len(d.Env.State().Users); n != 2 {
					t.Errorf("%d users, want the Owner and Ana", n)
				}
			})
			t.Run("role", func(t *testing.T) {
				t.Parallel()
				d := open(t)
				d.Applies(person(created))
				d.suffers(m.Fault, "PUT", "/core/v1/users/*/roles", person(`organization_role = "Admin"; onboarding = "create"; name = "Ana"`))
				if d.role() != "Admin" {
					t.Errorf("Ana is %s", d.role())
				}
			})
			t.Run("invite anew, cancelling", func(t *testing.T) {
				t.Parallel()
				d := open(t)
				d.Applies(person(viewer))
				d.suffers(m.Fault, "DELETE", "/management/v1/invites/*", person(`organization_role = "Admin"`))
				d.oneInvitation("Admin")
			})
			t.Run("invite anew, inviting", func(t *testing.T) {
				t.Parallel()
				d := open(t)
				d.Applies(person(viewer))
				d.suffers(m.Fault, "POST", "/core/v1/invites", person(`organization_role = "Admin"`))
				d.oneInvitation("Admin")
			})
			t.Run("delete", func(t *testing.T) {
				t.Parallel()
				d := open(t)
				d.Applies(person(created))
				d.suffers(m.Fault, "DELETE", "/core/v1/users/*", "")
				if d.role() != "" {
					t.Errorf("Ana is still %s", d.role())
				}
			})
		})
	}
}

// suffers applies under a fault that strikes once, then again.
func (d desk) suffers(f acctest.Fault, method, path, hcl string) {
	d.T.Helper()
	f.Method, f.Path, f.Times = method, path, 1
	d.Env.Fault(f)
	d.Env.ClearRequests()
	d.Write("main.tf", hcl)
	if r := d.Run("apply", "-input=false", "-auto-approve"); r.Code != 0 {
		d.Says(r, "Could not ")
	}
	if d.Env.Requests().Count(method, path) == 0 {
		d.T.Errorf("nothing was sent that could suffer: %s", d.Env.Requests())
	}
	d.Env.ClearFaults()
	d.Applies(hcl)
}

func (d desk) oneInvitation(role string) {
	d.T.Helper()
	open := 0
	for _, i := range d.Env.State().Invites {
		if i.Status == "pending" {
			open++
			if i.OrganizationRole.Name != role {
				d.T.Errorf("the invitation is to be %s, want %s", i.OrganizationRole.Name, role)
			}
		}
	}
	if open != 1 {
		d.T.Errorf("%d invitations are open, want 1", open)
	}
}

// TestUser_uncertainInvitationOnALiveTray has no way to look: the message must say so,
// and what to do.
func TestUser_uncertainInvitationOnALiveTray(t *testing.T) {
	t.Parallel()
	d := open(t, acctest.NoManagement())
	d.Env.Fault(acctest.Fault{Method: "POST", Path: "/core/v1/invites", Drop: "after", Times: 1})
	d.Write("main.tf", person(viewer))
	r := d.Run("apply", "-input=false", "-auto-approve")
	contains(t, r, "Could not invite ana@example.com", "may have sent the invitation", "Settings > People")
	if r.Code != 1 || d.pending() != 1 {
		t.Fatalf("code %d, %d invitations", r.Code, d.pending())
	}
	r = d.Run("apply", "-input=false", "-auto-approve") // Tray refuses a second one
	contains(t, r, "HTTP 400", "cancel it in Tray under Settings > People, Other tab")
	d.Env.Accept(ana)
	d.Refuses(person(viewer), "TRAY012")
	d.Applies(person(viewer) + importAna)
	if n := len(d.Env.State().Invites); n != 1 {
		t.Errorf("%d invitations were sent", n)
	}
}

const importAna = `
import {
  to = tray_user.ana
  id = "ana@example.com"
}
`

// TestUser_appearedSinceThePlan applies a saved plan that knew nobody.
func TestUser_appearedSinceThePlan(t *testing.T) {
	t.Parallel()
	for _, hcl := range []string{person(viewer), person(created)} {
		planes(t, func(t *testing.T, d desk, managed bool) {
			d.Write("main.tf", hcl)
			d.Plan("-out=saved")
			d.joins()
			d.Env.ClearRequests()
			r := d.Run("apply", "-input=false", "saved")
			if r.Code != 1 {
				t.Errorf("the apply ended with %d", r.Code)
			}
			contains(t, r, "TRAY012", `id = "ana@example.com"`)
			d.wrote()
		})
	}
}

// TestUser_appearedWhileCreating has Ana join after the last look: Tray refuses, and
// the next plan knows why.
func TestUser_appearedWhileCreating(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.joins()
	d.Env.Fault(acctest.Fault{Method: http.MethodGet, Path: "/core/v1/users", Status: 200, ContentType: "application/json",
		Body: `{"elements":[],"pageInfo":{"hasNextPage":false,"hasPreviousPage":false}}`, Times: 2})
	d.Write("main.tf", person(viewer))
	r := d.Run("apply", "-input=false", "-auto-approve")
	if r.Code != 1 {
		t.Errorf("the apply ended with %d", r.Code)
	}
	contains(t, r, "Could not invite ana@example.com", "HTTP 400", "the next plan says so")
	d.Refuses(person(viewer), "TRAY012")
}

func TestUser_readErrorsKeepTheState(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403, 404, 500} {
		d := acctest.Fault{Method: http.MethodGet, Path: "/core/v1/**", Status: status}
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			desk := open(t)
			desk.Applies(person(created))
			desk.Env.Fault(d)
			if r := desk.Run("plan", "-input=false"); r.Code != 1 {
				t.Errorf("the plan ended with %d", r.Code)
			}
			desk.Env.ClearFaults()
			if !desk.inState() {
				t.Error("the state is lost")
			}
			desk.NoChanges()
		})
	}
}
