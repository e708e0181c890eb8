package provider_test

import (
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// What people get wrong is said in the plan, on the line that is wrong, with what to
// write instead, and nothing is written to Tray.
func TestInputs_mistakesAreToldInThePlan(t *testing.T) {
	t.Parallel()
	const workspace = "resource \"tray_workspace\" \"sales\" {\n  name = \"sales\"\n}\n"
	cases := map[string]struct {
		config string
		says   []string
	}{
		"malformed e-mail": {
			config: "resource \"tray_user\" \"a\" {\n  email = \"Ana <ana@example.com>\"\n  organization_role = \"Viewer\"\n}\n",
			says:   []string{`email = "Ana <ana@example.com>"`, "is not an e-mail address that Tray accepts", "without a name or angle brackets"},
		},
		"unknown organization role": {
			config: "resource \"tray_user\" \"a\" {\n  email = \"ana@example.com\"\n  organization_role = \"Editor\"\n}\n",
			says:   []string{`organization_role = "Editor"`, `"Editor"`, `"Admin"`, `"Contributor"`, `"Viewer"`},
		},
		"owner": {
			config: "resource \"tray_user\" \"a\" {\n  email = \"ana@example.com\"\n  organization_role = \"Owner\"\n}\n",
			says:   []string{`organization_role = "Owner"`, "TRAY001"},
		},
		"unknown workspace": {
			config: "resource \"tray_workspace_member\" \"a\" {\n  workspace_id = \"00000000-0000-4000-8000-00000000dead\"\n" +
				"  email = \"owner@example.com\"\n  role = \"Admin\"\n}\n",
			says: []string{`workspace_id = "00000000-0000-4000-8000-00000000dead"`, "There is no workspace with the id"},
		},
		"nobody to let in": {
			config: workspace + "resource \"tray_workspace_member\" \"a\" {\n  workspace_id = tray_workspace.sales.id\n  role = \"Viewer\"\n}\n",
			says:   []string{"user_id", "email"},
		},
	}
	for name, k := range cases {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(name+"/"+cli, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t)
				c := env.Layout(t, cli, "")
				c.Write("main.tf", required+"\n"+env.Config(k.config))
				got := c.Run("plan", "-input=false")
				if got.Code != 1 {
					t.Errorf("the plan ends with %d, want 1:\n%s", got.Code, got.Text())
				}
				for _, part := range k.says {
					if !strings.Contains(got.Text(), part) {
						t.Errorf("the message does not say %q:\n%s", part, got.Text())
					}
				}
				if writes := env.Requests().Writes(); len(writes) > 0 {
					t.Errorf("something was written:\n%s", writes)
				}
			})
		}
	}
}

// A token that may not read what a plan would check leaves the plan alone; the apply
// then says which right is missing, and nothing happens.
func TestInputs_tokenWithoutTheRight(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, acctest.Token("Viewer"))
			before := env.State()
			c := env.Layout(t, cli, "")
			c.Write("main.tf", required+"\n"+env.Config("resource \"tray_user\" \"a\" {\n  email = \"ana@example.com\"\n  organization_role = \"Viewer\"\n}\n"))
			c.Plan()
			got := c.Run("apply", "-auto-approve", "-input=false")
			for _, part := range []string{"HTTP 403", "The token lacks the right", "an organization Admin"} {
				if !strings.Contains(got.Text(), part) {
					t.Errorf("the message does not say %q:\n%s", part, got.Text())
				}
			}
			equal(t, "the organization", env.State(), before)
			equal(t, "the state", c.Resources(), map[string]map[string]any{})
		})
	}
}
