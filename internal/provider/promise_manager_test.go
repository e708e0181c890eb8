package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// manager is one kind of resource in the table of TestPromise_oneObjectOneManager: joining is
// one line. It may refer to what stays.
type manager struct {
	body string // the arguments of one object, whatever the address of its resource
	id   string // to import it by
	// single says that two of one natural key cannot be there at once, so that nothing can
	// be created before the old one is destroyed.
	single bool
}

var managers = map[string]manager{
	"tray_user":                   {`email = "ana@example.com", name = "Ana", organization_role = "Viewer", onboarding = "create"`, "ana@example.com", true},
	"tray_workspace":              {`name = "sales"`, "sales", true},
	"tray_organization":           {`name = "Acme"`, "Acme", false},
	"tray_organization_settings":  {`allow_workspace_admin_tokens = true`, "settings", false},
	"tray_workspace_member":       {`workspace_id = tray_workspace.stays["hr"].id, email = tray_user.stays.email, role = "Viewer"`, "hr/ben@example.com", false},
	"tray_workspace_members":      {`workspace_id = tray_workspace.stays["ops"].id, members = { (tray_user.stays.email) = "Viewer" }, overwrite_existing = true`, "ops", false},
	"tray_workspace_role_members": {`workspace_id = tray_workspace.stays["it"].id, role = "Viewer", emails = [tray_user.stays.email]`, "it/Viewer", false},
	"tray_custom_service":         {`workspace_id = tray_workspace.stays["hr"].id, name = "crm", authentication_type = "token"`, "hr/crm", true},
	"tray_authentication":         {`name = "sms", service_environment_id = one(data.tray_service_environments.twilio.environments).id, credentials_wo = jsonencode({ account_sid = "AC1", auth_token = "canary" })`, "Embedded/sms", true},
	"tray_api_user":               {`workspace_id = tray_workspace.stays["hr"].id, name = "deployer", workspace_role = "Contributor"`, "hr/deployer", true},
	"tray_api_token":              {`workspace_id = tray_workspace.stays["hr"].id, api_user_id = tray_api_user.stays.id, name = "key", valid_for = "30d"`, "hr/stays/key", true},
	"tray_trigger_subscription":   {`name = "hook", trigger_name = "webhook", trigger_version = "3.1", operation = "webhook", endpoint = "https://hooks.example.com/x"`, "hook", true},
	"tray_service_environment":    {`service_name = tray_custom_service.stays.unique_name, title = "box", client_id = "c", client_secret_wo = "canary"`, "hr/erp/box", true},
	"tray_connector":              {`name = "acme-crm", version = "1.0", source = "` + exampleZip + `"`, "acme-crm/1.0", false},
	"tray_embedded_user":          {`name = "Globex", external_user_id = "globex"`, "globex", true},
	"tray_on_prem_agent_group":    {`workspace_id = tray_workspace.stays["hr"].id, name = "site"`, "hr/site", true},
	"tray_project":                {`workspace_id = tray_workspace.stays["hr"].id, name = "billing"`, "hr/billing", true},
	"tray_project_import":         {`project_id = tray_project.stays.id, export = "` + exampleExport + `", config = { api_url = "https://x", batch_size = 1 }`, "hr/stays", false},
	"tray_project_version":        {`project_id = tray_project.stays.id, version_number = "1.0", title = "First"`, "hr/stays/1.0", true},
	"tray_solution_release":       {`solution_id = tray_project_import.stays.solution_id, content = "1.0"`, "Notify/1.0", false},
	"tray_solution_instance":      {`user_id = tray_embedded_user.stays.id, solution_id = one(data.tray_solutions.stays.solutions).id, name = "theirs"`, "initech/theirs", true},
	"tray_on_prem_agent":          {`workspace_id = tray_workspace.stays["hr"].id, group_id = tray_on_prem_agent_group.stays.id, name = "machine"`, "hr/stays/machine", true},
}

// stays is in every configuration, at one address. Its solution Widgets is published by others.
var stays = `resource "tray_user" "stays" {
  email             = "ben@example.com"
  name              = "Ben"
  organization_role = "Viewer"
  onboarding        = "create"
}
resource "tray_workspace" "stays" {
  for_each = toset(["hr", "ops", "it"])
  name     = each.key
}
data "tray_service_environments" "twilio" { service_name = "twilio" }
resource "tray_on_prem_agent_group" "stays" {
  workspace_id = tray_workspace.stays["hr"].id
  name         = "stays"
}
resource "tray_project" "stays" {
  workspace_id = tray_workspace.stays["hr"].id
  name         = "stays"
}
resource "tray_api_user" "stays" {
  workspace_id   = tray_workspace.stays["hr"].id
  name           = "stays"
  workspace_role = "Viewer"
}
resource "tray_custom_service" "stays" {
  workspace_id        = tray_workspace.stays["hr"].id
  name                = "erp"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://erp.example.com/token"
  client_id           = "erp"
  client_secret_wo    = "canary"
}
resource "tray_embedded_user" "stays" {
  name             = "Initech"
  external_user_id = "initech"
}
data "tray_solutions" "stays" { name_regex = "^Widgets$" }
data "tray_workspaces" "embedded" { type = "Embedded" }
resource "tray_project" "solution" {
  workspace_id = one(data.tray_workspaces.embedded.workspaces).id
  name         = "solution"
}
resource "tray_project_import" "stays" {
  project_id = tray_project.solution.id
  export     = "` + exampleSolution + `"
  config     = { channel = "x" }
}
`

// twilioEnvironment is the id of the one environment of a public service.
func twilioEnvironment(env *acctest.Env) string {
	_, listed := env.CallAs(env.Owner, http.MethodGet, "/core/v1/services/twilio/versions/1/environments", nil)
	_, after, _ := strings.Cut(string(listed), `"id":"`)
	id, _, _ := strings.Cut(after, `"`)
	return id
}

// blocks are resources of every noun under a label. Meta are meta-arguments; what is
// inside each, "; " apart.
func blocks(label, meta string) string {
	var b strings.Builder
	for kind, n := range managers {
		fmt.Fprintf(&b, "resource %q %q {\n  %s\n  %s\n}\n", kind, label, strings.ReplaceAll(n.body, ", ", "\n  "), meta)
	}
	return b.String()
}

// each writes a block for every noun; %[1]s is its type, %[2]q its import id.
func each(format string) string {
	var b strings.Builder
	for kind, n := range managers {
		fmt.Fprintf(&b, format+"\n", kind, n.id)
	}
	return b.String()
}

// life is what people do with addresses: the configuration before and after.
type life struct {
	before, after string
	made          bool // the objects are there, by other hands than Terraform's
	want          string
	// follow takes the advice: what it answers replaces after, and ends in an empty plan.
	follow func(advice string) string
}

// refusedLives are errors in the plan, in every order of planning.
var refusedLives = map[string]life{
	"an address changes": {blocks("a", ""), blocks("b", ""), false, "moved {", func(advice string) string {
		return blocks("b", "") + pasted(advice, "a", "b")
	}},
	"an address changes, and TRAY012's import is pasted": {blocks("a", ""), blocks("b", "") + each("import {\n  to = %s.b\n  id = %q\n}"), false, "moved {", func(advice string) string {
		return blocks("b", "") + pasted(advice, "a", "b")
	}},
	"count becomes for_each": {blocks("a", "count = 1"), blocks("a", `for_each = toset(["x"])`), false, "moved {", func(advice string) string {
		return blocks("a", `for_each = toset(["x"])`) + pasted(advice, "a[0]", `a["x"]`)
	}},
	"a key changes case": {blocks("a", `for_each = toset(["x"])`), blocks("a", `for_each = toset(["X"])`), false, "moved {", func(advice string) string {
		return blocks("a", `for_each = toset(["X"])`) + pasted(advice, `a["x"]`, `a["X"]`)
	}},
	"a second block":         {blocks("a", ""), blocks("a", "") + blocks("b", ""), false, "Keep one", func(string) string { return blocks("a", "") }},
	"two blocks at once":     {"", blocks("a", "") + blocks("b", ""), false, "Keep one", func(string) string { return blocks("a", "") }},
	"one imported twice":     {"", blocks("a", "") + blocks("b", "") + each("import {\n  to = %s.a\n  id = %q\n}") + each("import {\n  to = %s.b\n  id = %q\n}"), true, "Keep one", func(string) string { return blocks("a", "") + each("import {\n  to = %s.a\n  id = %q\n}") }},
	"imported beside itself": {blocks("a", ""), blocks("a", "") + blocks("b", "") + each("import {\n  to = %s.b\n  id = %q\n}"), false, "Keep one", func(string) string { return blocks("a", "") }},
}

var movedBlock = regexp.MustCompile(`moved \{ from = (\S+)\.<old> to = (\S+)\.<new> \}`)

// pasted are the moved blocks that the advice prints, with the labels put in.
func pasted(advice, from, to string) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, m := range movedBlock.FindAllStringSubmatch(advice, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			fmt.Fprintf(&b, "moved {\n  from = %s.%s\n  to   = %s.%s\n}\n", m[1], from, m[2], to)
		}
	}
	return b.String()
}

// troupe is a command line on a sandbox in which Ana is in the workspace, so that either
// shows when it is deleted.
type troupe struct{ acctest.Desk }

func begin(t *testing.T, l life) troupe {
	t.Helper()
	env := acctest.Start(t, acctest.Organization("Acme", "owner@acme.example"), acctest.Embedded())
	makeSolution(env, "Widgets")
	s := troupe{env.Desk(t, acctest.Chosen(), stays)}
	s.Write("main.tf", l.before)
	s.Apply()
	if l.made {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
		env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "sales"})
		for _, name := range []string{"hr", "ops", "it"} {
			env.Control(http.MethodPut, "ui/workspaces/"+name+"/members/ben@example.com", map[string]any{"role": "Viewer"})
		}
		env.Control(http.MethodPost, "ui/services", map[string]any{"workspace": "hr", "owner": "owner@acme.example", "name": "crm"})
		env.Control(http.MethodPost, "ui/projects", map[string]any{"workspace": "hr", "name": "billing"})
		env.Call(http.MethodPost, "/graphql", map[string]any{"query": `mutation { createExternalUser(input: {name: "Globex", externalUserId: "globex"}) { userId } }`})
		env.Control(http.MethodPost, "/core/v1/solutions/"+solutionID(env, "Notify")+"/releases", nil)
		asEndUser(t, env, "initech", fmt.Sprintf(`mutation { createSolutionInstance(input: {solutionId: %q, instanceName: "theirs"}) { clientMutationId } }`, solutionID(env, "Widgets")))
		env.Control(http.MethodPost, "ui/workspaces/hr/on-prem-agent-groups", map[string]any{"name": "site"})
		env.Control(http.MethodPost, "ui/workspaces/hr/on-prem-agent-groups/stays/agents", map[string]any{"name": "machine"})
		env.Control(http.MethodPost, "ui/services/erp/versions/1/environments", map[string]any{"title": "box", "clientId": "c", "clientSecret": "s"})
		zip, err := os.ReadFile(exampleZip)
		if err != nil {
			t.Fatal(err)
		}
		env.Control(http.MethodPost, "/cdk/v1/deployments/connectors/acme-crm/versions/1.0/deploy-connector-from-source", map[string]any{"connectorSourceCode": zip})
		s.makeToken("key")
		s.makeVersion("1.0", "First")
		env.Advance(time.Minute)
		env.Control(http.MethodPost, "tokens", map[string]any{"api_user": map[string]any{"name": "deployer", "workspace": "hr"}})
		env.Control(http.MethodPost, "ui/authentications", map[string]any{"owner": "owner@acme.example", "name": "sms", "serviceEnvironmentId": twilioEnvironment(env),
			"credentials": map[string]any{"account_sid": "AC1", "auth_token": "canary"}})
		env.Control(http.MethodPost, "/core/v1/subscriptions", map[string]any{
			"name": "hook", "trigger": map[string]any{"name": "webhook", "version": "3.1"}, "operation": "webhook", "input": map[string]any{}, "endpoint": "https://hooks.example.com/x",
		})
	}
	if l.made || l.before != "" {
		env.Control(http.MethodPut, "ui/workspaces/sales/members/ana@example.com", map[string]any{"role": "Viewer"})
	}
	return s
}

// copy is the troupe as it is now, for one story.
func (s troupe) copy(t *testing.T) troupe { return troupe{s.Copy(t)} }

// makeToken makes a token of the API user that stays.
func (s troupe) makeToken(name string) {
	s.T.Helper()
	var workspace, user string
	for _, w := range s.Env.State().Workspaces {
		if w.Name == "hr" {
			workspace = w.ID
		}
	}
	for _, u := range s.Env.State().Users {
		if u.Name == "stays" {
			user = u.ID
		}
	}
	s.Env.Control(http.MethodPost, "/management/v1/workspaces/"+workspace+"/api-users/"+user+"/tokens",
		map[string]any{"name": name, "expires": time.Now().Add(30 * 24 * time.Hour).Format(time.RFC3339)})
}

// makeVersion makes a version of the project that stays.
func (s troupe) makeVersion(number, title string) {
	s.T.Helper()
	for _, p := range s.Env.State().Projects {
		if p.Name == "stays" {
			s.Env.Control(http.MethodPost, "/core/v1/projects/"+p.ID+"/versions/"+number, map[string]any{"title": title})
		}
	}
}

// there is what must not be lost: user and workspace by id, and the place in it.
func (s troupe) there() string {
	s.T.Helper()
	ids := ""
	for _, u := range s.Env.State().Users {
		ids += u.Email + " " + u.ID + "\n"
	}
	for _, w := range s.Env.State().Workspaces {
		ids += w.Name + " " + w.ID + "\n"
	}
	for _, v := range s.Env.State().Services {
		ids += v.Name + " " + v.ID + "\n"
	}
	for _, e := range s.Env.State().Environments {
		ids += e.Title + " " + e.ID + "\n"
	}
	for _, g := range s.Env.State().AgentGroups {
		ids += g.Name + " " + g.ID + "\n"
	}
	for _, a := range s.Env.State().Agents {
		ids += a.Name + " " + a.ID + "\n"
	}
	for _, a := range s.Env.State().Authentications {
		ids += a.Name + " " + a.ID + "\n"
	}
	for _, k := range s.Env.State().APITokens {
		ids += k.Name + " " + k.ID + "\n"
	}
	for _, v := range s.Env.State().Subscriptions {
		ids += v.Name + " " + v.ID + " " + v.State + "\n"
	}
	for _, v := range s.Env.State().Solutions {
		ids += v.Title + " " + v.ReleaseID + "\n"
	}
	for _, i := range s.Env.State().Instances {
		ids += i.Name + " of " + i.Owner + " " + i.ID + "\n"
	}
	return ids + fmt.Sprint(s.Env.State().Access("owner@acme.example"))
}

// complete wants the user and the workspace, whatever their ids.
func (s troupe) complete() {
	s.T.Helper()
	state := s.Env.State()
	if roles, shared := state.Roles(), state.Shared(); roles["ana@example.com"] != "Viewer" || !slices.Contains(shared, "sales") || len(state.Services) != 2 || len(state.Environments) != 1 ||
		len(state.AgentGroups) != 2 || len(state.Agents) != 1 || len(state.Authentications) != 1 {
		s.T.Errorf("lost: the users are %v, the workspaces %v, the services %v, the environments %v, the agents %v in %v, the authentications %v", roles, shared, state.Services, state.Environments, state.Agents, state.AgentGroups, state.Authentications)
	}
	if i := acctest.One(s.T, state.Instances); i.Owner != "initech" || !i.Enabled || slices.ContainsFunc(state.Solutions, func(v acctest.Solution) bool { return v.State != "Live" }) {
		s.T.Errorf("the instance is %+v, the solutions are %+v", i, state.Solutions)
	}
}

// A verdict with luck in it needs many plans of one state: the nightly run makes ten.
func TestPromise_oneObjectOneManager(t *testing.T) {
	t.Parallel()
	plans := acctest.ByDay(2, 10)
	begun := map[string]troupe{}
	for name, l := range refusedLives {
		from := fmt.Sprint(l.made, l.before)
		if _, is := begun[from]; !is {
			begun[from] = begin(t, l)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begun[from].copy(t)
			before := s.there()
			s.Write("main.tf", l.after)
			var advice string
			for try := range plans {
				r := s.Run("plan", "-input=false", fmt.Sprintf("-parallelism=%d", []int{1, 10}[try%2]))
				if advice = r.Text(); r.Code != 1 {
					t.Fatalf("plan %d is accepted:\n%s", try, r.Stdout)
				}
				for kind := range managers {
					if !strings.Contains(advice, kind+".<") && l.want == "moved {" || strings.Count(advice, l.want) < len(managers) {
						t.Fatalf("plan %d does not say %q of %s:\n%s", try, l.want, kind, r.Stderr)
					}
				}
			}
			s.Write("main.tf", l.follow(advice))
			s.Apply()
			s.NoChanges()
			if now := s.there(); before != now && (l.before != "" || l.made) {
				t.Errorf("followed to the letter, the advice changed\n%s\nto\n%s", before, now)
			}
		})
	}
}

// acceptedLives are one apply each, with an empty plan after it.
var acceptedLives = map[string]func(s troupe){
	"moved": func(s troupe) {
		s.Write("main.tf", blocks("b", "")+each("moved {\n  from = %[1]s.a\n  to   = %[1]s.b\n}\n# %[2]q"))
	},
	"removed and imported": func(s troupe) {
		s.Write("main.tf", blocks("b", "")+each("removed {\n  from = %[1]s.a\n  lifecycle {\n    destroy = false\n  }\n}\nimport {\n  to = %[1]s.b\n  id = %[2]q\n}"))
	},
	"tainted": func(s troupe) {
		for kind := range managers {
			s.Run("taint", kind+".a")
		}
	},
	"replace_triggered_by": func(s troupe) {
		const trigger = "resource \"terraform_data\" \"rev\" { input = %d }\n"
		meta := "lifecycle {\n    replace_triggered_by = [terraform_data.rev]\n  }"
		s.Write("main.tf", fmt.Sprintf(trigger, 1)+blocks("a", meta))
		s.Apply()
		s.Write("main.tf", fmt.Sprintf(trigger, 2)+blocks("a", meta))
	},
}

func TestPromise_oneObjectOneManagerWhileItLives(t *testing.T) {
	t.Parallel()
	begun := begin(t, life{before: blocks("a", "")})
	for name, happens := range acceptedLives {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begun.copy(t)
			happens(s)
			s.Apply()
			s.NoChanges()
			s.complete()
		})
	}
	t.Run("-replace", func(t *testing.T) {
		t.Parallel()
		s := begun.copy(t)
		var args []string
		for kind := range managers {
			args = append(args, "-replace="+kind+".a")
		}
		s.Apply(args...)
		s.NoChanges()
		s.complete()
	})
}

// Two of one natural key cannot be there at once. The error says what to take away and how
// to go on, and that works.
func TestPromise_createBeforeDestroyOfWhatIsUnique(t *testing.T) {
	t.Parallel()
	const meta = "lifecycle {\n    create_before_destroy = true\n  }"
	s := begin(t, life{before: blocks("a", meta)})
	s.replaces(false)
	s.NoChanges() // the end of its predecessor has taken none along

	r := s.replaces(true)
	for kind, n := range managers {
		if said := s.errorAbout(r, kind); n.single && !acctest.Says("TRAY012", "Take it out of the resource", "`terraform state rm`").MatchString(said) {
			t.Errorf("%s: the apply ended with %d and says %q", kind, r.Code, said)
		}
	}
	s.Write("main.tf", blocks("a", ""))
	plan, after, forget := s.Run("plan", "-input=false").Text(), blocks("a", ""), []string{"state", "rm"}
	for kind, n := range managers {
		if strings.Contains(plan, kind+".a (deposed object ") { // else Terraform has put it back
			forget = append(forget, kind+".a")
			after += fmt.Sprintf("import {\n  to = %s.a\n  id = %q\n}\n", kind, n.id)
		}
	}
	if len(forget) > len("rm") {
		s.Run(forget...)
	}
	s.Write("main.tf", after)
	s.Apply()
	s.NoChanges()
	s.complete()
}

// replaces applies with -replace what is single, or what is not.
func (s troupe) replaces(single bool) acctest.Result {
	s.T.Helper()
	args := []string{"apply", "-input=false", "-auto-approve"}
	for kind, n := range managers {
		if n.single == single {
			args = append(args, "-replace="+kind+".a")
		}
	}
	r := s.Run(args...)
	if single != (r.Code != 0) {
		s.T.Fatalf("the apply ended with %d:\n%s", r.Code, r.Text())
	}
	return r
}

// errorAbout is what a command says of the resource of a kind.
func (s troupe) errorAbout(r acctest.Result, kind string) string {
	for _, one := range strings.Split(r.Text(), "Error: ")[1:] {
		if strings.Contains(one, kind+".a,") {
			return one
		}
	}
	return ""
}
