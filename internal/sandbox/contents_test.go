package sandbox

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
)

// held is what the scene's workspace holds, all of it somebody else's than the actor's.
type held struct {
	group, agent, authentication, connector, apiUser, apiToken string
	project                                                    string
	twilio                                                     string // the environment of the public service
}

// hold fills the workspace of a scene.
func (w *world) hold(s scene, n int) (h held) {
	w.Helper()
	w.set(object{"workspace_admin_tokens": false})
	h.twilio = w.publicEnvironment("twilio")
	groups := "/core/v1/workspaces/" + s.workspace + "/on-prem-agent-groups"
	h.group = w.must(200, "POST", groups, object{"name": "Hall"}).id(w)
	h.agent = w.must(200, "POST", groups+"/"+h.group+"/agents", object{"name": "One"}).id(w)
	w.must(200, "POST", groups, object{"name": "Empty"})
	h.authentication = w.must(200, "POST", "/_sandbox/ui/authentications", object{"owner": s.member, "workspace": s.workspace, "name": "SMS",
		"serviceEnvironmentId": h.twilio, "credentials": twilio}).id(w)
	h.connector = fmt.Sprintf("acme-theirs-%d", n)
	w.must(200, "POST", "/_sandbox/ui/connectors/"+h.connector+"/versions/1.0/deployments", object{"by": s.member})
	w.must(200, "POST", "/_sandbox/ui/connectors/"+h.connector+"/versions/1.0/shares", object{"emails": []string{"x@example.com"}})
	w.must(204, "PUT", "/management/v1/connectors/"+h.connector+"/versions/1.0/shares/workspaces/"+s.workspace, nil)
	h.project = w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": s.workspace, "name": "Orders"}).id(w)
	w.must(201, "POST", "/core/v1/projects/"+h.project+"/versions/1.0", object{"title": "First"})
	users := "/management/v1/workspaces/" + s.workspace + "/api-users"
	h.apiUser = w.must(201, "POST", users, object{"name": fmt.Sprintf("Bot %d", n), "workspaceRoleId": workspaceRole[viewer].ID}).id(w)
	h.apiToken = w.must(201, "POST", users+"/"+h.apiUser+"/tokens", object{"name": "ci"}).id(w)
	return h
}

var twilio = object{"account_sid": "AC1", "auth_token": "s3cret"}

func (w *world) publicEnvironment(service string) string {
	w.Helper()
	type list struct{ Elements []documentedEnvironment }
	for _, s := range publicServices {
		if s.Name == service {
			return into[list](w, w.must(200, "GET", fmt.Sprintf("/core/v1/services/%s/versions/%d/environments", service, s.Version), nil)).Elements[0].ID
		}
	}
	w.Fatalf("the catalogue has no service %s", service)
	return ""
}

// packed is the source of a connector, as the vendor's client packs it.
func packed(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// sourceOf is a small connector with one operation.
func sourceOf(t testing.TB, name, version string) object {
	return object{"connectorSourceCode": packed(t, map[string]string{
		name + "/connector.json":                  fmt.Sprintf(`{"name":%q,"version":%q,"title":"Acme","description":"D"}`, name, version),
		name + "/package.json":                    `{}`,
		name + "/src/get_thing/operation.json":    `{"name":"get_thing","title":"Get thing","description":"Gets it"}`,
		name + "/src/get_thing/input.json":        `{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}`,
		name + "/src/get_thing/output.json":       `{"type":"object","properties":{"ok":{"type":"boolean"}}}`,
		name + "/src/other/handler.ts":            `export default {}`,
		name + "/src/broken/operation.json":       `{`,
		name + "/src/get_thing/nested/input.json": `{}`,
	})}
}

const cdk = "/cdk/v1/deployments/connectors/"

// attempt is a request that tries a right.
type attempt = func(scene, int) (string, string, any)

// there is a request to an address that has the scene's workspace in it.
func there(method, path string, body any) attempt {
	return func(s scene, _ int) (string, string, any) { return method, fmt.Sprintf(path, s.workspace), body }
}

// about is a request to what a scene has.
func about(method, path string, of func(scene) string, rest string, body any) attempt {
	return func(s scene, _ int) (string, string, any) { return method, path + of(s) + rest, body }
}

// The requests that try the rights over on-premise agents.
func init() {
	group := func(s scene) string { return s.workspace + "/on-prem-agent-groups/" + s.group }
	agents := func(s scene) string { return group(s) + "/agents" }
	agent := func(s scene) string { return agents(s) + "/" + s.agent }
	const workspaces, groups = "/core/v1/workspaces/", "/core/v1/workspaces/%s/on-prem-agent-groups"
	tries[RightReadAgents] = []attempt{there("GET", groups, nil), about("GET", workspaces, agents, "", nil), about("GET", workspaces, agent, "", nil)}
	tries[RightManageAgents] = []attempt{there("POST", groups, object{"name": "N"}), about("POST", workspaces, agents, "", object{"name": "N"}),
		about("PATCH", workspaces, agent, "", object{"enabled": false}), about("DELETE", workspaces, agent, "", nil)}
}

// The requests that try the rights over authentications.
func init() {
	authentication := func(s scene) string { return s.authentication }
	const authentications = "/core/v1/authentications/"
	tries[RightMakeAuthentications] = []attempt{func(s scene, _ int) (string, string, any) {
		return "POST", "/core/v1/authentications", object{"name": "N", "serviceEnvironmentId": s.twilio, "credentials": twilio}
	}}
	tries[RightReadAuthentications] = []attempt{about("GET", authentications, authentication, "", nil),
		there("GET", "/management/v1/workspaces/%s/authentications", nil)}
	tries[RightManageAuthentications] = []attempt{
		about("PUT", authentications, authentication, "", object{"name": "N", "credentials": twilio}), about("DELETE", authentications, authentication, "", nil)}
	tries[RightReadCredentials] = []attempt{about("GET", authentications, authentication, "/full", nil)}
}

// The requests that try the rights over connectors and triggers.
func init() {
	tries[RightSeeConnectors] = []attempt{get("/core/v1/connectors"), get("/core/v1/connectors/slack/versions/11.0/operations"),
		get("/core/v1/triggers"), get("/core/v1/triggers/webhook/versions/3.1/operations")}
	tries[RightCallConnector] = []attempt{func(scene, int) (string, string, any) {
		return "POST", "/core/v1/connectors/http-client/versions/5.6/call", object{"operation": "get_request", "input": object{"url": "https://example.com"}}
	}}
	tries[RightDeployConnectors] = []attempt{func(_ scene, n int) (string, string, any) {
		name := fmt.Sprintf("acme-own-%d", n)
		return "POST", cdk + name + "/versions/1.0/deploy-connector-from-source", sourceOf(&testing.T{}, name, "1.0")
	}}
	connector := func(s scene) string { return s.connector + "/versions/1.0" }
	const connectors = "/management/v1/connectors/"
	tries[RightListConnectors] = []attempt{get("/management/v1/connectors")}
	tries[RightManageConnectors] = []attempt{about("GET", connectors, connector, "", nil), about("DELETE", connectors, connector, "", nil),
		about("GET", connectors, connector, "/shares", nil), about("DELETE", connectors, connector, "/shares/emails/x@example.com", nil),
		about("PUT", connectors, func(s scene) string { return connector(s) + "/shares/workspaces/" + s.workspace }, "", nil),
		about("DELETE", connectors, func(s scene) string { return connector(s) + "/shares/workspaces/" + s.workspace }, "", nil)}
	tries[RightSetNamespace] = []attempt{func(scene, int) (string, string, any) {
		return "PUT", "/management/v1/organization/connector-namespace", object{"namespace": "acme"}
	}}
	tries[RightSubscribe] = []attempt{get("/core/v1/subscriptions"), func(scene, int) (string, string, any) {
		return "POST", "/core/v1/subscriptions", webhook(nil)
	}}
}

// The requests that try the rights over projects, and Embedded's GraphQL.
func init() {
	project := func(s scene) string { return s.project }
	const core, managed = "/core/v1/projects/", "/management/v1/projects/"
	tries[RightReadProjects] = []attempt{there("GET", "/management/v1/workspaces/%s/projects", nil), there("GET", "/management/v1/workspaces/%s/solutions", nil),
		about("GET", managed, project, "", nil), about("GET", core, project, "/versions", nil), about("GET", core, project, "/versions/1.0/export", nil)}
	tries[RightManageProjects] = []attempt{there("POST", "/management/v1/workspaces/%s/projects", object{"name": "New"}),
		about("PATCH", managed, project, "", object{"name": "Other"}), about("DELETE", managed, project, "", nil),
		about("POST", core, project, "/versions/2.0", object{"title": "Next"}), about("POST", core, project, "/imports/requirements", emptyImport),
		about("POST", core, project, "/imports/previews", emptyImport), about("POST", core, project, "/imports", emptyImport)}
	tries[RightSpeakGraphQL] = []attempt{func(scene, int) (string, string, any) {
		return "POST", graphPath, object{"query": "{viewer{details{name}}}"}
	}}
}

// emptyImport is an import of a project without anything.
const emptyImport = `{"exportedProjectJson":{"tray_export_version":4,"export_type":"project","workflows":[],"projects":[{"id":"00000000-0000-4000-8000-00000000000a",` +
	`"name":"Empty","config":{},"workflows":[]}]},"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[]}`

// undoProjects takes a file back to before version 8.
var undoProjects = []string{
	"DROP TABLE solution_instances", "DROP TABLE end_user_authentications", "DROP TABLE end_user_tokens", "DROP TABLE end_users", "DROP TABLE solution_releases",
	"DROP TABLE solutions", "DROP TABLE project_authentications", "DROP TABLE project_versions", "DROP TABLE workflows",
	"ALTER TABLE projects DROP COLUMN description", "ALTER TABLE projects DROP COLUMN created_at", "ALTER TABLE projects DROP COLUMN config",
	"ALTER TABLE projects DROP COLUMN beside", "ALTER TABLE projects DROP COLUMN extra", "ALTER TABLE projects DROP COLUMN source_id",
	"ALTER TABLE projects DROP COLUMN source_version", "ALTER TABLE projects DROP COLUMN unseen", "PRAGMA user_version = 7",
}

func TestFile_ofVersion7KeepsItsProjects(t *testing.T) {
	w := newWorld(t, onFile(t))
	id := w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Sandbox", "name": "Orders"}).id(t)
	w.sql(undoProjects...)
	now := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.Path() })
	if got := into[project](t, now.must(200, "GET", "/management/v1/projects/"+id, nil)); got.Name != "Orders" {
		t.Errorf("it is %+v", got)
	}
	now.must(201, "POST", "/core/v1/projects/"+id+"/versions/1.0", object{"title": "First"})
	now.must(200, "POST", "/core/v1/projects/"+id+"/imports", emptyImport)
}

// The requests that try the rights over API users.
func init() {
	apiUser := func(s scene) string { return s.workspace + "/api-users/" + s.apiUser }
	tokens := func(s scene) string { return apiUser(s) + "/tokens" }
	token := func(s scene) string { return tokens(s) + "/" + s.apiToken }
	const managed, users = "/management/v1/workspaces/", "/management/v1/workspaces/%s/api-users"
	tries[RightManageTokens] = []attempt{there("GET", users, nil), func(s scene, n int) (string, string, any) {
		return "POST", fmt.Sprintf(users, s.workspace), object{"name": fmt.Sprintf("Made %d", n), "workspaceRoleId": workspaceRole[viewer].ID}
	}, about("GET", managed, apiUser, "", nil), about("PATCH", managed, apiUser, "", object{"workspaceRoleId": workspaceRole[contributor].ID}), about("DELETE", managed, apiUser, "", nil),
		about("GET", managed, tokens, "", nil), about("POST", managed, tokens, "", object{"name": "N"}), about("GET", managed, token, "", nil), about("DELETE", managed, token, "", nil)}
}

// webhook is a subscription that succeeds, with changes.
func webhook(changes object) object {
	all := object{"name": "Orders", "trigger": object{"name": "webhook", "version": "3.1"}, "operation": "webhook", "input": object{}, "endpoint": "https://example.com/hook"}
	for k, v := range changes {
		all[k] = v
	}
	return all
}

// undoContents takes a file back to before version 7.
var undoContents = append(slices.Clone(undoProjects),
	"DROP TABLE connector_shares", "DROP TABLE deployments", "DROP TABLE connectors", "DROP TABLE subscriptions", "DROP TABLE agents", "DROP TABLE agent_groups",
	"DROP TABLE authentications", "DROP TABLE api_users", "DROP INDEX tokens_by_seq", "DROP INDEX tokens_by_id",
	"ALTER TABLE tokens DROP COLUMN seq", "ALTER TABLE tokens DROP COLUMN id", "ALTER TABLE tokens DROP COLUMN name", "ALTER TABLE tokens DROP COLUMN created_at",
	"ALTER TABLE organization DROP COLUMN connector_namespace", "DELETE FROM counters WHERE kind = 'api-token'", "PRAGMA user_version = 6",
)

func TestFile_ofVersion6GetsItsAPIUsersAndTheirTokens(t *testing.T) {
	w := newWorld(t, onFile(t))
	finance := w.addWorkspace("Finance")
	token := into[tokenBody](t, w.must(201, "POST", "/_sandbox/tokens", object{"api_user": object{"name": "Robot", "workspace": "Finance"}}))
	w.sql(undoContents...)
	now := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.Path() })
	users := "/management/v1/workspaces/" + finance + "/api-users"
	found := into[struct{ Elements []apiUserBody }](t, now.must(200, "GET", users, nil)).Elements
	if len(found) != 1 || found[0].Name != "Robot" || found[0].WorkspaceRole.Name != contributor {
		t.Fatalf("the API users are %+v", found)
	}
	if got := into[struct{ Elements []apiToken }](t, now.must(200, "GET", users+"/"+found[0].ID+"/tokens", nil)).Elements; len(got) != 1 || got[0].ID == "" {
		t.Errorf("its tokens are %+v", got)
	}
	if got := now.as(token.Token, "GET", "/core/v1/workspaces", nil); got.status != 200 {
		t.Errorf("the token answers %d", got.status)
	}
	now.must(201, "POST", users+"/"+found[0].ID+"/tokens", object{"name": "next"})
	w.hold(scene{workspace: finance, member: "owner@example.com"}, 1)
}
