package user_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestUser_planRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(desk)
		hcl    string
		want   []string
	}{
		"a user who exists": {func(d desk) { d.joins() }, person(viewer),
			[]string{"TRAY012: It exists already", "ana@example.com is a user of the organization already", `import { to = tray_user.<name> id = "ana@example.com" }`}},
		"a user in other letters": {func(d desk) { d.joins() }, strings.Replace(person(viewer), ana, "ANA@example.com", 1),
			[]string{"TRAY012", "ANA@example.com is a user"}},
		"the Owner as somebody new": {nil, `resource "tray_user" "o" {
  email             = "owner@example.com"
  organization_role = "Owner"
}`, []string{"TRAY012", `id = "owner@example.com"`}},
		"an unknown role": {nil, person(`organization_role = "Boss"`),
			[]string{"Unknown role", `no role "Boss"`, `"Contributor"`, `"Viewer"`, `organization_role = "Boss"`}},
		"the role Owner":           {nil, person(`organization_role = "Owner"`), []string{"TRAY001: An organization has one Owner"}},
		"a name for an invitation": {nil, person(viewer + `; name = "Ana"`), []string{"An invited person chooses the name", `name = "Ana"`}},
		"nobody's name":            {nil, person(viewer + `; onboarding = "create"`), []string{"needs a name"}},
		"no address":               {nil, strings.Replace(person(viewer), ana, "Ana <ana@example.com>", 1), []string{"Not an e-mail address"}},
		"another onboarding":       {nil, person(viewer + `; onboarding = "magic"`), []string{`"invite" "create"`}},
		"another on_destroy":       {nil, person(viewer + `; on_destroy = "magic"`), []string{`"delete" "demote" "keep"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			if c.before != nil {
				c.before(d)
			}
			d.Refuses(c.hcl, c.want...)
		})
	}
}

func TestUser_planRefusesWhoIsInvited(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.invites(ana)
	d.Refuses(person(viewer), "TRAY012", "ana@example.com is invited already", `id = "ana@example.com"`)
}

// invites sends an invitation without Terraform.
func (d desk) invites(email string) {
	d.T.Helper()
	var roles struct{ Elements []acctest.Role }
	d.Env.Control(http.MethodGet, "/core/v1/roles", nil, &roles)
	for _, r := range roles.Elements {
		if r.Name == "Viewer" {
			d.Env.Control(http.MethodPost, "/core/v1/invites", map[string]any{"email": email, "organizationRoleId": r.ID})
		}
	}
}

func TestUser_ownerCanBeImportedAndKept(t *testing.T) {
	t.Parallel()
	d := open(t)
	const owner = `resource "tray_user" "o" {
  email             = "owner@example.com"
  organization_role = %q
  on_destroy        = %q
}
import {
  to = tray_user.o
  id = "owner@example.com"
}
`
	d.Applies(fmt.Sprintf(owner, "Owner", "delete"))
	d.Refuses(fmt.Sprintf(owner, "Admin", "delete"), "TRAY001", "cannot be taken away")
	d.Refuses("", "TRAY001", "neither deleted nor demoted")
	d.Applies(fmt.Sprintf(owner, "Owner", "demote"))
	d.Refuses("", "TRAY001")
	d.Applies(fmt.Sprintf(owner, "Owner", "keep"))
	d.Applies("")
	if role := d.Env.State().Roles()["owner@example.com"]; role != "Owner" {
		t.Errorf("the Owner is %q now", role)
	}
}

func TestUser_nobodyElseBecomesOwner(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Applies(person(created))
	d.Refuses(person(`organization_role = "Owner"; onboarding = "create"; name = "Ana"`), "TRAY001")
}

func TestUser_invitesAtMostAHundredADay(t *testing.T) {
	t.Parallel()
	d := open(t)
	const many = `locals {
  people = { for i in range(%d) : "p${i}" => "p${i}@example.com" }
}
resource "tray_user" "p" {
  for_each          = local.people
  email             = each.value
  organization_role = "Viewer"
}`
	d.Refuses(fmt.Sprintf(many, 101), "TRAY007", "at most 100 invitations a day", "this plan has 101")
	d.Write("main.tf", fmt.Sprintf(many, 100))
	d.Plan()
	// Others have sent some today.
	var roles struct{ Elements []struct{ ID string } }
	d.Env.Control(http.MethodGet, "/core/v1/roles", nil, &roles)
	for i := range 97 {
		d.Env.Control(http.MethodPost, "/core/v1/invites", map[string]any{"email": fmt.Sprintf("other%d@example.com", i), "organizationRoleId": roles.Elements[3].ID})
	}
	d.Refuses(fmt.Sprintf(many, 4), "TRAY007", "this plan has 4", "97 have gone out in the last 24 hours")
	d.Write("main.tf", fmt.Sprintf(many, 3))
	d.Apply()
	d.NoChanges()
	d.Env.Advance(25 * time.Hour)
	d.Write("main.tf", fmt.Sprintf(many, 20))
	d.Plan()
}

func TestUser_unknownInputsWaitForTheApply(t *testing.T) {
	t.Parallel()
	d := open(t)
	hcl := func(email, role string) string {
		return fmt.Sprintf(`resource "terraform_data" "later" {
  input = { email = %q, role = %q }
}
resource "tray_user" "ana" {
  email             = terraform_data.later.output.email
  organization_role = terraform_data.later.output.role
}`, email, role)
	}
	d.Applies(hcl(ana, "Viewer"))
	d.state(invited)
	d.Env.Accept(ana)
	d.Write("main.tf", hcl("ben@example.com", "Boss"))
	if r := d.Run("apply", "-input=false", "-auto-approve"); r.Code != 1 {
		t.Errorf("a role that turned out unknown ended with %d", r.Code)
	} else {
		contains(t, r, `no role "Boss"`)
	}
}

func TestUser_serverRefuses(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Env.Fault(acctest.Fault{Method: "POST", Path: "/core/v1/invites", Status: 400, ContentType: "application/json",
		Body: `{"message":"No seats left"}`, Times: 1})
	d.Write("main.tf", person(viewer))
	r := d.Run("apply", "-input=false", "-auto-approve")
	contains(t, r, "Could not invite ana@example.com", "No seats left", "HTTP 400")
	if r.Code != 1 || d.inState() {
		t.Errorf("code %d, in state %v", r.Code, d.inState())
	}
	d.Applies(person(viewer))
	d.Env.Accept(ana)
	d.Apply()
	d.Env.Fault(acctest.Fault{Method: "PUT", Path: "/core/v1/users/*/roles", Status: 403, ContentType: "application/json",
		Body: `{"message":"Not yours"}`, Times: 1})
	d.Write("main.tf", person(`organization_role = "Admin"`))
	r = d.Run("apply", "-input=false", "-auto-approve")
	contains(t, r, "Could not change the organization role", "Not yours", "HTTP 403", `organization_role = "Admin"`)
	d.state(map[string]any{"organization_role": "Viewer"})
	d.Applies(person(`organization_role = "Admin"`))
}
