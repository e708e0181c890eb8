package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/contract"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// exchange makes requests through the contract check, which fails the test for any answer
// that internal/contract does not allow. What is deliberately wrong in a request goes
// past the check of requests, so those are sent well-formed.
type exchange struct {
	testing.TB
	rt    http.RoundTripper
	token string
}

func (x *exchange) send(token, method, path, body string) (int, string) {
	x.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, "http://sandbox"+path, in)
	if err != nil {
		x.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := x.rt.RoundTrip(r)
	if err != nil {
		x.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		x.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// as makes a request, wants a status and returns the named field of the answer.
func (x *exchange) as(token string, status int, method, path, body, field string) string {
	x.Helper()
	got, text := x.send(token, method, path, body)
	if got != status {
		x.Errorf("%s %s answered %d %s, want %d", method, path, got, text, status)
	}
	var values map[string]any
	_ = json.Unmarshal([]byte(text), &values)
	value, _ := values[field].(string)
	return value
}

func (x *exchange) must(status int, method, path, body, field string) string {
	x.Helper()
	return x.as(x.token, status, method, path, body, field)
}

// roles maps names to ids.
func (x *exchange) roles(path string) map[string]string {
	x.Helper()
	_, text := x.send(x.token, "GET", path, "")
	var page struct{ Elements []struct{ ID, Name string } }
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		x.Fatal(err)
	}
	ids := map[string]string{}
	for _, r := range page.Elements {
		ids[r.Name] = r.ID
	}
	return ids
}

func TestContract_everyOperationAnswersAsDescribed(t *testing.T) {
	for name, options := range map[string]string{
		"strings and full lists": `{}`, "objects and sparse lists": `{"type_shape":"object","list_elements":"sparse","omit_empty_elements":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sandbox.New(sandbox.OpenOptions{Path: filepath.Join(t.TempDir(), "s.db")}, sandbox.WithOptions([]byte(options)))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			x := &exchange{TB: t, rt: contract.RoundTripper(t, s.Transport()), token: s.OwnerToken()}
			x.successes()
			x.operators(s.OperatorToken())
			x.promotion()
			x.embedded(s.OperatorToken())
			x.refusals()
			x.unauthorized(s.OperatorToken())
		})
	}
}

// successes makes every operation succeed at least once.
func (x *exchange) successes() {
	x.must(200, "GET", "/management/v1", "", "")
	owner := x.must(200, "GET", "/management/v1/organization", "", "ownerId")
	x.must(200, "PATCH", "/management/v1/organization", `{"name":"Renamed"}`, "")
	x.must(200, "GET", "/management/v1/organization/settings", "", "")
	x.must(200, "PATCH", "/management/v1/organization/settings", `{"alertingWorkflowId":"w-1","allowWorkspaceAdminTokens":true}`, "")
	x.must(200, "PATCH", "/management/v1/organization/settings", `{"alertingWorkflowId":null}`, "")
	x.must(200, "GET", "/core/v1/users/"+owner, "", "")
	inOrganization := x.roles("/core/v1/roles")
	viewer := `"organizationRoleId":"` + inOrganization["Viewer"] + `"}`
	user := x.must(200, "POST", "/core/v1/users", `{"name":"Priya","email":"priya@example.com",`+viewer, "id")
	x.must(200, "PUT", "/core/v1/users/"+user+"/roles", `{"roleId":"`+inOrganization["Contributor"]+`"}`, "")
	x.must(200, "GET", "/core/v1/users?first=1", "", "")
	x.must(200, "GET", "/core/v1/users?email=nobody@example.com", "", "")

	workspace := x.must(201, "POST", "/management/v1/workspaces", `{"name":"Finance","description":"Money","monthlyTaskLimit":5}`, "id")
	x.must(200, "PATCH", "/management/v1/workspaces/"+workspace, `{"description":null}`, "")
	x.must(200, "GET", "/management/v1/workspaces/"+workspace, "", "")
	x.must(200, "GET", "/core/v1/workspaces/"+workspace, "", "")
	x.must(200, "GET", "/core/v1/workspaces?last=2", "", "")
	x.must(200, "GET", "/core/v1/workspaces?type=Shared&type=Personal", "", "")
	inWorkspace := x.roles("/core/v1/workspaces/" + workspace + "/roles")
	members := "/core/v1/workspaces/" + workspace + "/users"
	x.must(200, "POST", members, `{"userId":"`+user+`","roleId":"`+inWorkspace["Viewer"]+`"}`, "")
	x.must(200, "PUT", members+"/"+user, `{"roleId":"`+inWorkspace["Admin"]+`"}`, "")
	x.must(200, "GET", members+"/"+user, "", "")
	x.must(200, "GET", members+"?first=1", "", "")
	x.must(201, "POST", "/_sandbox/tokens", `{"api_user":{"name":"Robot","workspace":"Finance"}}`, "")
	x.must(200, "GET", members, "", "")
	x.must(200, "DELETE", members+"/"+user, "", "")

	x.contents(workspace, inWorkspace["Contributor"], inWorkspace["Viewer"])
	invite := x.must(200, "POST", "/core/v1/invites", `{"email":"kim@example.com",`+viewer, "inviteId")
	x.must(200, "GET", "/management/v1/invites?status=pending&email=kim@example.com", "", "")
	x.must(204, "DELETE", "/management/v1/invites/"+invite, "", "")
	x.must(200, "POST", "/core/v1/invites", `{"email":"noor@example.com",`+viewer, "inviteId")
	x.must(200, "POST", "/_sandbox/invites/noor@example.com/accept", "", "")
	x.must(200, "GET", "/management/v1/invites", "", "")
	x.must(204, "DELETE", "/core/v1/users/"+user, "", "")
	x.must(204, "DELETE", "/management/v1/workspaces/"+workspace+"?contents=delete", "", "")
}

// services makes every operation on services succeed, and some be refused.
func (x *exchange) services(workspace string) {
	const oauth = `{"name":"CRM","authenticationType":"oauth2","authorizationUrl":"https://x","tokenUrl":"https://x","clientId":"c","clientSecret":"s"}`
	all := "/management/v1/workspaces/" + workspace + "/services"
	name := x.must(201, "POST", all, oauth, "uniqueName")
	x.must(409, "POST", all, oauth, "")
	id := x.must(201, "POST", all, strings.Replace(oauth, "CRM", "ERP", 1), "id")
	x.must(200, "GET", "/management/v1/services?first=1", "", "")
	x.must(200, "GET", "/management/v1/services/"+id, "", "")
	x.must(200, "PATCH", "/management/v1/services/"+id, `{"description":"D","scopes":[{"scope":"a","description":"A"}]}`, "")
	x.must(409, "PATCH", "/management/v1/services/"+id, `{"name":"CRM"}`, "")
	x.must(204, "DELETE", "/management/v1/services/"+id, "", "")
	x.must(404, "GET", "/management/v1/services/"+id, "", "")
	environments := "/services/" + name + "/versions/1/environments"
	x.must(200, "GET", "/core/v1"+environments, "", "")
	one := "/management/v1" + environments + "/" + x.must(201, "POST", "/management/v1"+environments, `{"title":"T","clientId":"c","clientSecret":"s"}`, "id")
	x.must(409, "POST", "/management/v1"+environments, `{"title":"T","clientId":"c","clientSecret":"s"}`, "")
	x.must(200, "GET", "/management/v1"+environments, "", "")
	x.must(200, "GET", one, "", "")
	x.must(200, "PATCH", one, `{"title":"U","scopes":[]}`, "")
	x.must(204, "DELETE", one, "", "")
	x.must(404, "DELETE", one, "", "")
	x.must(404, "GET", "/core/v1/services/none/versions/1/environments", "", "")
}

// operators makes every operation of an operator succeed and be refused.
func (x *exchange) operators(token string) {
	const all = "/management/v1/organizations"
	x.as(token, 200, "GET", "/management/v1", "", "")
	x.as(token, 403, "GET", "/core/v1/users", "", "")
	x.as(token, 403, "GET", "/management/v1/organization", "", "")
	first := x.must(200, "GET", "/management/v1/organization", "", "id")
	id := x.as(token, 201, "POST", all, `{"name":"Acme (staging)","ownerEmail":"platform@acme.example","plan":"team","embedded":true,"sso":true}`, "id")
	x.as(token, 201, "POST", all, `{"name":"Acme (dev)","ownerEmail":"platform@acme.example"}`, "id")
	x.as(token, 409, "POST", all, `{"name":"Acme (dev)","ownerEmail":"platform@acme.example"}`, "")
	x.as(token, 200, "GET", all, "", "")
	x.as(token, 200, "GET", all+"?first=1", "", "")
	x.as(token, 400, "GET", all+"?cursor=x", "", "")
	x.as(token, 200, "GET", all+"/"+id, "", "")
	x.as(token, 404, "GET", all+"/none", "", "")
	x.as(token, 200, "PATCH", all+"/"+id, `{"name":"Acme (prod)","plan":"pro","sso":false}`, "")
	x.as(token, 409, "PATCH", all+"/"+id, `{"name":"Acme (dev)"}`, "")
	x.as(token, 404, "PATCH", all+"/none", `{"name":"Acme"}`, "")
	owner := x.as(token, 201, "POST", "/_sandbox/tokens", `{"organization":"`+id+`","user":"platform@acme.example"}`, "token")
	x.as(owner, 200, "GET", "/management/v1", "", "")
	x.as(owner, 200, "GET", "/core/v1/workspaces", "", "")
	x.as(owner, 409, "PATCH", "/management/v1/organization", `{"name":"Acme (dev)"}`, "")
	shared := x.as(owner, 201, "POST", "/management/v1/workspaces", `{"name":"Finance"}`, "id")
	x.as(token, 409, "DELETE", all+"/"+id, "", "")
	x.as(token, 409, "DELETE", all+"/"+first, "", "")
	x.as(owner, 204, "DELETE", "/management/v1/workspaces/"+shared, "", "")
	x.as(token, 204, "DELETE", all+"/"+id, "", "")
	x.as(token, 404, "DELETE", all+"/"+id, "", "")
	x.as(owner, 401, "GET", "/management/v1", "", "")
	x.must(403, "GET", all, "", "")
}

// refusals makes each status of a refusal be answered by both planes.
func (x *exchange) refusals() {
	owner := x.must(200, "GET", "/management/v1/organization", "", "ownerId")
	inOrganization := x.roles("/core/v1/roles")
	x.must(400, "DELETE", "/core/v1/users/"+owner, "", "")
	x.must(400, "PUT", "/core/v1/users/"+owner+"/roles", `{"roleId":"`+inOrganization["Viewer"]+`"}`, "")
	x.must(400, "PATCH", "/management/v1/organization/settings", `{"embeddedId":"acme"}`, "")
	x.must(400, "PATCH", "/management/v1/organization/settings", `{"configWizardCss":null}`, "")
	x.must(404, "GET", "/core/v1/workspaces/none", "", "")
	x.must(404, "GET", "/core/v1/workspaces/none/roles", "", "")
	x.must(404, "GET", "/core/v1/workspaces/none/users", "", "")
	x.must(404, "GET", "/core/v1/workspaces/none/users/none", "", "")
	x.must(404, "DELETE", "/core/v1/workspaces/none/users/none", "", "")
	x.must(404, "GET", "/core/v1/users/none", "", "")
	x.must(400, "GET", "/core/v1/roles?cursor=x", "", "")
	x.must(413, "POST", "/core/v1/users", `{"name":"`+strings.Repeat("x", 70_000)+`","email":"x@example.com","organizationRoleId":"`+
		inOrganization["Viewer"]+`"}`, "")
	x.must(413, "POST", "/management/v1/workspaces", `{"name":"N","description":"`+strings.Repeat("x", 70_000)+`"}`, "")
	workspace := x.must(201, "POST", "/management/v1/workspaces", `{"name":"Sales"}`, "id")
	x.must(409, "POST", "/management/v1/workspaces", `{"name":"Sales"}`, "")
	x.must(201, "POST", "/_sandbox/ui/projects", `{"workspace":"Sales","name":"P"}`, "")
	x.must(201, "POST", "/_sandbox/ui/services", `{"workspace":"Sales","owner":"owner@example.com","name":"S"}`, "")
	x.must(200, "GET", "/management/v1/workspaces/"+workspace, "", "")
	if code := x.must(409, "DELETE", "/management/v1/workspaces/"+workspace, "", "code"); code != "workspace_not_empty" {
		x.Errorf("the conflict has the code %q", code)
	}
	x.must(204, "DELETE", "/management/v1/workspaces/"+workspace+"?contents=delete", "", "")
	x.must(404, "DELETE", "/management/v1/invites/"+inOrganization["Viewer"], "", "")
	x.must(201, "POST", "/_sandbox/ui/users", `{"email":"carl@example.com","role":"Viewer"}`, "")
	carl := x.must(201, "POST", "/_sandbox/tokens", `{"user":"carl@example.com"}`, "token")
	for _, path := range []string{"/core/v1/roles", "/core/v1/users", "/management/v1/invites", "/management/v1/organization/settings"} {
		x.as(carl, 403, "GET", path, "", "")
	}
	x.as(carl, 403, "PATCH", "/management/v1/organization", `{"name":"Carl's"}`, "")
	x.must(200, "PATCH", "/_sandbox/options", `{"rate":0.001,"burst":1}`, "")
	x.must(200, "GET", "/core/v1/roles", "", "")
	x.must(429, "GET", "/core/v1/roles", "", "")
	x.must(429, "GET", "/management/v1", "", "")
	x.must(200, "PATCH", "/_sandbox/options", `{"rate":0}`, "")
}

// unauthorized tries every operation without a good token, and the management plane when
// it is off.
func (x *exchange) unauthorized(operator string) {
	x.must(200, "PATCH", "/_sandbox/options", `{"management":false}`, "")
	inOrganization := x.roles("/core/v1/roles")
	for _, o := range sandbox.Operations() {
		path := strings.NewReplacer("{workspaceId}", "x", "{userId}", "x", "{organizationId}", "x", "{serviceId}", "x", "{environmentId}", "x", "{serviceVersion}", "1", "{inviteId}", inOrganization["Viewer"],
			"{authenticationId}", inOrganization["Viewer"], "{subscriptionId}", inOrganization["Viewer"], "{agentGroupId}", "x", "{agentId}", "x", "{tokenId}", "x",
			"{projectId}", inOrganization["Viewer"], "{solutionId}", inOrganization["Viewer"], "{versionNumber}", "1.0",
			"{deploymentId}", "x", "{connectorName}", "x", "{connectorVersion}", "1.0", "{triggerName}", "x", "{triggerVersion}", "1.0", "{email}", "x@example.com").Replace(o.Path)
		body := map[string]string{
			"createUser":       `{"name":"N","email":"n@example.com","organizationRoleId":"` + inOrganization["Viewer"] + `"}`,
			"inviteUser":       `{"email":"n@example.com","organizationRoleId":"` + inOrganization["Viewer"] + `"}`,
			"addWorkspaceUser": `{"userId":"x","roleId":"` + inOrganization["Viewer"] + `"}`,
			"createWorkspace":  `{"name":"N"}`, "updateWorkspace": `{"name":"N"}`, "updateOrganization": `{"name":"N"}`,
			"createService": `{"name":"N","authenticationType":"token"}`, "updateService": `{"name":"N"}`,
			"createEnvironment": `{"title":"T"}`, "updateEnvironment": `{"title":"T"}`,
			"updateOrganizationSettings": `{"alertingWorkflowId":null}`,
			"createOrganization":         `{"name":"N","ownerEmail":"n@example.com"}`, "changeOrganization": `{"name":"N"}`,
		}[o.OperationID]
		if body == "" {
			body = x.bodies()[o.OperationID]
		}
		if o.Method == "PUT" && strings.HasPrefix(o.Path, "/core/v1/") && body == "" {
			body = `{"roleId":"` + inOrganization["Viewer"] + `"}`
		}
		x.as("not-a-token", 401, o.Method, path, body, "")
		if strings.HasPrefix(o.Path, "/management/") {
			x.must(404, o.Method, path, body, "")
			x.as(operator, 404, o.Method, path, body, "")
		}
	}
}
