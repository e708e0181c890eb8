package provider_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// scenario is a layout in examples/scenarios and what its text promises.
type scenario struct {
	organization, owner string
	workspaces          []string          // sorted
	people              map[string]string // e-mail → organization role, without the Owner
	access              map[string]string // "workspace/e-mail" → workspace role
}

var scenarios = map[string]scenario{
	"team-enterprise": {
		workspaces: []string{"hr-dev", "hr-prod", "marketing-dev", "marketing-prod", "sales-dev", "sales-prod"},
		people: map[string]string{
			"ingrid@example.com": "Admin", "isaac@example.com": "Admin",
			"sofia@example.com": "Viewer", "marco@example.com": "Viewer", "yuki@example.com": "Viewer",
			"maya@example.com": "Viewer", "omar@example.com": "Viewer",
			"helena@example.com": "Viewer", "petr@example.com": "Viewer",
		},
		access: map[string]string{
			"sales-dev/sofia@example.com": "Admin", "sales-prod/sofia@example.com": "Admin",
			"sales-dev/marco@example.com": "Contributor", "sales-prod/marco@example.com": "Viewer",
			"sales-dev/yuki@example.com":     "Contributor",
			"marketing-dev/maya@example.com": "Admin", "marketing-prod/maya@example.com": "Admin",
			"marketing-dev/omar@example.com": "Contributor", "marketing-prod/omar@example.com": "Viewer",
			"marketing-prod/sofia@example.com": "Viewer",
			"hr-dev/helena@example.com":        "Admin", "hr-prod/helena@example.com": "Admin",
			"hr-dev/petr@example.com": "Contributor", "hr-prod/petr@example.com": "Viewer",
		},
	},
	"tenant-per-app": {
		organization: "Foothold", owner: "owner@foothold.example",
		workspaces: []string{"app-alpha", "app-beta", "app-gamma"},
		people: map[string]string{
			"shannon.singh@foothold.example": "Admin",
			"priya@foothold.example":         "Viewer", "aiden@foothold.example": "Viewer", "cassidy@foothold.example": "Viewer",
			"gabriela@foothold.example": "Viewer", "franz@foothold.example": "Viewer", "blake@foothold.example": "Viewer",
			"quinn@foothold.example": "Viewer", "sai@foothold.example": "Viewer",
		},
		access: map[string]string{
			"app-alpha/priya@foothold.example": "Contributor", "app-alpha/aiden@foothold.example": "Contributor",
			"app-alpha/cassidy@foothold.example": "Contributor", "app-beta/gabriela@foothold.example": "Contributor",
			"app-beta/franz@foothold.example": "Contributor", "app-beta/blake@foothold.example": "Contributor",
			"app-gamma/quinn@foothold.example": "Contributor", "app-gamma/sai@foothold.example": "Contributor",
			"app-gamma/cassidy@foothold.example": "Contributor",
		},
	},
}

// Each scenario converges as it is, converges again once people have accepted, and goes
// away without a trace: with both command lines, in process with the full shape of Tray's lists
// and over HTTP with the sparse one.
func TestScenarios_converge(t *testing.T) {
	t.Parallel()
	modes := map[string]acctest.Option{"http, sparse": acctest.Sparse(), "in process": acctest.InProcess()}
	for name, s := range scenarios {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			for mode, in := range modes {
				t.Run(name+"/"+cli+"/"+mode, func(t *testing.T) {
					t.Parallel()
					s.converges(t, name, cli, in)
				})
			}
		}
	}
}

func (s scenario) converges(t *testing.T, name, cli string, opts ...acctest.Option) {
	if s.organization == "" {
		s.organization, s.owner = "Sandbox", acctest.OwnerEmail
	}
	env := acctest.Start(t, append(opts, acctest.Organization(s.organization, s.owner))...)
	layout := env.Layout(t, cli, "../../examples/scenarios/"+name)
	layout.Init()

	layout.Apply()
	layout.NoChanges()
	equal(t, "invited", slices.Sorted(slices.Values(env.State().Pending())), slices.Sorted(maps.Keys(s.people)))
	equal(t, "memberships before anybody accepted", env.State().Access(s.owner), map[string]string{})

	if got := env.AcceptAll(); got != len(s.people) {
		t.Errorf("%d people accepted, want %d", got, len(s.people))
	}
	layout.Apply()
	layout.NoChanges()
	s.stands(t, env)

	names := map[string]bool{}
	for _, u := range env.State().Users {
		names[u.Name] = true
	}
	if r := layout.Run("destroy", "-auto-approve", "-input=false"); r.Code == 0 || !strings.Contains(r.Text(), "TRAY005") {
		t.Fatalf("everybody may be removed at once: %s", r.Text())
	}
	allowed := []string{"  guardrails = { max_removal_percent = 100 }"}
	if env.URL != "" {
		allowed = append(allowed, "  sandbox = null")
	}
	layout.Write("zz_test_override.tf", env.Provider(allowed...))
	layout.Destroy()
	left := env.State()
	equal(t, "users after destroy", left.Roles(), map[string]string{s.owner: "Owner"})
	// Tray keeps what a deleted person had in a shared workspace of the person's name.
	others := slices.DeleteFunc(left.Shared(), func(name string) bool { return names[name] })
	equal(t, "workspaces after destroy", others, []string{})
	equal(t, "invitations after destroy", left.Pending(), []string{})
}

// A scenario works as it is shipped: the real binary, `sandbox = {}`, no account.
func TestScenarios_asShipped(t *testing.T) {
	t.Parallel()
	for name := range scenarios {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(name+"/"+cli, func(t *testing.T) {
				t.Parallel()
				layout := acctest.Start(t).Layout(t, cli, "").Process()
				if err := os.CopyFS(layout.Dir, os.DirFS("../../examples/scenarios/"+name)); err != nil {
					t.Fatal(err)
				}
				layout.Init()
				layout.Apply()
				layout.NoChanges()
				if _, err := os.Stat(filepath.Join(layout.Dir, ".tray-sandbox.db")); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// stands says that the organization is what the layout says, no more and no less.
func (s scenario) stands(t *testing.T, env *acctest.Env) {
	t.Helper()
	state := env.State()
	people := maps.Clone(s.people)
	people[s.owner] = "Owner"
	equal(t, "users", state.Roles(), people)
	equal(t, "workspaces", slices.Sorted(slices.Values(state.Shared())), s.workspaces)
	// The token's own user is Admin of what it creates.
	equal(t, "memberships", state.Access(s.owner), s.access)
	if state.Organization.Name != s.organization {
		t.Errorf("the organization is %q, want %q", state.Organization.Name, s.organization)
	}
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s differ (-want +got):\n%s", what, diff)
	}
}
