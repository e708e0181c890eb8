package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The requests that try the rights over services and their environments.
func init() {
	const one = "/management/v1/services/"
	environments := func(s scene, plane string) string {
		return plane + "/services/" + s.service.UniqueName + "/versions/1/environments"
	}
	tries[RightListServices] = []func(scene, int) (string, string, any){get("/management/v1/services")}
	tries[RightManageServices] = []func(scene, int) (string, string, any){
		inWorkspace("POST", "/management/v1", "/services", object{"name": "New", "authenticationType": "token"}),
		func(s scene, _ int) (string, string, any) { return "GET", one + s.service.ID, nil },
		func(s scene, _ int) (string, string, any) {
			return "PATCH", one + s.service.ID, object{"name": "Other"}
		},
		func(s scene, _ int) (string, string, any) { return "DELETE", one + s.service.ID, nil },
	}
	tries[RightUseService] = []func(scene, int) (string, string, any){
		func(s scene, _ int) (string, string, any) { return "GET", environments(s, "/core/v1"), nil },
		func(s scene, _ int) (string, string, any) { return "GET", environments(s, "/management/v1"), nil },
		func(s scene, _ int) (string, string, any) {
			return "GET", environments(s, "/management/v1") + "/" + s.environment, nil
		},
	}
	tries[RightMakeEnvironment] = []func(scene, int) (string, string, any){func(s scene, _ int) (string, string, any) {
		return "POST", environments(s, "/management/v1"), object{"title": "New", "clientId": "c", "clientSecret": "s"}
	}}
	tries[RightChangeEnvironment] = []func(scene, int) (string, string, any){
		func(s scene, _ int) (string, string, any) {
			return "PATCH", environments(s, "/management/v1") + "/" + s.environment, object{"title": "Other"}
		},
		func(s scene, _ int) (string, string, any) {
			return "DELETE", environments(s, "/management/v1") + "/" + s.environment, nil
		},
	}
}

// undoServices takes a file back to before version 6.
var undoServices = append(slices.Clone(undoContents),
	"DROP TABLE service_environments", "ALTER TABLE custom_services DROP COLUMN unique_name", "ALTER TABLE custom_services DROP COLUMN version",
	"ALTER TABLE custom_services DROP COLUMN kind", "ALTER TABLE custom_services DROP COLUMN details", "PRAGMA user_version = 5",
)

var oauth = object{"authenticationType": "oauth2", "authorizationUrl": "https://{{host}}/authorize", "tokenUrl": "https://{{host}}/token", "clientId": "app",
	"clientSecret": "s3cret", "scopes": []object{{"scope": "read", "description": "Reads"}}, "userDataSchema": object{"type": "object", "properties": object{"host": object{"type": "string"}}}}

// service makes a service with one environment of its own, in the UI.
func (w *world) service(workspace, owner, name string) (service, string) {
	w.Helper()
	in := object{"workspace": workspace, "owner": owner, "name": name}
	for k, v := range oauth {
		in[k] = v
	}
	s := into[service](w, w.must(201, "POST", "/_sandbox/ui/services", in))
	e := into[environment](w, w.must(201, "POST", "/_sandbox/ui/services/"+s.ID+"/versions/1/environments",
		object{"title": "Sandbox", "clientId": "box", "clientSecret": "t0p"}))
	return s, e.ID
}

func with(base object, name string, value any) object {
	all := object{"name": "Billing"}
	for k, v := range base {
		all[k] = v
	}
	if value == nil {
		delete(all, name)
	} else {
		all[name] = value
	}
	return all
}

func TestService_saysWhatIsMissingOrOfNoUse(t *testing.T) {
	w := newWorld(t)
	all := "/management/v1/workspaces/" + w.addWorkspace("Finance") + "/services"
	token := object{"authenticationType": "token"}
	w.refuses([]refused{
		{"no kind", "POST", all, object{"name": "Billing"}, 400, "Invalid value for: body (Missing required field at 'authenticationType')"},
		{"another kind", "POST", all, with(oauth, "authenticationType", "saml"), 400, `Invalid value for: body (there is no kind of authentication "saml")`},
		{"no secret", "POST", all, with(oauth, "clientSecret", nil), 400, "Invalid value for: body (Missing required field at 'clientSecret')"},
		{"no URL", "POST", all, with(oauth, "authorizationUrl", nil), 400, "Invalid value for: body (Missing required field at 'authorizationUrl')"},
		{"URL of a token", "POST", all, with(token, "tokenUrl", "https://x"), 400, "Invalid value for: body (a token-based service has no tokenUrl)"},
		{"scopes of a token", "POST", all, with(token, "scopes", []object{{"scope": "a"}}), 400, "Invalid value for: body (a token-based service has no scopes)"},
		{"placeholder", "POST", all, with(oauth, "tokenUrl", "https://{{Host}}"), 400, `Invalid value for: body (the placeholder {{Host}} at "tokenUrl" is no property)`},
		{"schema", "POST", all, with(oauth, "credentialsSchema", []int{1}), 400, `Invalid value for: body (expected a JSON Schema object at "credentialsSchema")`},
	})
	if got := w.as(w.sandbox.OwnerToken(), "POST", all, with(oauth, "clientSecret", 12345678)); got.status != 400 || strings.Contains(got.body, "12345678") {
		t.Errorf("a secret of the wrong type: %d %s", got.status, got.body)
	}
	w.must(201, "POST", all, with(oauth, "authenticationType", "oauth2client_credentials"))
	w.refuses([]refused{{"twice", "POST", all, with(oauth, "", nil), 409, `There already is a custom service named "Billing" in this workspace`}})
}

func TestService_keepsItsGeneratedNameAndShowsNoSecret(t *testing.T) {
	w := newWorld(t)
	s, environment := w.service(w.addWorkspace("Finance"), "owner@example.com", "Acme CRM")
	if !regexp.MustCompile(`^[A-Za-z]{15}_acme-crm$`).MatchString(s.UniqueName) {
		t.Errorf("the unique name is %q", s.UniqueName)
	}
	renamed := into[service](t, w.must(200, "PATCH", "/management/v1/services/"+s.ID, object{"name": "Else", "clientSecret": "0ther"}))
	if renamed.UniqueName != s.UniqueName {
		t.Errorf("it became %q", renamed.UniqueName)
	}
	path := "/services/" + s.UniqueName + "/versions/1/environments"
	for _, get := range []string{"/management/v1/services", "/management/v1/services/" + s.ID, "/core/v1" + path, "/management/v1" + path,
		"/management/v1" + path + "/" + environment, "/_sandbox/state", "/_sandbox/timeline"} {
		body := w.must(200, "GET", get, nil).body
		for _, secret := range []string{"s3cret", "t0p", "0ther"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows a secret", get)
			}
		}
	}
	w.must(404, "GET", strings.Replace("/core/v1"+path, "/1/", "/2/", 1), nil)
	w.refuses([]refused{{"default", "DELETE", "/management/v1" + path + "/" + w.production(s), nil, 409, "Production is the environment of the service itself"}})
}

func (w *world) production(s service) string {
	w.Helper()
	type list struct{ Elements []documentedEnvironment }
	return into[list](w, w.must(200, "GET", "/core/v1/services/"+s.UniqueName+"/versions/1/environments", nil)).Elements[0].ID
}

// In the Organization workspace everybody uses a service, and nobody but who made it, Admins
// and the Owner sees it among the services to edit.
func TestService_ofTheOrganizationWorkspaceIsItsMakersAlone(t *testing.T) {
	w := newWorld(t)
	workspaces := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil))
	tokens := map[string]string{}
	for name, role := range map[string]string{"maker": contributor, "other": contributor, "viewer": viewer, "admin": admin} {
		tokens[name] = w.token(w.addUser(name+"@example.com", role))
	}
	s, _ := w.service(workspaces.Elements[0].ID, "maker@example.com", "CRM")
	for name, want := range map[string][3]int{"maker": {200, 200, 1}, "other": {404, 200, 0}, "viewer": {404, 403, 0}, "admin": {200, 200, 1}} {
		edit := w.as(tokens[name], "PATCH", "/management/v1/services/"+s.ID, object{"description": name})
		use := w.as(tokens[name], "GET", "/core/v1/services/"+s.UniqueName+"/versions/1/environments", nil)
		seen := strings.Count(w.as(tokens[name], "GET", "/management/v1/services", nil).body, `"uniqueName"`)
		if got := [3]int{edit.status, use.status, seen}; got != want {
			t.Errorf("%s edits, uses and sees %v, want %v", name, got, want)
		}
	}
}

func TestService_movesFromAPersonalToTheOrganizationWorkspaceAlone(t *testing.T) {
	w := newWorld(t)
	u := w.addUser("priya@example.com", viewer)
	s := into[service](t, w.must(201, "POST", "/_sandbox/ui/services", object{"owner": u, "name": "Billing"}))
	byAnother := into[service](t, w.must(201, "POST", "/management/v1/workspaces/"+s.Workspace+"/services", object{"name": "Shipping", "authenticationType": "token"}))
	if byAnother.Owner != u {
		t.Errorf("what the Owner makes in her Personal workspace is %s's, want %s's", byAnother.Owner, u)
	}
	w.must(204, "DELETE", "/management/v1/services/"+byAnother.ID, nil)
	finance := w.addWorkspace("Finance")
	organization := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].ID
	w.refuses([]refused{{"elsewhere", "PATCH", "/management/v1/services/" + s.ID, object{"workspaceId": finance}, 400, "A custom service moves from a Personal workspace"}})
	w.set(object{"services_block_deletion": true})
	w.must(400, "DELETE", "/core/v1/users/"+u, nil)
	w.must(200, "PATCH", "/management/v1/services/"+s.ID, object{"workspaceId": organization})
	w.refuses([]refused{{"back", "PATCH", "/management/v1/services/" + s.ID, object{"workspaceId": finance}, 400, "A custom service moves from a Personal workspace"}})
	w.must(204, "DELETE", "/core/v1/users/"+u, nil)
}

func TestFile_ofVersion5GetsNamesAndEnvironmentsForItsServices(t *testing.T) {
	w := newWorld(t, onFile(t))
	w.must(201, "POST", "/_sandbox/ui/services", object{"owner": "owner@example.com", "name": "Billing"})
	w.sql(undoServices...)
	now := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.Path() })
	s := now.state().Services[0]
	if s.Name != "Billing" || s.UniqueName == "" {
		t.Fatalf("the service is %+v", s)
	}
	now.must(200, "GET", fmt.Sprintf("/core/v1/services/%s/versions/1/environments", s.UniqueName), nil)
	now.service("Sandbox", "owner@example.com", "After")
}
