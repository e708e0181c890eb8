package provider_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// In terraform test nobody accepts: without auto_accept a person stays invited, and their
// membership pending, for as long as the test runs. With it the apply that invites finds them.
func TestSandbox_peopleAcceptAtOnceWhereThatIsAsked(t *testing.T) {
	t.Parallel()
	const config = `
provider "tray" {
  sandbox = { path = %q, auto_accept = true }
}

resource "tray_workspace" "sales" {
  name = "sales"
}

resource "tray_user" "ana" {
  email             = "ana@example.com"
  organization_role = "Viewer"
}

resource "tray_workspace_member" "ana" {
  workspace_id = tray_workspace.sales.id
  email        = tray_user.ana.email
  role         = "Contributor"
}

resource "tray_workspace" "all" {
  name = "all"
}

resource "tray_workspace_members" "all" {
  workspace_id = tray_workspace.all.id
  members      = { (tray_user.ana.email) = "Viewer" }
}
`
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			c := acctest.Start(t, acctest.InProcess()).Layout(t, cli, "")
			c.Write("main.tf", required+fmt.Sprintf(config, filepath.Join(t.TempDir(), "org.db")))
			c.Apply()
			for address, id := range map[string]string{"tray_user.ana": "id", "tray_workspace_member.ana": "user_id"} {
				if got := c.Resources()[address]; got["status"] != "active" || got[id] == nil {
					t.Errorf("%s is %v", address, got)
				}
			}
			if got := c.Resources()["tray_workspace_members.all"]; fmt.Sprint(got["pending"]) != "[]" {
				t.Errorf("tray_workspace_members.all is %v", got)
			}
			c.NoChanges()
		})
	}
}
