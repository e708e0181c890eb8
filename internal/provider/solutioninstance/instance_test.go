package solutioninstance_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

// desk is a layout on an organization with a published solution and two end users, the first
// of whom has an authentication.
type desk struct {
	acctest.Desk
	project, solution, user, other, auth string
}

var (
	channel = body{"type": "config", "external_id": "external_channel", "title": "Channel", "value_type": "string", "default_value": "general"}
	sms     = body{"type": "auth", "external_id": "external_sms", "title": "SMS", "service_name": "twilio", "service_version": 1}
	limit   = body{"type": "config", "external_id": "limit", "title": "Limit", "value_type": "number"}
)

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, append(opts, acctest.Embedded())...)
	d := desk{Desk: env.Desk(t, cli, "")}
	var made struct {
		ID string `json:"id"`
	}
	env.Control(http.MethodPost, "ui/projects", body{"workspace": "Embedded", "name": "Notify"}, &made)
	d.project = made.ID
	env.Control(http.MethodPost, "ui/projects/"+d.project+"/workflows", body{"title": "On call", "steps": []body{{"connector": "webhook", "operation": "webhook"}}})
	env.Control(http.MethodPut, "ui/projects/"+d.project+"/solution", body{"title": "Notify", "slots": []body{channel, sms, limit}}, &made)
	d.solution = made.ID
	d.release()
	for external, id := range map[string]*string{"acme": &d.user, "globex": &d.other} {
		*id = d.graph(env.Owner, `mutation($e: String!) { createExternalUser(input: {externalUserId: $e, name: $e}) { userId } }`, body{"e": external}, "createExternalUser", "userId")
	}
	d.auth = d.authentication(d.user)
	return d
}

func (d desk) release() {
	d.T.Helper()
	d.Env.Control(http.MethodPost, "/core/v1/solutions/"+d.solution+"/releases", nil)
}

// graph asks the Embedded API, and returns what is at a path of its data.
func (d desk) graph(token, query string, variables body, path ...string) string {
	d.T.Helper()
	status, raw := d.Env.CallAs(token, http.MethodPost, "/graphql", body{"query": query, "variables": variables})
	var answer struct {
		Data   any
		Errors []any
	}
	if err := json.Unmarshal(raw, &answer); err != nil || status != http.StatusOK || len(answer.Errors) > 0 {
		d.T.Fatalf("%d %s", status, raw)
	}
	at := answer.Data
	for _, name := range path {
		at = at.(map[string]any)[name]
	}
	text, _ := at.(string)
	return text
}

func (d desk) token(user string) string {
	d.T.Helper()
	return d.graph(d.Env.Owner, `mutation($id: ID!) { authorize(input: {userId: $id}) { accessToken } }`, body{"id": user}, "authorize", "accessToken")
}

func (d desk) authentication(user string) string {
	d.T.Helper()
	var environments struct{ Elements []struct{ ID string } }
	_, raw := d.Env.Call(http.MethodGet, "/core/v1/services/twilio/versions/1/environments", nil)
	if err := json.Unmarshal(raw, &environments); err != nil || len(environments.Elements) == 0 {
		d.T.Fatalf("no environment: %s", raw)
	}
	var services struct {
		Elements []struct {
			Service struct{ ID, Name string }
		}
	}
	_, raw = d.Env.Call(http.MethodGet, "/core/v1/connectors", nil)
	_ = json.Unmarshal(raw, &services)
	service := "twilio"
	for _, s := range services.Elements {
		if s.Service.Name == "twilio" {
			service = s.Service.ID
		}
	}
	return d.graph(d.token(user), `mutation($s: String!, $e: String!, $d: Json!) { createUserAuthentication(input: {name: "Mine", serviceId: $s, serviceEnvironmentId: $e, data: $d}) { authenticationId } }`,
		body{"s": service, "e": environments.Elements[0].ID, "d": `{"account_sid":"AC1","auth_token":"canary"}`}, "createUserAuthentication", "authenticationId")
}

// organizations is the id of an authentication that the organization has made for itself.
func (d desk) organizations() string {
	d.T.Helper()
	d.Applies(`data "tray_service_environments" "twilio" { service_name = "twilio" }
resource "tray_authentication" "ours" {
  name                   = "Ours"
  service_environment_id = one(data.tray_service_environments.twilio.environments).id
  credentials_wo         = jsonencode({ account_sid = "AC1", auth_token = "canary" })
}
`)
	id := fmt.Sprint(d.Resources()["tray_authentication.ours"]["id"])
	d.Run("state", "rm", "tray_authentication.ours")
	return id
}

// values are what fills all slots.
func (d desk) values() []string {
	return []string{fmt.Sprintf("auth_values = { external_sms = %q }", d.auth), "config_values = { limit = jsonencode(7) }"}
}

func (d desk) instance(name string, lines ...string) string {
	all := append([]string{fmt.Sprintf("user_id = %q", d.user), fmt.Sprintf("solution_id = %q", d.solution), fmt.Sprintf("name = %q", name)}, lines...)
	return "resource \"tray_solution_instance\" \"acme\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

// instances are those that Tray has.
func (d desk) instances() (all []struct {
	ID, Name string
	Enabled  bool
	Auths    map[string]string          `json:"authValues"`
	Config   map[string]json.RawMessage `json:"configValues"`
}) {
	d.T.Helper()
	var state struct {
		SolutionInstances json.RawMessage `json:"solutionInstances"`
	}
	d.Env.Control(http.MethodGet, "state", nil, &state)
	if err := json.Unmarshal(state.SolutionInstances, &all); err != nil {
		d.T.Fatal(err)
	}
	return all
}

func TestInstance_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(d.instance("I", d.values()...))
		if i := acctest.One(d.T, d.instances()); !i.Enabled || i.Auths["external_sms"] != d.auth || string(i.Config["limit"]) != "7" {
			d.T.Errorf("Tray has %+v", i)
		}
		id := acctest.One(d.T, d.instances()).ID
		urls := fmt.Sprint(d.Resources()["tray_solution_instance.acme"]["trigger_urls"])
		if !strings.Contains(urls, "trayapp.io") {
			d.T.Errorf("the addresses are %s", urls)
		}
		d.Applies(d.instance("J", fmt.Sprintf("auth_values = { external_sms = %q }", d.auth), `config_values = { limit = jsonencode(8), external_channel = jsonencode("sales") }`, "enabled = false"))
		if i := acctest.One(d.T, d.instances()); i.ID != id || i.Name != "J" || i.Enabled || string(i.Config["limit"]) != "8" || string(i.Config["external_channel"]) != `"sales"` {
			d.T.Errorf("Tray has %+v", i)
		}
		d.Applies(d.instance("J", "config_values = {}")) // slots that are not named stay
		if i := acctest.One(d.T, d.instances()); !i.Enabled || string(i.Config["limit"]) != "8" {
			d.T.Errorf("Tray has %+v", i)
		}
		// Somebody changes it, and the plan takes that back.
		d.Applies(d.instance("J", d.values()...))
		d.graph(d.token(d.user), `mutation($i: ID!) { updateSolutionInstance(input: {solutionInstanceId: $i, enabled: false, instanceName: "Theirs", configValues: [{externalId: "limit", value: "9"}]}) { clientMutationId } }`, body{"i": id})
		d.Applies(d.instance("J", d.values()...))
		if i := acctest.One(d.T, d.instances()); !i.Enabled || i.Name != "J" || string(i.Config["limit"]) != "7" {
			d.T.Errorf("Tray has %+v", i)
		}
		d.Refuses(d.instance("J", d.values()...)+strings.Replace(d.instance("J", d.values()...), `"acme"`, `"twice"`, 1), "TRAY008")
		// Gone in Tray, it is made again.
		d.graph(d.token(d.user), `mutation($i: ID!) { removeSolutionInstance(input: {solutionInstanceId: $i}) { clientMutationId } }`, body{"i": id})
		d.Applies(d.instance("J", d.values()...))
		d.Destroy()
		if all := d.instances(); len(all) != 0 {
			d.T.Errorf("left are %+v", all)
		}
	})
}

func TestInstance_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(d.instance("I"), "Slots of the solution are not filled", `external_sms = "<authentication id>" # SMS`, "limit = jsonencode(<value>) # Limit")
	d.Refuses(d.instance("I", `config_values = { limit = "not json" }`), "Not JSON", "jsonencode")
	d.Refuses(d.instance("I", "enabled = false", `config_values = { nosuch = jsonencode(1) }`), "The solution has no such slot", "nosuch", "external_channel (Channel)")
	d.Refuses(strings.Replace(d.instance("I", d.values()...), d.solution, "00000000-0000-4000-8000-000000000001", 1), "No such published solution", "tray_solutions")
	organizations := d.organizations()
	d.Refuses(d.instance("I", fmt.Sprintf("auth_values = { external_sms = %q }", organizations), "config_values = { limit = jsonencode(7) }"),
		"Not the end user's authentication", organizations+" (Ours, twilio) belongs to the organization", "auth_values")
	theirs := d.authentication(d.other)
	d.Fails([]string{"apply", "-auto-approve", "-input=false"}, d.instance("I", fmt.Sprintf("auth_values = { external_sms = %q }", theirs), "config_values = { limit = jsonencode(7) }"),
		"Not the end user's authentication", theirs, d.auth)
	if all := d.instances(); len(all) != 0 {
		t.Errorf("it was made all the same: %+v", all)
	}
	d.Applies(d.instance("I", d.values()...))
	d.Run("state", "rm", "tray_solution_instance.acme")
	d.Refuses(d.instance("I", d.values()...), "TRAY012", d.user+"/")
}

func TestInstance_isUpgradedInPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(d.instance("I", d.values()...))
	id := acctest.One(t, d.instances()).ID
	d.Env.Control(http.MethodPut, "ui/projects/"+d.project+"/solution", body{"slots": []body{channel, sms, limit, {"type": "config", "external_id": "more", "title": "More"}}})
	d.release()
	d.Applies(d.instance("I", append(d.values(), "upgrade = false")...))
	d.Refuses(d.instance("I", d.values()...), "Slots of the solution are not filled", "more = jsonencode(<value>) # More")
	more := d.instance("I", d.values()[0], "config_values = { limit = jsonencode(7), more = jsonencode(1) }")
	d.Write("main.tf", more)
	if r, _ := d.Plan(); !strings.Contains(r.Text(), "has_newer_release") || strings.Contains(r.Text(), "must be replaced") {
		t.Errorf("the upgrade does not show: %s", r.Text())
	}
	d.Applies(more)
	if i := acctest.One(t, d.instances()); i.ID != id || string(i.Config["more"]) != "1" || !i.Enabled {
		t.Errorf("Tray has %+v", i)
	}
}

func TestInstance_importedTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(d.instance("I", d.values()...))
	for _, id := range []string{"acme/I", d.user + "/" + acctest.One(t, d.instances()).ID} {
		d.Run("state", "rm", "tray_solution_instance.acme")
		d.Run("import", "-input=false", "tray_solution_instance.acme", id)
		d.NoChanges()
	}
	d.Run("state", "rm", "tray_solution_instance.acme")
	d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_solution_instance.acme\n  identity = {\n    user_id = %q\n    id = %q\n  }\n}\n", d.user, acctest.One(t, d.instances()).ID))
	d.Apply()
	d.NoChanges()
	d.Run("state", "rm", "tray_solution_instance.acme")
	d.Write("import.tf", "")
	d.Fails([]string{"import", "-input=false", "tray_solution_instance.acme", "acme/nobody"}, d.instance("I", d.values()...), "Could not find the solution instance")
	d.Fails([]string{"import", "-input=false", "tray_solution_instance.acme", "nobody/I"}, d.instance("I", d.values()...), "Could not find the end user")
}

func TestInstance_aLostAnswerMakesNothingTwice(t *testing.T) {
	t.Parallel()
	for _, skip := range []int{8, 9, 10, 11} { // among them are the creation and what enables it
		d := newDesk(t, acctest.Terraform)
		d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/graphql", Drop: "after", Skip: skip, Times: 1})
		d.Write("main.tf", d.instance("I", d.values()...))
		d.Run("apply", "-auto-approve", "-input=false")
		d.Env.ClearFaults()
		d.Applies(d.instance("I", d.values()...))
		if i := acctest.One(t, d.instances()); !i.Enabled {
			t.Errorf("after %d: %+v", skip, i)
		}
	}
}

// A token of an end user is 64 hexadecimal digits. Nothing else here is.
var userToken = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

func TestInstance_userTokensAreInNoPlanAndNoState(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Env.ClearRequests()
	d.Write("main.tf", d.instance("I", d.values()...))
	d.Run("plan", "-input=false", "-out=plan.bin")
	said := d.Run("show", "-json", "plan.bin").Stdout + d.Run("apply", "-input=false", "plan.bin").Text() + d.Run("show", "-json").Stdout
	authorized := 0
	for _, r := range d.Env.Requests() {
		if strings.Contains(r.Query, "authorize") {
			authorized++
		}
	}
	if len(d.instances()) != 1 || authorized == 0 {
		t.Fatalf("nothing was applied with a token of the end user: %d", authorized)
	}
	said += d.read("terraform.tfstate") + d.unzipped("plan.bin")
	if found := userToken.FindAllString(said, -1); len(found) > 0 {
		t.Errorf("%d tokens are told", len(found))
	}
}

func (d desk) read(name string) string {
	d.T.Helper()
	text, err := os.ReadFile(filepath.Join(d.Dir, name))
	if err != nil {
		d.T.Fatal(err)
	}
	return string(text)
}

// unzipped is all that a plan file holds.
func (d desk) unzipped(name string) string {
	d.T.Helper()
	archive, err := zip.OpenReader(filepath.Join(d.Dir, name))
	if err != nil {
		d.T.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	var all strings.Builder
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			d.T.Fatal(err)
		}
		if strings.HasSuffix(f.Name, "tfplan") || strings.HasSuffix(f.Name, "tfstate") || strings.HasSuffix(f.Name, "tfstate-prev") {
			if _, err := io.Copy(&all, r); err != nil {
				d.T.Fatal(err)
			}
		}
		_ = r.Close()
	}
	return all.String()
}

func TestInstanceList_findsThoseOfAllEndUsers(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for user, name := range map[string]string{d.user: "Of acme", d.other: "Of globex"} {
		d.graph(d.token(user), `mutation($s: ID!, $n: String!) { createSolutionInstance(input: {solutionId: $s, instanceName: $n}) { solutionInstance { id } } }`, body{"s": d.solution, "n": name})
	}
	d.Init()
	for _, c := range []struct {
		arguments  string
		want, lack []string
	}{
		{"", []string{"Of acme of acme", "Of globex of globex"}, nil},
		{fmt.Sprintf("config { user_id = %q }", d.other), []string{"Of globex"}, []string{"Of acme"}},
		{fmt.Sprintf("config { solution_id = %q }", d.solution), []string{"Of globex", "Of acme"}, nil},
		{`config { solution_id = "00000000-0000-4000-8000-000000000001" }`, nil, []string{"Of globex", "Of acme"}},
		{"limit = 1", []string{"Of "}, nil},
	} {
		d.Write("find.tfquery.hcl", "list \"tray_solution_instance\" \"all\" {\n  provider = tray\n  "+c.arguments+"\n}\n")
		r := d.Run("query")
		d.Says(r, c.want...)
		for _, lack := range c.lack {
			if r.Code != 0 || strings.Contains(r.Text(), lack) {
				t.Errorf("%s: it ends with %d and finds %q: %s", c.arguments, r.Code, lack, r.Text())
			}
		}
		if c.arguments == "limit = 1" && strings.Contains(r.Text(), "Of acme") && strings.Contains(r.Text(), "Of globex") {
			t.Errorf("the limit is not kept: %s", r.Text())
		}
	}
}

// Whoever may not see instances is told so, whatever the block asks for: an empty list, or one
// of another organization, would be taken for the truth.
func TestInstanceList_saysWhoMayNotSeeInstances(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.graph(d.token(d.user), `mutation($s: ID!) { createSolutionInstance(input: {solutionId: $s, instanceName: "Of acme"}) { solutionInstance { id } } }`, body{"s": d.solution})
	d.Env.ControlAs(d.Env.Operator, http.MethodPost, "/management/v1/organizations", body{"name": "Umbrella", "ownerEmail": "u@umbrella.example", "embedded": true})
	d.Env.Control(http.MethodPost, "ui/users", body{"email": "vic@example.com", "name": "Vic", "role": "Viewer"})
	d.Env.Control(http.MethodPost, "ui/workspaces", body{"name": "ops"})
	d.Init()
	for who, c := range map[string]struct{ master, want string }{
		"no master token":         {"", "TRAY_MASTER_TOKEN"},
		"of another organization": {d.Env.OwnerOf("Umbrella", "u@umbrella.example"), "Give both of one organization"},
		"of a Viewer":             {d.Env.NewToken(body{"user": "vic@example.com"}), "master token"},
		"of a workspace":          {d.Env.NewToken(body{"api_user": body{"name": "Bot", "workspace": "ops"}}), "master token"},
	} {
		line := fmt.Sprintf("  master_token = %q\n", c.master)
		if c.master == "" {
			line = ""
		}
		d.Write("provider.tf", fmt.Sprintf("provider \"tray\" {\n  base_url = %q\n  token = %q\n%s}\n", d.Env.URL, d.Env.Token, line))
		for _, arguments := range []string{"", fmt.Sprintf("config { user_id = %q }", d.user), fmt.Sprintf("config { solution_id = %q }", d.solution)} {
			d.Write("find.tfquery.hcl", "list \"tray_solution_instance\" \"all\" {\n  provider = tray\n  "+arguments+"\n}\nlist \"tray_embedded_user\" \"all\" {\n  provider = tray\n}\n")
			r := d.Run("query")
			if r.Code == 0 || strings.Count(r.Text(), "Error: ") < 2 {
				t.Errorf("%s, %q: it ends with %d: %s", who, arguments, r.Code, r.Text())
			}
			d.Says(r, c.want)
		}
		d.Write("find.tfquery.hcl", "")
		for typ, id := range map[string]string{"tray_solution_instance.acme": d.user + "/Of acme", "tray_embedded_user.acme": "acme"} {
			d.Fails([]string{"import", "-input=false", typ, id}, d.instance("Of acme")+"resource \"tray_embedded_user\" \"acme\" {\n  name = \"acme\"\n  external_user_id = \"acme\"\n}\n", c.want)
		}
	}
}

// The end user may be deleted elsewhere, and its instances with it: both are made anew.
func TestInstance_ofAnEndUserThatIsDeletedElsewhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	hcl := strings.Replace(d.instance("I", "enabled = false"), fmt.Sprintf("%q", d.user), "tray_embedded_user.initech.id", 1) +
		"resource \"tray_embedded_user\" \"initech\" {\n  name = \"Initech\"\n  external_user_id = \"initech\"\n  is_test_user = true\n}\n"
	d.Applies(hcl)
	was := acctest.One(t, d.instances()).ID
	d.graph(d.Env.Owner, `mutation($i: ID!) { removeExternalUser(input: {userId: $i}) { clientMutationId } }`, body{"i": fmt.Sprint(d.Resources()["tray_embedded_user.initech"]["id"])})
	d.Applies(hcl)
	if now := acctest.One(t, d.instances()); now.ID == was {
		t.Errorf("it is the old one: %+v", now)
	}
	d.Destroy()
	if left := d.instances(); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}
