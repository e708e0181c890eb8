package acctest_test

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// ask makes one request as the provider would over HTTP.
func ask(t *testing.T, env *acctest.Env, method, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, env.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+env.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp.StatusCode, err.Error()
	}
	return resp.StatusCode, string(body)
}

func TestEnv_servesAPrivateSandbox(t *testing.T) {
	t.Parallel()
	one, other := acctest.Start(t), acctest.Start(t, acctest.TypesAsObjects(), acctest.NoManagement())
	one.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "sales"})
	if got := one.State().Shared(); len(got) != 1 || got[0] != "sales" {
		t.Errorf("shared workspaces are %v, want sales", got)
	}
	if got := other.State().Shared(); len(got) != 0 {
		t.Errorf("the other sandbox has %v", got)
	}
	if _, body := ask(t, other, http.MethodGet, "/core/v1/workspaces"); !strings.Contains(body, `{"Organization":{}}`) {
		t.Errorf("types are not objects in %s", body)
	}
	if status, _ := ask(t, other, http.MethodGet, "/management/v1"); status != http.StatusNotFound {
		t.Errorf("the management plane answers %d, want 404", status)
	}
	if got := one.Requests(); len(got) != 0 {
		t.Errorf("control calls are in the log:\n%s", got)
	}
	if got := other.Requests(); got.Count("GET", "/core/**") != 1 || got.Count("", "/*/v1") != 1 || got.Count("POST", "**") != 0 {
		t.Errorf("the log does not hold the two requests:\n%s", got)
	}
}

func TestEnv_followsPeopleAndTime(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	var roles struct{ Elements []acctest.Role }
	env.Control(http.MethodGet, "/core/v1/roles", nil, &roles)
	for _, email := range []string{"ana@example.com", "ben@example.com"} {
		env.Control(http.MethodPost, "/core/v1/invites",
			map[string]any{"email": email, "organizationRoleId": roles.Elements[len(roles.Elements)-1].ID})
	}
	env.Accept("ana@example.com")
	if _, there := env.State().Roles()["ana@example.com"]; !there {
		t.Error("Ana accepted and is no user")
	}
	env.Advance(30 * 24 * time.Hour)
	if got := env.AcceptAll(); got != 0 {
		t.Errorf("%d invitations are pending after a month, want 0", got)
	}
}

func TestEnv_faults(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	env.Fault(acctest.Fault{Path: "/core/v1/users", Status: 503, Times: 1})
	if status, _ := ask(t, env, http.MethodGet, "/core/v1/users"); status != 503 {
		t.Errorf("got %d, want the fault's 503", status)
	}
	if status, _ := ask(t, env, http.MethodGet, "/core/v1/users"); status != 200 {
		t.Errorf("got %d after the fault, want 200", status)
	}
	env.Fault(acctest.Fault{Path: "/core/**", Drop: "before"})
	if status, answer := ask(t, env, http.MethodGet, "/core/v1/users"); status != 0 {
		t.Errorf("got %d %s, want a dropped connection", status, answer)
	}
	env.ClearFaults()
	env.Fault(acctest.Fault{Path: "/core/**", Truncate: true, Times: 1})
	if _, answer := ask(t, env, http.MethodGet, "/core/v1/users"); answer != io.ErrUnexpectedEOF.Error() {
		t.Errorf("read %q, want an unexpected EOF", answer)
	}
}

func TestEnv_tokenOfARole(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t, acctest.Token("Viewer"))
	if status, _ := ask(t, env, http.MethodGet, "/core/v1/users"); status != http.StatusForbidden {
		t.Errorf("a Viewer's token gets %d for the list of users, want 403", status)
	}
	env.RevokeToken(env.Token)
	if status, _ := ask(t, env, http.MethodGet, "/core/v1/workspaces"); status != http.StatusUnauthorized {
		t.Errorf("a revoked token gets %d, want 401", status)
	}
}

const organization = `
data "tray_organization" "this" {}
output "name" { value = data.tray_organization.this.name }
`

// Every way of running the provider reaches the same sandbox.
func TestCLI_runsTheProvider(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		for name, opts := range map[string][]acctest.Option{
			"http":       {acctest.Organization("Foothold", "o@foothold.example")},
			"in process": {acctest.Organization("Foothold", "o@foothold.example"), acctest.InProcess()},
		} {
			for _, source := range []string{"", "tray-community/tray"} {
				t.Run(strings.Join([]string{cli, name, source}, " "), func(t *testing.T) {
					t.Parallel()
					env := acctest.Start(t, opts...)
					c := env.Layout(t, cli, "")
					c.Write("main.tf", requires(source)+env.Config(organization))
					c.Init()
					if got := c.Apply().Text(); !strings.Contains(got, `name = "Foothold"`) {
						t.Errorf("got %s", got)
					}
					c.NoChanges()
				})
			}
		}
	}
}

func requires(source string) string {
	if source == "" {
		return ""
	}
	return "terraform {\n  required_providers {\n    tray = { source = \"" + source + "\" }\n  }\n}\n"
}

func TestCLI_runsTheRealBinary(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			c := env.Layout(t, cli, "").Process()
			c.Write("main.tf", requires("tray-community/tray")+"provider \"tray\" {\n  sandbox = {}\n}\n"+organization)
			c.Init()
			c.Apply()
			c.NoChanges()
			if got, err := filepath.Glob(filepath.Join(c.Dir, ".tray-sandbox.db")); err != nil || len(got) != 1 {
				t.Errorf("the sandbox is not in the working directory: %v, %v", got, err)
			}
		})
	}
}

func TestResult_textUnwraps(t *testing.T) {
	t.Parallel()
	r := acctest.Result{Stderr: "\x1b[31m╷\x1b[0m\n│ \x1b[1mError: \x1b[0mCould not\n│ invite\n╵\n"}
	if got := strings.TrimSpace(r.Text()); got != "Error: Could not invite" {
		t.Errorf("got %q", got)
	}
}
