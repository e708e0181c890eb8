package provider_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// plannedChanges is what `show -json` says that a plan does. Which values belong to
// instances that are merely read is in the state, and their private data in neither.
type plannedChanges struct {
	Changes json.RawMessage `json:"resource_changes"`
	Drift   json.RawMessage `json:"resource_drift"`
	Outputs json.RawMessage `json:"output_changes"`
	Planned json.RawMessage `json:"planned_values"`
}

func plannedBy(t *testing.T, c *acctest.CLI, args ...string) map[string]any {
	t.Helper()
	c.Plan(append([]string{"-out=the.plan"}, args...)...)
	var p plannedChanges
	c.Show(&p, "the.plan")
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func diffJSON(t *testing.T, a, b any) string {
	t.Helper()
	left, _ := json.MarshalIndent(a, "", " ")
	right, _ := json.MarshalIndent(b, "", " ")
	la, lb := strings.Split(string(left), "\n"), strings.Split(string(right), "\n")
	for i := range la {
		if i >= len(lb) || la[i] != lb[i] {
			to := min(i+6, len(la))
			return strings.Join(la[max(0, i-12):to], "\n") + "\n--- and by the snapshot:\n" + strings.Join(lb[max(0, i-12):min(len(lb), i+6)], "\n")
		}
	}
	return "the second is longer"
}

const versions = "terraform {\n  required_providers {\n    tray = { source = \"tray-community/tray\" }\n  }\n}\n"

const forkLayout = `
locals {
  people = { "Ana.Silva@Example.com" = "Admin", "ben@example.com" = "Contributor", "cleo@other.example" = "Viewer" }
}
resource "tray_user" "all" {
  for_each          = local.people
  email             = each.key
  name              = "Somebody called ${each.value}"
  organization_role = each.value
  onboarding        = "create"
}
resource "tray_user" "invited" {
  email             = "Dora@example.com"
  organization_role = "Viewer"
}
resource "tray_workspace" "sales" {
  name        = "sales"
  description = "Ask ben@example.com"
}
resource "tray_workspace" "ops" { name = "ops" }
resource "tray_workspace_members" "sales" {
  workspace_id = tray_workspace.sales.id
  members      = { for email, role in local.people : email => role }
  depends_on   = [tray_user.all]
}
resource "tray_workspace_member" "one" {
  workspace_id = tray_workspace.ops.id
  user_id      = tray_user.all["ben@example.com"].id
  role         = "Admin"
}
`

// A pull request from a fork has no token: its plan is made by a snapshot, and has to be the
// owner's.
func TestSnapshot_planIsTheOwners(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		for _, flags := range [][]string{nil, {"-names"}} {
			t.Run(cli+strings.Join(flags, ""), func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t)
				owner := env.Layout(t, cli, "")
				owner.Write("zz_test_override.tf", env.Provider("  sandbox  = null"))
				owner.Write("main.tf", versions+"provider \"tray\" {}\n"+forkLayout)
				owner.Init()
				owner.Apply()
				env.Control("PUT", "ui/workspaces/ops/members/cleo@other.example", map[string]string{"role": "Viewer"})
				env.Control("PUT", "ui/workspaces/sales/members/ana.silva@example.com", map[string]string{"role": "Admin"})
				env.Control("POST", "ui/users", map[string]any{"email": "stranger@example.com", "name": "Stella Stranger", "role": "Viewer"})
				env.Control("PUT", "ui/workspaces/sales/members/stranger@example.com", map[string]string{"role": "Viewer"})
				owner.Write("main.tf", versions+"provider \"tray\" {}\n"+strings.NewReplacer(
					`"cleo@other.example" = "Viewer"`, `"cleo@other.example" = "Contributor", "new@example.com" = "Viewer"`,
					"Ask ben@example.com", "Ask ana.silva@example.com").Replace(forkLayout))

				taken := env.MustSnapshot(t, flags...)
				before, err := os.ReadFile(taken.Path)
				if err != nil {
					t.Fatal(err)
				}
				want := plannedBy(t, owner)
				fork := owner.As(env.BySnapshot(t, taken.Path))
				got := plannedBy(t, fork)
				if flags == nil {
					got = named(t, got, want)
				}
				if !reflect.DeepEqual(want, got) {
					t.Errorf("the plans differ:\n%s", diffJSON(t, want, got))
				}
				if after, err := os.ReadFile(taken.Path); err != nil || !bytes.Equal(before, after) {
					t.Error("planning has changed the snapshot")
				}
				if beside, _ := filepath.Glob(taken.Path + "?*"); beside != nil {
					t.Errorf("planning has left %s", beside)
				}
			})
		}
	}
}

var pseudonymous = regexp.MustCompile(`[a-p]{26}@[a-p]{12}\.invalid|Person [a-p]{26}`)

// named gives the one stranger of the plan their address back: nothing that a fork has names
// them.
func named(t *testing.T, got, want map[string]any) map[string]any {
	t.Helper()
	raw, _ := json.Marshal(got)
	raw = pseudonymous.ReplaceAll(raw, []byte("stranger@example.com"))
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
