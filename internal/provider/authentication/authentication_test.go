package authentication_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// desk is a layout on an organization, with what data sources tell of two services.
type desk struct{ acctest.Desk }

const services = `data "tray_service_environments" "all" {
  for_each     = toset(["postgres", "twilio"])
  service_name = each.key
}
locals { environment = { for name, s in data.tray_service_environments.all : name => one(s.environments).id } }
`

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	return desk{acctest.Start(t, opts...).Desk(t, cli, services)}
}

func onBoth(t *testing.T, does func(d desk), opts ...acctest.Option) {
	t.Helper()
	acctest.OnBoth(t, newDesk, does, opts...)
}

const (
	login = `{"password":"canary-one","user":"tray"}`
	place = `{"database":"crm","host":"db.acme.example"}`
)

// db is an authentication for a database; lines replace its own by their first word.
func db(lines ...string) string {
	return block("db", append([]string{`name = "CRM database"`, `service_environment_id = local.environment["postgres"]`,
		`credentials_wo = jsonencode({ user = "tray", password = "canary-one" })`, `user_data_wo = jsonencode({ host = "db.acme.example", database = "crm" })`}, lines...))
}

func block(label string, lines []string) string {
	var all []string
	at := map[string]int{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, " =")
		i, there := at[name]
		if !there {
			i, at[name] = len(all), len(all)
			all = append(all, "")
		}
		if all[i] = line; value == "" {
			all[i] = ""
		}
	}
	return "resource \"tray_authentication\" \"" + label + "\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

func (d desk) only() acctest.Authentication {
	d.T.Helper()
	return acctest.One(d.T, d.Env.State().Authentications)
}

// full is the only authentication as Tray has it, secrets included.
func (d desk) full() string {
	d.T.Helper()
	status, full := d.Env.Call(http.MethodGet, "/core/v1/authentications/"+d.only().ID+"/full", nil)
	if status != http.StatusOK {
		d.T.Fatalf("%d %s", status, full)
	}
	return string(full)
}

func (d desk) has(want ...string) {
	d.T.Helper()
	full := d.full()
	for _, text := range want {
		if !strings.Contains(full, text) {
			d.T.Errorf("Tray has %s, without %s", full, text)
		}
	}
}

// quietly fails when a plan or an apply tells a secret, or wrote.
func (d desk) quietly() {
	d.T.Helper()
	if w := d.Env.Requests().Writes(); len(w) > 0 {
		d.T.Errorf("written:\n%s", w)
	}
}

func TestAuthentication_lifecycle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(db())
		made := d.only()
		d.has(`"credentials":`+login, `"userData":`+place)
		d.Env.Control(http.MethodPost, "ui/workspaces/"+made.Workspace+"/on-prem-agent-groups", body{"name": "site"})
		group := acctest.One(d.T, d.Env.State().AgentGroups).ID
		for _, step := range []struct{ line, want string }{
			{`name = "Database"`, `"name":"Database"`}, {`scopes = ["write", "read"]`, `"scopes":["read","write"]`}, {`scopes =`, `"scopes":["read","write"]`}, {`scopes = []`, `"name"`},
			{`on_prem_agent_group_id = "` + group + `"`, `"onPremAgentGroupId":"` + group}, {`on_prem_agent_group_id =`, `"name"`},
			{`credentials_wo = jsonencode({ user = "tray", password = "canary-two" })`, "canary-two"},
			{`user_data_wo = jsonencode({ host = "other.acme.example", database = "crm", port = 5433 })`, `"port":5433`},
			{`user_data_wo = "{ \"port\": 5433, \"host\": \"db.acme.example\", \"database\": \"crm\" }"`, `"userData":{"database":"crm","host":"db.acme.example","port":5433}`},
			{"check_secrets = false", login}, {`service_name = "postgres"`, login},
		} {
			d.Applies(db(step.line))
			d.has(step.want)
		}
		d.Applies(db(`credentials_wo_version = "2026-11"`, `credentials_wo = jsonencode({ user = "tray", password = "canary-three" })`))
		d.has("canary-three")
		d.Applies(db(`credentials_wo_version = "2026-11"`, `credentials_wo = jsonencode({ user = "tray", password = "canary-four" })`))
		d.has("canary-three") // the version decides
		d.Applies(db(`credentials_wo_version = "2026-12"`, `credentials_wo = jsonencode({ user = "tray", password = "canary-four" })`))
		if d.has("canary-four"); d.only().ID != made.ID {
			d.T.Error("it was made anew")
		}
		d.Applies(db(), "-replace=tray_authentication.db")
		again := d.only()
		d.Applies(db(`service_environment_id = local.environment["twilio"]`, `credentials_wo = jsonencode({ account_sid = "AC1", auth_token = "canary" })`, `user_data_wo =`))
		if now := d.only(); again.ID == made.ID || now.ID == again.ID {
			d.T.Error("-replace or another environment keeps it")
		}
		d.Env.Control(http.MethodPatch, "ui/authentications/"+d.only().ID, body{"name": "Somebody's"})
		if r, changes := d.Plan(); !changes || !strings.Contains(r.Text(), "Somebody's") {
			d.T.Errorf("a name that was changed elsewhere is not drift: %s", r.Text())
		}
		d.Apply()
		d.Env.Control(http.MethodDelete, "ui/authentications/"+d.only().ID, nil)
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The authentication is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Apply()
		d.NoChanges()
		d.Destroy()
		if left := d.Env.State().Authentications; len(left) > 0 {
			d.T.Errorf("left: %+v", left)
		}
	})
}

func TestAuthentication_lifecycleOnALiveTray(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		d.Applies(db())
		d.Applies(db(`name = "Database"`))
		d.has(login, `"name":"Database"`)
		d.Env.Control(http.MethodDelete, "ui/authentications/"+d.only().ID, nil)
		d.Apply()
		d.NoChanges()
		d.Destroy()
	}, acctest.NoManagement())
}

// What people do elsewhere with where it is changes nothing here.
func TestAuthentication_movedOutOfAPersonalWorkspaceStaysTheSame(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(db())
	d.Env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	d.Env.Control(http.MethodPatch, "ui/authentications/"+d.only().ID, body{"workspace": "sales"})
	d.NoChanges()
	d.Applies(db(`name = "Database"`))
	if now := d.only(); now.Workspace != "sales" || now.Name != "Database" {
		t.Errorf("it is %+v", now)
	}
	d.Destroy()
}

func TestAuthentication_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for plane, opts := range map[string][]acctest.Option{"management plane": nil, "platform API alone": {acctest.NoManagement()}} {
		for _, way := range []string{"command", "name", "block", "identity"} {
			if way == "name" && opts != nil {
				continue
			}
			t.Run(way+" on the "+plane, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, acctest.Terraform, opts...)
				id := d.signIn(login)
				hcl := db(`service_name = "postgres"`, `verify = { connector = "postgres", version = "2.4", operation = "run_sql_query", input = jsonencode({ query = "SELECT 1" }) }`)
				d.Write("main.tf", hcl)
				switch way {
				case "command":
					d.Run("import", "-input=false", "tray_authentication.db", id)
				case "name":
					d.Run("import", "-input=false", "tray_authentication.db", "Olivia Owner/CRM database")
				case "block":
					d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_authentication.db\n  id = %q\n}\n", id))
					d.Apply()
				case "identity":
					d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_authentication.db\n  identity = { id = %q }\n}\n", id))
					d.Apply()
				}
				d.NoChanges()
				d.quietly()
			})
		}
	}
}

// signIn is somebody making the authentication in the UI; it returns its id.
func (d desk) signIn(credentials string) string {
	d.T.Helper()
	_, listed := d.Env.Call(http.MethodGet, "/core/v1/services/postgres/versions/1/environments", nil)
	_, after, _ := strings.Cut(string(listed), `"id":"`)
	id, _, _ := strings.Cut(after, `"`)
	d.Env.Control(http.MethodPost, "ui/authentications", body{"owner": acctest.OwnerEmail, "name": "CRM database", "serviceEnvironmentId": id,
		"credentials": rawJSON(credentials), "userData": rawJSON(place)})
	return d.only().ID
}

type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func TestAuthentication_importOfNobodySaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Write("main.tf", db())
	for id, want := range map[string]string{"Olivia Owner/CRM database": `0 authentications in the workspace Olivia Owner have the id or the name "CRM database"`,
		"00000000-0000-4000-8000-000000000001": "Could not import the authentication", "Olivia Owner/": "is not of the form <id>, or <workspace>/<name>", "CRM database": "is not of the form <id>, or <workspace>/<name>"} {
		if r := d.Run("import", "-input=false", "tray_authentication.db", id); r.Code == 0 || !strings.Contains(r.Text(), want) {
			t.Errorf("it ends with %d, and does not say %q: %s", r.Code, want, r.Text())
		}
	}
}

func TestAuthentication_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(db(`name = " x"`), "White space or nothing")
	d.Refuses(db(`credentials_wo = "canary"`), "Not a JSON object")
	d.Refuses(db(`credentials_wo = ""`), "An empty secret")
	d.Refuses(db(`service_name = "twilio"`), "The environment is of another service", `whose environments are: "Production" (`)
	d.Refuses(db(`service_name = "nothing"`), "Could not find the service")
	d.Refuses(db(`verify = { connector = "postgres", version = "2.4", operation = "drop" }`), "The connector has no such operation", "Its operations are: run_sql_query")
	d.Refuses(db(`verify = { connector = "oracle", version = "2.4", operation = "drop" }`), "Could not find the connector to verify with")
	d.Refuses(db()+strings.Replace(db(), `"db"`, `"two"`, 1), "TRAY008")
	id := d.signIn(login)
	d.Refuses(db(), "TRAY012", "tray_authentication.<name>", id)
	d.quietly()
}

// Keys and types are checked before anything is sent, and no message has a value.
func TestAuthentication_secretsAreCheckedAgainstTheSchemasOfTheService(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		for line, want := range map[string]string{
			`credentials_wo = jsonencode({ user = "canary" })`: "credentials_wo lacks password",
			`credentials_wo =`: "credentials_wo lacks user, password",
			`credentials_wo = jsonencode({ user = "canary", password = 77123 })`:                        "credentials_wo.password is of the type number, and string is asked for",
			`credentials_wo = jsonencode({ user = "canary", password = "canary", pasword = "canary" })`: "credentials_wo has pasword, which is not asked for",
			`user_data_wo = jsonencode({ host = "canary", database = "canary", ssl = "canary" })`:       "user_data_wo.ssl is of the type string, and boolean is asked for",
			`user_data_wo = jsonencode({ host = "canary", database = "canary", port = "canary" })`:      "user_data_wo.port is of the type string, and integer is asked for",
			`user_data_wo =`: "user_data_wo lacks host, database",
		} {
			d.Refuses(db(line), "Not what the service asks for", want)
			if r := d.Run("plan", "-input=false"); strings.Contains(strings.ReplaceAll(r.Text(), line, ""), "is canary") || strings.Contains(r.Text(), "77123\"") {
				d.T.Errorf("a value is in %s", r.Text())
			}
		}
		d.quietly()
		d.Applies(db(`check_secrets = false`, `credentials_wo = jsonencode({ user = "tray", password = "canary", extra = 1 })`))
		d.Refuses(db(`name = "New"`, `credentials_wo = jsonencode({ user = "tray", password = "canary", extra = 1 })`), "credentials_wo has extra")
	})
}

// What a plan does not know is checked in the apply, before anything is sent.
func TestAuthentication_unknownSecretsAreCheckedInTheApply(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	unknown := "resource \"terraform_data\" \"made\" { input = \"canary\" }\n"
	hcl := unknown + db(`service_name = "postgres"`, `credentials_wo = jsonencode({ user = terraform_data.made.output })`)
	d.Write("main.tf", hcl)
	if r, _ := d.Plan(); !strings.Contains(r.Text(), "The secrets are checked in the apply") {
		t.Errorf("it is not said: %s", r.Text())
	}
	d.Fails([]string{"apply", "-auto-approve", "-input=false"}, hcl, "credentials_wo lacks password")
	d.quietly()
	d.Applies(unknown + db(`service_name = "postgres"`, `credentials_wo = jsonencode({ user = "tray", password = terraform_data.made.output })`))
}

func TestAuthenticationList_findsThoseOfAllWorkspaces(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.signIn(login)
	d.Write("find.tfquery.hcl", "list \"tray_authentication\" \"all\" {\n  provider         = tray\n  include_resource = true\n}\n")
	d.Init()
	if r := d.Run("query", "-generate-config-out=found.tf"); r.Code != 0 || !strings.Contains(r.Text(), "postgres CRM database") {
		t.Fatalf("it does not find it: %s", r.Text())
	}
	d.Write("find.tfquery.hcl", "")
	if r := d.Apply(); !strings.Contains(r.Text(), "1 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("what was generated is applied as %s", r.Text())
	}
	d.NoChanges()
}

// The ephemeral resource hands the secrets on, and nothing keeps them.
func TestAuthenticationCredentials_areHandedOn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		id := d.signIn(login)
		copied := fmt.Sprintf("ephemeral \"tray_authentication_credentials\" \"db\" { id = %q }\n", id) + block("copy", []string{`name = "Copy"`, `service_environment_id = local.environment["postgres"]`,
			`credentials_wo = ephemeral.tray_authentication_credentials.db.credentials`, `user_data_wo = ephemeral.tray_authentication_credentials.db.user_data`})
		d.Applies(copied)
		all := d.Env.State().Authentications
		if len(all) != 2 || all[0].CredentialsDigest != all[1].CredentialsDigest {
			d.T.Errorf("there are %+v", all)
		}
		d.Refuses(strings.Replace(copied, id, "00000000-0000-4000-8000-000000000001", 1), "Could not read the credentials of the authentication")
	})
}
