package user_test

import (
	"fmt"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const manyPeople = `locals {
  people = { for i in range(%d) : "p${i}" => "p${i}@example.com" }
}
resource "tray_user" "p" {
  for_each          = local.people
  email             = each.value
  organization_role = "Viewer"
  onboarding        = "%s"
  name              = %s
}`

// TestUser_noopPlanReadsListsOnly counts what a plan without changes costs: the list of
// users, at most one lone read before it is known to pay, and where invitations are
// open the question whether they can be listed, and their list.
func TestUser_noopPlanReadsListsOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []acctest.Option
		hcl  string
		most int
	}{
		"users":              {nil, fmt.Sprintf(manyPeople, 40, "create", "each.key"), 2},
		"users, sparse":      {[]acctest.Option{acctest.Sparse()}, fmt.Sprintf(manyPeople, 40, "create", "each.key"), 42},
		"invitations":        {nil, fmt.Sprintf(manyPeople, 40, "invite", "null"), 4},
		"invitations, live":  {[]acctest.Option{acctest.NoManagement()}, fmt.Sprintf(manyPeople, 40, "invite", "null"), 3},
		"nobody, nothing":    {nil, "", 0},
		"one user, one read": {nil, person(created), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, c.opts...)
			d.Write("main.tf", c.hcl)
			d.Apply()
			d.Env.ClearRequests()
			d.NoChanges()
			if got := d.Env.Requests(); len(got) > c.most {
				t.Errorf("%d requests, want at most %d:\n%s", len(got), c.most, got)
			}
			d.wrote()
		})
	}
}

// TestUser_plansWhileTheTokenIsUnknown has the token come from another resource.
func TestUser_plansWhileTheTokenIsUnknown(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Write("provider.tf", fmt.Sprintf(`resource "terraform_data" "token" { input = %q }
provider "tray" {
  base_url = %q
  token    = terraform_data.token.output
}
`, d.Env.Token, d.Env.URL))
	d.Write("main.tf", person(viewer))
	d.Env.ClearRequests()
	r, _ := d.Plan()
	contains(t, r, "2 to add", `"invited"`)
	if got := d.Env.Requests(); len(got) > 0 {
		t.Errorf("requests without a token:\n%s", got)
	}
	d.Apply()
	d.NoChanges()
	d.Run("state", "rm", "terraform_data.token") // unknown again, now with a person in the state
	r = d.Run("plan", "-input=false")
	contains(t, r, "The Tray provider is not fully configured yet", "provider argument token")
}
