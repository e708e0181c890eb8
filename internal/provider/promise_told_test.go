package provider_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/review"
)

// toldCanary is what Tray tells once, of an object that a noun makes.
const toldCanary = "toldCanary-5b1f0e7c2a9d4c36b8e0f1a2b3c4d5e6"

// A noun that Tray tells a secret of joins by a resource, the path to which it is sent, and
// the answer that holds the canary.
var toldNouns = map[string]struct{ hcl, path, answer string }{
	"tray_api_token": {`resource "tray_api_token" "s" {
  workspace_id = tray_workspace.w.id
  api_user_id  = tray_api_user.u.id
  name         = "key"
}
`, "/management/v1/workspaces/*/api-users/*/tokens", `{"id":"00000000-0000-4000-8000-000000000001","name":"key","userId":"00000000-0000-4000-8000-000000000002","createdAt":"2026-01-01T00:00:00Z","value":"` + toldCanary + `"}`},
	"tray_trigger_subscription": {`resource "tray_trigger_subscription" "s" {
  name            = "hook"
  trigger_name    = "webhook"
  trigger_version = "3.1"
  operation       = "webhook"
  endpoint        = "https://hooks.example.com/x"
}
`, "/core/v1/subscriptions", `{"id":"00000000-0000-4000-8000-000000000001","name":"hook","trigger":{"name":"webhook","version":"3.1"},"operation":"webhook","endpoint":"https://hooks.example.com/x","input":{},"state":"active","signingKey":"` + toldCanary + `"}`},
}

const tellers = `resource "tray_workspace" "w" { name = "told" }
resource "tray_api_user" "u" {
  workspace_id   = tray_workspace.w.id
  name           = "teller"
  workspace_role = "Viewer"
}
`

// What Tray tells once is in the state, as a sensitive value, and nowhere else: not in the
// log at its highest level, in what commands print, or in a review.
func TestPromise_toldSecretsAreInTheStateAlone(t *testing.T) {
	t.Parallel()
	for typ, n := range toldNouns {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(typ+"/"+cli, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t)
				c := secretive(t, env, cli, env.Token)
				c.Write("told.tf", tellers)
				c.Apply()
				c.Write("told.tf", tellers+n.hcl)
				env.Fault(acctest.Fault{Method: http.MethodPost, Path: n.path, Status: 201, ContentType: "application/json", Body: n.answer, Times: 1})
				applied := c.Run("apply", "-auto-approve", "-input=false")
				env.ClearFaults()
				printed := []acctest.Result{applied, c.Run("show"), c.Run("plan", "-input=false", "-refresh=false", "-out=plan.bin"), c.Run("destroy", "-auto-approve", "-input=false", "-target="+typ+".s")}
				for _, r := range printed {
					searchFor(t, toldCanary, "what a command printed", []byte(r.Stdout+r.Stderr))
				}
				shown := c.Run("show", "-json", "plan.bin")
				var reviewed bytes.Buffer
				review.Command(nil, strings.NewReader(shown.Stdout), &reviewed, &reviewed)
				searchFor(t, toldCanary, "the review", reviewed.Bytes())
				searchFor(t, toldCanary, "the log", []byte(read(t, filepath.Join(c.Dir, "trace.log"))))
				// A subscription that this token cannot tell to be gone stays in the state.
				if !strings.Contains(read(t, filepath.Join(c.Dir, "terraform.tfstate.backup"))+read(t, filepath.Join(c.Dir, "terraform.tfstate")), toldCanary) {
					t.Errorf("this proves nothing: the state has not held it: %s", applied.Text())
				}
			})
		}
	}
}

// The value of an ephemeral token is not even in a state or a plan, and no error quotes it.
func TestPromise_ephemeralTokensAreNowhere(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			c := secretive(t, env, cli, env.Token)
			c.Write("told.tf", tellers)
			c.Apply()
			c.Write("told.tf", tellers+`ephemeral "tray_api_token" "run" {
  workspace_id = tray_workspace.w.id
  api_user_id  = tray_api_user.u.id
}
resource "tray_custom_service" "mirror" {
  workspace_id        = tray_workspace.w.id
  name                = "Mirror"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://mirror.example.com/token"
  client_id           = "tray"
  client_secret_wo    = ephemeral.tray_api_token.run.value
}
`)
			env.Fault(acctest.Fault{Method: http.MethodPost, Path: toldNouns["tray_api_token"].path, Status: 201, ContentType: "application/json", Body: toldNouns["tray_api_token"].answer})
			env.Fault(acctest.Fault{Method: http.MethodDelete, Path: toldNouns["tray_api_token"].path + "/*", Status: 403, Body: fmt.Sprintf(`{"message":"No: %s"}`, "not now")})
			planned := c.Run("plan", "-input=false", "-out=plan.bin")
			shown := c.Run("show", "-json", "plan.bin")
			leaks(t, c, toldCanary, planned, shown, c.Apply("plan.bin"), c.Run("show", "-json"))
			if all := env.State().Services; len(all) != 1 || all[0].SecretDigest != acctest.Digest(toldCanary) {
				t.Errorf("this proves nothing: the services are %+v", all)
			}
			if _, err := os.Stat(filepath.Join(c.Dir, "plan.bin")); err != nil {
				t.Error(err)
			}
		})
	}
}

// A user token of Embedded is nowhere either: it is in the answer to authorize alone.
func TestPromise_ephemeralUserTokensAreNowhere(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, acctest.Embedded())
			c := secretive(t, env, cli, env.Token)
			c.Environ = append(c.Environ, "TRAY_MASTER_TOKEN="+env.Token)
			const there = "resource \"tray_embedded_user\" \"u\" {\n  name = \"U\"\n  external_user_id = \"u\"\n}\ndata \"tray_workspaces\" \"o\" { type = \"Organization\" }\n"
			c.Write("told.tf", there)
			c.Apply()
			c.Write("told.tf", there+`ephemeral "tray_embedded_user_token" "run" { user_id = tray_embedded_user.u.id }
resource "tray_custom_service" "mirror" {
  workspace_id        = one(data.tray_workspaces.o.workspaces).id
  name                = "Mirror"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://mirror.example.com/token"
  client_id           = "tray"
  client_secret_wo    = ephemeral.tray_embedded_user_token.run.value
}
`)
			// Opening asks two things there: that the end user is there still, and for the token.
			told := acctest.Fault{Method: http.MethodPost, Path: "/graphql", Skip: 1, Status: 200, ContentType: "application/json", Body: fmt.Sprintf(`{"data":{"authorize":{"accessToken":%q}}}`, toldCanary)}
			env.Fault(told)
			planned := c.Run("plan", "-input=false", "-out=plan.bin")
			env.ClearFaults()
			told.Skip = 0
			env.Fault(told)
			shown := c.Run("show", "-json", "plan.bin")
			leaks(t, c, toldCanary, planned, shown, c.Apply("plan.bin"), c.Run("show", "-json"))
			if all := env.State().Services; len(all) != 1 || all[0].SecretDigest != acctest.Digest(toldCanary) {
				t.Errorf("this proves nothing: the services are %+v", all)
			}
			_, content := env.Call(http.MethodGet, "/_sandbox/state", nil)
			searchFor(t, toldCanary, "the sandbox's state", content)
		})
	}
}

// isToken matches what a token of an end user looks like; digests look so too.
var isToken = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

const instanceOfAnEndUser = `data "tray_workspaces" "e" { type = "Embedded" }
resource "tray_embedded_user" "u" {
  name             = "U"
  external_user_id = "u"
}
resource "tray_project" "p" {
  workspace_id  = one(data.tray_workspaces.e.workspaces).id
  name          = "Notify"
  force_destroy = true
}
resource "tray_project_import" "p" {
  project_id = tray_project.p.id
  export     = "EXPORT"
  config     = { channel = "x" }
}
resource "tray_solution_release" "p" {
  solution_id = tray_project_import.p.solution_id
  content     = tray_project_import.p.export_digest
}
resource "tray_solution_instance" "i" {
  user_id       = tray_embedded_user.u.id
  solution_id   = tray_solution_release.p.solution_id
  name          = "I"
  config_values = { channel = jsonencode("VALUE") }
}
`

// Releases and instances of solutions leave neither the token nor the tokens of end users that
// are made for their writes: not in the state, a plan file, what commands print or the log at
// its highest level, also when the process is killed in a write or Tray's error repeats them.
func TestPromise_tokensOfReleasesAndInstancesAreNowhere(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, acctest.Embedded())
			c := secretive(t, env, cli, env.Token)
			c.Environ = append(c.Environ, "TRAY_MASTER_TOKEN="+env.Token, "TF_LOG_PROVIDER=TRACE")
			hcl := func(value string) string {
				return strings.NewReplacer("EXPORT", exampleSolution, "VALUE", value).Replace(instanceOfAnEndUser)
			}
			c.Write("told.tf", hcl("a"))
			printed := []acctest.Result{c.Run("plan", "-input=false", "-out=plan.bin"), c.Run("show", "-json", "plan.bin"), c.Apply("plan.bin"), c.Run("show", "-json")}

			c.Write("told.tf", hcl("b"))
			env.ClearRequests()
			env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/graphql", Delay: "500ms"})
			running := c.Begin(t.Context(), "apply", "-auto-approve", "-input=false")
			eventually(t, "a token of the end user", func() bool { return authorized(env) > 0 })
			running.Kill()
			running.Wait()
			env.ClearFaults()
			notCut(t, c)
			c.Apply()

			c.Write("told.tf", hcl("c"))
			env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/solutions/*/releases/**", Status: 403, Body: fmt.Sprintf(`{"message":"No: %s"}`, env.Token)})
			printed = append(printed, c.Run("apply", "-auto-approve", "-input=false", "-replace=tray_solution_release.p"))
			env.ClearFaults()
			leaks(t, c, env.Token, printed...)
			isNoToken(t, env, c, printed)
		})
	}
}

// authorized counts the tokens of end users that were asked for.
func authorized(env *acctest.Env) (n int) {
	for _, r := range env.Requests() {
		if strings.Contains(r.Query, "authorize") {
			n++
		}
	}
	return n
}

// isNoToken tries whatever looks like a token in what was printed and is in the files as one.
func isNoToken(t *testing.T, env *acctest.Env, c *acctest.CLI, printed []acctest.Result) {
	t.Helper()
	if authorized(env) == 0 || acctest.One(t, env.State().EndUsers).Tokens == 0 {
		t.Fatal("this proves nothing: no token of an end user was made")
	}
	said := read(t, filepath.Join(c.Dir, "trace.log")) + read(t, filepath.Join(c.Dir, "terraform.tfstate")) + read(t, filepath.Join(c.Dir, "terraform.tfstate.backup"))
	for _, r := range printed {
		said += r.Stdout + r.Stderr
	}
	seen := map[string]bool{}
	works := func(candidate string) bool {
		status, _ := env.CallAs(candidate, http.MethodPost, "/graphql", map[string]any{"query": "{ viewer { details { name } } }"})
		return status != http.StatusUnauthorized
	}
	_, made := env.Call(http.MethodPost, "/graphql", map[string]any{"query": fmt.Sprintf(`mutation { authorize(input: {userId: %q}) { accessToken } }`, env.State().EndUsers[0].ID)})
	if control := isToken.FindString(string(made)); control == "" || !works(control) {
		t.Fatal("this proves nothing: a token of an end user would not be recognised")
	}
	for _, candidate := range isToken.FindAllString(said, -1) {
		if !seen[candidate] && works(candidate) {
			t.Error("a token of an end user is told")
		}
		seen[candidate] = true
	}
}
