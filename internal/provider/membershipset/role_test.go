package membershipset_test

import (
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

const roleAddress = "tray_workspace_role_members.viewers"

func TestRoleMembers_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.puts("sales", "dan@example.com", "Contributor") // another role: left alone
		o.apply(roleOf("viewers", "viewer", "ana", "ben"))
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Viewer", "dan@example.com": "Contributor"})
		o.apply(roleOf("viewers", "Viewer", "BEN", "cleo")) // swap, and another spelling
		o.holds("sales", map[string]string{"ben@example.com": "Viewer", "cleo@example.com": "Viewer", "dan@example.com": "Contributor"})
		o.puts("sales", "ana@example.com", "Viewer") // drift
		o.puts("sales", "ben@example.com", "Contributor")
		o.apply(roleOf("viewers", "Viewer", "BEN", "cleo"))
		o.holds("sales", map[string]string{"ben@example.com": "Viewer", "cleo@example.com": "Viewer", "dan@example.com": "Contributor"})
		o.apply(roleOf("viewers", "Contributor", "dan")) // another role replaces
		o.holds("sales", map[string]string{"dan@example.com": "Contributor"})
		o.apply("")
		o.holds("sales", nil)
	})
}

// Each of two resources takes somebody whom the other gives up: nobody is lost.
func TestRoleMembers_peopleChangeRoles(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.apply(roleOf("admins", "Admin", "ana") + roleOf("viewers", "Viewer", "ben", "cleo"))
		o.apply(roleOf("admins", "Admin", "ben") + roleOf("viewers", "Viewer", "ana", "cleo"))
		o.holds("sales", map[string]string{"ana@example.com": "Viewer", "ben@example.com": "Admin", "cleo@example.com": "Viewer"})
	})
}

func TestRoleMembers_importedInThreeWays(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]string{
		"by id":       "id = \"{sales}/Viewer\"",
		"by name":     "id = \"sales/viewer\"",
		"by identity": "identity = {\n    workspace_id = \"{sales}\"\n    role = \"Viewer\"\n  }",
	} {
		t.Run(name, func(t *testing.T) {
			acctest.OnBoth(t, open, func(o office) {
				o.puts("sales", "ana@example.com", "Viewer")
				o.puts("sales", "dan@example.com", "Contributor")
				o.Write("main.tf", o.Fill(roleOf("viewers", "Viewer", "ana")+"import {\n  to = "+roleAddress+"\n  "+how+"\n}\n"))
				o.Says(o.Apply(), "1 imported, 0 added, 0 changed, 0 destroyed")
				o.NoChanges()
			})
		})
	}
}

func TestRoleMembers_othersAreImportedFirst(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, open, func(o office) {
		o.puts("sales", "ana@example.com", "Viewer")
		o.refuses(roleOf("viewers", "Viewer", "ben"), "TRAY012", "ana@example.com (Viewer)", "/Viewer\"")
		o.refuses(strings.Replace(roleOf("viewers", "Viewer", "ben"), "emails = [", "emails = [\"BEN@example.com\", ", 1), "One person is named twice")
	})
}
