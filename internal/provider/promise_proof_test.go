package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// A noun is one resource in a state: whatever reads it drops it on proof only, and never
// with the token of another organization. Every type that the provider has is here.
//
// In the configuration the first of a type is named main and the second other.
type noun struct {
	typ, hcl string
	// gone is what somebody does in the UI so that it is gone; "" where that cannot be.
	gone string
	// managed says that it exists where the management plane is served only.
	managed bool
	// own says that nobody but its maker sees it, whatever their role: only the Owner, who
	// makes all here, can tell.
	own bool
	// local says that whoever sees the workspace and may list proves absence.
	local bool
	// master says that it takes a master token, which no token of a workspace is.
	master bool
	// name is the resource's, given by newWorld.
	name string
}

var nouns = []noun{
	{typ: "tray_user", hcl: `email = "ana@example.com"` + "\n" + `organization_role = "Viewer"` + "\n" + `onboarding = "create"` + "\n" + `name = "Ana"`, gone: "DELETE ui/users/ana@example.com"},
	{typ: "tray_user", hcl: `email = "ivy@example.com"` + "\n" + `organization_role = "Viewer"`},
	{typ: "tray_workspace", hcl: `name = "sales"`, gone: "DELETE ui/workspaces/sales"},
	{typ: "tray_workspace_member", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `email = "ben@example.com"` + "\n" + `role = "Viewer"`, gone: "DELETE ui/workspaces/ops/members/ben@example.com", local: true},
	{typ: "tray_workspace_member", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `email = "ivy@example.com"` + "\n" + `role = "Viewer"` + "\n" + `depends_on = [tray_user.other]`},
	{typ: "tray_workspace_members", hcl: `workspace_id = data.tray_workspace.crm.id` + "\n" + `members = { "ben@example.com" = "Admin" }`, gone: "DELETE ui/workspaces/crm"},
	{typ: "tray_workspace_role_members", hcl: `workspace_id = data.tray_workspace.hr.id` + "\n" + `role = "Admin"` + "\n" + `emails = ["ben@example.com"]`, gone: "DELETE ui/workspaces/hr"},
	{typ: "tray_organization", hcl: `name = "Sandbox"`},
	{typ: "tray_on_prem_agent", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `group_id = tray_on_prem_agent_group.main.id` + "\n" + `name = "machine"`, gone: "DELETE ui/workspaces/ops/on-prem-agent-groups/site/agents/machine", local: true},
	{typ: "tray_on_prem_agent_group", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `name = "site"`, gone: "DELETE ui/workspaces/ops/on-prem-agent-groups/site", local: true},
	{typ: "tray_service_environment", hcl: `service_name = tray_custom_service.main.unique_name` + "\n" + `title = "box"` + "\n" + `client_id = "c"` + "\n" + `client_secret_wo = "canary"`, gone: "DELETE ui/services/crm/versions/1/environments/box", managed: true},
	{typ: "tray_connector", hcl: `name = "acme-crm"` + "\n" + `version = "1.0"` + "\n" + `source = "` + exampleZip + `"`, gone: "DELETE ui/connectors/acme-crm/versions/1.0", managed: true},
	{typ: "tray_custom_service", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `name = "crm"` + "\n" + `authentication_type = "oauth2client_credentials"` + "\n" + `token_url = "https://x"` + "\n" +
		`client_id = "c"` + "\n" + `client_secret_wo = "canary"`, gone: "DELETE ui/services/crm", managed: true},
	{typ: "tray_api_token", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `api_user_id = tray_api_user.main.id` + "\n" + `name = "key"`, gone: "DELETE ui/api-tokens/key", managed: true},
	{typ: "tray_api_user", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `name = "deployer"` + "\n" + `workspace_role = "Viewer"`, gone: "DELETE ui/users/deployer@api-users.invalid", managed: true},
	{typ: "tray_authentication", hcl: `name = "sms"` + "\n" + `service_environment_id = one(data.tray_service_environments.twilio.environments).id` + "\n" +
		`credentials_wo = jsonencode({ account_sid = "AC1", auth_token = "canary" })`, gone: "DELETE ui/authentications/sms"},
	{typ: "tray_organization_settings", hcl: `allow_workspace_admin_tokens = true`, managed: true},
	{typ: "tray_trigger_subscription", hcl: `name = "hook"` + "\n" + `trigger_name = "webhook"` + "\n" + `trigger_version = "3.1"` + "\n" + `operation = "webhook"` + "\n" +
		`endpoint = "https://hooks.example.com/x"`, gone: "DELETE ui/subscriptions/hook", own: true},
	{typ: "tray_project", hcl: `workspace_id = data.tray_workspace.ops.id` + "\n" + `name = "billing"`, managed: true, local: true},
	{typ: "tray_project_import", hcl: `project_id = tray_project.main.id` + "\n" + `export = "` + exampleExport + `"` + "\n" + `config = { api_url = "https://x", batch_size = 1 }`, managed: true},
	{typ: "tray_project_version", hcl: `project_id = tray_project.main.id` + "\n" + `version_number = "1.0"` + "\n" + `title = "First"`, managed: true},
	{typ: "tray_embedded_user", hcl: `name = "Globex"` + "\n" + `external_user_id = "globex"`, managed: true, master: true},
	{typ: "tray_project", hcl: `workspace_id = one(data.tray_workspaces.embedded.workspaces).id` + "\n" + `name = "Notify"`, managed: true, local: true},
	{typ: "tray_project_import", hcl: `project_id = tray_project.other.id` + "\n" + `export = "` + exampleSolution + `"` + "\n" + `config = { channel = "x" }`, managed: true},
	{typ: "tray_solution_release", hcl: `solution_id = tray_project_import.other.solution_id` + "\n" + `content = "1.0"`, managed: true},
	{typ: "tray_solution_instance", hcl: `user_id = tray_embedded_user.main.id` + "\n" + `solution_id = tray_solution_release.main.solution_id` + "\n" + `name = "Notify"` + "\n" + `config_values = { channel = jsonencode("x") }`, managed: true, master: true},
}

// token is one that a pull request's plan may be given.
type token struct {
	name string
	make map[string]any // what POST /_sandbox/tokens is sent
	// all says that nothing is hidden from it: what it does not see is gone.
	all bool
}

// sees reports whether what it does not see of a noun is gone.
func (k token) sees(n noun) bool {
	bot, _ := k.make["api_user"].(map[string]any)
	return k.all && (!n.own || k.name == owner) && (!n.master || bot["workspace"] == nil)
}

const owner = "Owner"

func tokens() []token {
	all := []token{
		{name: "workspace token", make: map[string]any{"api_user": map[string]any{"name": "Of ops", "workspace": "ops"}}},
		{name: "token of another workspace", make: map[string]any{"api_user": map[string]any{"name": "Of else", "workspace": "else"}}},
		{name: "member of ops", make: map[string]any{"user": "ben@example.com"}},
		{name: owner, make: map[string]any{"user": acctest.OwnerEmail}, all: true},
	}
	for _, role := range []string{"Admin", "Contributor", "Viewer"} {
		all = append(all,
			token{"person, " + role, map[string]any{"user": "a-" + role + "@example.com"}, role == "Admin"},
			token{"API user, " + role, map[string]any{"api_user": map[string]any{"name": "Bot " + role, "role": role}}, role == "Admin"},
			token{"API user of ops, " + role, map[string]any{"api_user": map[string]any{"name": "Ops " + role, "role": role, "workspace": "ops"}}, role == "Admin"})
	}
	return all
}

// world is an organization in which every noun is in a state.
type world struct {
	acctest.Desk
	kept  []kept
	nouns []noun
}

// worlds are what tests have copies of, by plane.
var worlds = struct {
	sync.Mutex
	made map[string]world
}{made: map[string]world{}}

// newWorld is a world of the test's own.
func newWorld(t *testing.T, plane string) world {
	t.Helper()
	worlds.Lock()
	defer worlds.Unlock()
	w, there := worlds.made[plane]
	if !there {
		w = makeWorld(acctest.Lasting(t), planes[plane]...)
		worlds.made[plane] = w
	}
	w.Desk = w.Copy(t)
	return w
}

func makeWorld(t testing.TB, opts ...acctest.Option) world {
	t.Helper()
	w := world{Desk: acctest.Start(t, append(opts, acctest.Embedded())...).Desk(t, acctest.Terraform, "")}
	for _, email := range []string{"ben@example.com", "a-Admin@example.com", "a-Contributor@example.com", "a-Viewer@example.com"} {
		role := "Viewer"
		if strings.HasPrefix(email, "a-") {
			role = strings.TrimSuffix(strings.TrimPrefix(email, "a-"), "@example.com")
		}
		w.Env.Control(http.MethodPost, "ui/users", map[string]any{"email": email, "name": "N", "role": role})
	}
	names := []string{"ops", "crm", "hr", "else"}
	status, _ := w.Env.Call(http.MethodGet, "/management/v1", nil)
	live := status == http.StatusNotFound
	if live {
		names = append(names, "sales")
	}
	hcl := "data \"tray_service_environments\" \"twilio\" { service_name = \"twilio\" }\ndata \"tray_workspaces\" \"embedded\" { type = \"Embedded\" }\n"
	for _, name := range names {
		w.Env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": name})
		if name == "crm" || name == "hr" {
			w.Env.Control(http.MethodPut, "ui/workspaces/"+name+"/members/ben@example.com", map[string]any{"role": "Admin"})
		}
		hcl += "data \"tray_workspace\" \"" + name + "\" { name = \"" + name + "\" }\n"
	}
	for _, n := range nouns {
		if live && n.managed {
			continue
		}
		n.name = "main"
		if slices.ContainsFunc(w.nouns, func(before noun) bool { return before.typ == n.typ }) {
			n.name = "other"
		}
		hcl += "resource \"" + n.typ + "\" \"" + n.name + "\" {\n" + n.hcl + "\n"
		if n.typ == "tray_workspace_members" || n.typ == "tray_workspace_role_members" {
			hcl += "overwrite_existing = true\n"
		}
		hcl += "}\n"
		w.nouns = append(w.nouns, n)
	}
	w.Applies(hcl)
	all := keptIn(t, w.Dir)
	if len(all) != len(w.nouns) {
		t.Fatalf("%d of %d nouns are in the state", len(all), len(w.nouns))
	}
	for _, n := range w.nouns {
		i := slices.IndexFunc(all, func(k kept) bool { return k.typ == n.typ && k.name == n.name })
		if i < 0 {
			t.Fatalf("%s.%s is not in the state", n.typ, n.name)
		}
		w.kept = append(w.kept, all[i])
	}
	return w
}

func TestPromise_droppedOnProofOnly(t *testing.T) {
	t.Parallel()
	for plane := range planes {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, plane)
			made := map[string]string{}
			for _, tok := range tokens() {
				made[tok.name] = w.Env.NewToken(tok.make)
				t.Run("there/"+tok.name, func(t *testing.T) {
					for i, k := range w.kept {
						got := w.serve(t, made[tok.name]).read(k)
						switch {
						case got.dropped:
							t.Errorf("%s leaves the state: %s", k.typ, got.said)
						case tok.sees(w.nouns[i]) && got.failed():
							t.Errorf("%s cannot be read: %s", k.typ, got.said)
						case !got.failed() && !got.same:
							t.Errorf("%s changes in the state: %s", w.nouns[i].hcl, got.said)
						}
					}
				})
			}
			for i, n := range w.nouns {
				if n.gone == "" {
					continue
				}
				method, path, _ := strings.Cut(n.gone, " ")
				w.Env.Control(method, path+"?force=true", nil)
				for _, tok := range tokens() {
					t.Run("gone/"+n.typ+"/"+tok.name, func(t *testing.T) {
						got := w.serve(t, made[tok.name]).read(w.kept[i])
						switch {
						case tok.sees(n) && !got.dropped:
							t.Errorf("stays in the state: %s", got.said)
						case !tok.sees(n) && got.dropped && !n.local:
							t.Errorf("leaves the state: %s", got.said)
						case !tok.sees(n) && !got.dropped && !got.failed():
							t.Error("nothing is said")
						}
					})
				}
			}
		})
	}
}

var planes = map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}}

// A later type joins by a line in nouns, and this fails until it has.
func TestPromise_knowsEveryNoun(t *testing.T) {
	known := map[string]bool{}
	for _, n := range nouns {
		known[n.typ] = true
	}
	for _, typ := range resourceTypes(t) {
		if !known[typ] {
			t.Errorf("%s is in no line of nouns", typ)
		}
	}
}

// The whole life of it, as a pipeline has it: a plan and a refresh with a lesser token.
func TestPromise_aRefreshWithALesserTokenKeepsTheState(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		for plane, opts := range planes {
			t.Run(plane+"/"+cli, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t, opts...)
				if plane != "management plane" {
					env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "sales"})
				}
				c := env.Layout(t, cli, "")
				c.Write("main.tf", created)
				c.Write("provider.tf", env.Provider())
				if plane != "management plane" {
					c.Write("main.tf", strings.Replace(created, `description = "first"`, "", 1))
				}
				c.Apply()
				before, whole := c.Resources(), env.Token
				for _, role := range []string{"Viewer", "Contributor", "Admin"} {
					env.Token = env.NewToken(map[string]any{"api_user": map[string]any{"name": role, "role": role}})
					c.Write("provider.tf", env.Provider())
					for _, args := range [][]string{{"plan"}, {"apply", "-refresh-only", "-auto-approve"}} {
						r := c.Run(append(args, "-input=false")...)
						if lesser := role != "Admin"; lesser && (r.Code != 1 || !strings.Contains(r.Text(), "gone or hidden from this token")) || !lesser && r.Code != 0 {
							t.Errorf("%s, %s: ended with %d: %s", role, args[0], r.Code, r.Text())
						}
					}
					if got := c.Resources(); len(got) != len(before) {
						t.Errorf("%s: %d of %d are left in the state", role, len(got), len(before))
					}
				}
				env.Token = whole // what the message says to do
				c.Write("provider.tf", env.Provider())
				c.NoChanges()
			})
		}
	}
}
