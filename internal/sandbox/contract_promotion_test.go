package sandbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

const (
	noImport = `{"exportedProjectJson":{},"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[]}`
	noID     = "00000000-0000-4000-8000-000000000001"
)

// promotion makes every operation on projects succeed, and be refused.
func (x *exchange) promotion() {
	dev := x.must(201, "POST", "/management/v1/workspaces", `{"name":"Development"}`, "id")
	prod := x.must(201, "POST", "/management/v1/workspaces", `{"name":"Production"}`, "id")
	from, to := x.projects(dev), x.must(201, "POST", "/management/v1/workspaces/"+prod+"/projects", `{"name":"Orders"}`, "id")
	auth := func(where string) string {
		return x.must(200, "POST", "/_sandbox/ui/authentications", `{"owner":"owner@example.com","workspace":"`+where+`","name":"SMS","serviceEnvironmentId":"`+x.environment("twilio")+`",`+smsCredentials+`}`, "id")
	}
	theirs, ours := auth("Development"), auth("Production")
	x.must(201, "POST", "/_sandbox/ui/projects/"+from+"/workflows", `{"title":"Text","description":"D","tags":["t"],"config":{"a":1},"steps":[
		{"connector":"webhook","operation":"webhook"},{"connector":"twilio","operation":"send_sms","authentication":"`+theirs+`","properties":{"to":"1"}}]}`, "")
	x.must(200, "PATCH", "/_sandbox/ui/projects/"+from, `{"config":{"channel":"#dev","limit":null,"list":[1,{"a":2}]}}`, "")
	x.versions(from)
	_, exported := x.send(x.token, "GET", "/core/v1/projects/"+from+"/versions/1.0/export", "")
	imports := "/core/v1/projects/" + to + "/imports"
	asking := `{"exportedProjectJson":` + exported + `,"connectorMapping":[{"from":{"name":"x","version":"1"},"to":{"name":"y","version":"2"}}],"serviceMapping":[]`
	body := asking + `,"authenticationResolution":[{"authExportId":"` + theirs + `","authenticationId":"` + ours + `"}]}`
	x.must(200, "POST", imports+"/requirements", asking+"}", "")
	x.must(200, "POST", imports+"/previews", body, "")
	x.must(400, "POST", imports, asking+`,"authenticationResolution":[]}`, "")
	x.must(200, "POST", imports, body, "")
	x.must(200, "POST", imports+"/requirements", asking+"}", "")
	x.must(200, "POST", imports, strings.Replace(body, `"limit":null`, `"limit":7`, 1), "")
	for path, nothing := range map[string]string{imports: noImport, imports + "/previews": noImport,
		imports + "/requirements": `{"exportedProjectJson":{},"connectorMapping":[],"serviceMapping":[]}`} {
		if got := x.must(400, "POST", path, nothing, "message"); !strings.HasPrefix(got, "Exported structure validation failed") {
			x.Errorf("%s says %s", path, got)
		}
		x.must(404, "POST", strings.Replace(path, to, noID, 1), nothing, "")
	}
	x.must(413, "POST", imports, `{"exportedProjectJson":{"x":"`+strings.Repeat("x", 33<<20)+`"},"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[]}`, "")
	x.must(409, "DELETE", "/management/v1/projects/"+to, "", "")
	x.must(204, "DELETE", "/management/v1/projects/"+to+"?contents=delete", "", "")
	x.must(404, "GET", "/management/v1/projects/"+to, "", "")
}

// projects makes a project in every way that the management plane knows.
func (x *exchange) projects(workspace string) string {
	all := "/management/v1/workspaces/" + workspace + "/projects"
	id := x.must(201, "POST", all, `{"name":"Orders","description":"D"}`, "id")
	x.must(409, "POST", all, `{"name":"Orders"}`, "")
	x.must(404, "POST", "/management/v1/workspaces/none/projects", `{"name":"Orders"}`, "")
	other := "/management/v1/projects/" + x.must(201, "POST", all, `{"name":"Other","description":null}`, "id")
	x.must(409, "PATCH", other, `{"name":"Orders"}`, "")
	x.must(200, "PATCH", other, `{"name":"Another","description":null}`, "")
	x.must(200, "GET", all+"?first=1", "", "")
	x.must(200, "GET", "/management/v1/projects/"+id, "", "")
	x.must(204, "DELETE", other, "", "")
	x.must(404, "DELETE", other, "", "")
	return id
}

func (x *exchange) versions(project string) {
	all := "/core/v1/projects/" + project + "/versions"
	x.must(200, "GET", all, "", "")
	x.must(201, "POST", all+"/1.0", `{"title":"First","description":"D"}`, "")
	x.must(409, "POST", all+"/1.0", `{"title":"First"}`, "")
	x.must(201, "POST", all+"/1.1", `{"title":"Second"}`, "")
	x.must(400, "POST", all+"/latest", `{"title":"T"}`, "")
	x.must(413, "POST", all+"/2.0", `{"title":"`+strings.Repeat("t", 70_000)+`"}`, "")
	x.must(200, "GET", all+"?last=1", "", "")
	x.must(400, "GET", all+"?cursor=x", "", "")
	x.must(404, "GET", all+"/9.9/export", "", "")
	x.must(404, "GET", strings.Replace(all, project, noID, 1), "", "")
}

// embedded makes an organization that has Embedded, and what goes on in it.
func (x *exchange) embedded(operator string) {
	id := x.as(operator, 201, "POST", "/management/v1/organizations", `{"name":"Partners","ownerEmail":"boss@partners.example","embedded":true}`, "id")
	master := x.as(operator, 201, "POST", "/_sandbox/tokens", `{"organization":"`+id+`","user":"boss@partners.example"}`, "token")
	workspace := x.as(master, 200, "GET", "/management/v1/organization", "", "embeddedWorkspaceId")
	project := x.as(master, 201, "POST", "/management/v1/workspaces/"+workspace+"/projects", `{"name":"Notify"}`, "id")
	x.as(master, 201, "POST", "/_sandbox/ui/projects/"+project+"/workflows", `{"title":"On call","steps":[{"connector":"webhook","operation":"webhook"}]}`, "")
	put := "/_sandbox/ui/projects/" + project + "/solution"
	solution := x.as(master, 201, "PUT", put, `{"title":"Notify","tags":["a"],"slots":[{"type":"config","external_id":"channel","title":"Channel"}]}`, "id")
	one := "/core/v1/solutions/" + solution + "/releases"
	x.as(master, 200, "POST", one+"/previews", "", "")
	x.as(master, 201, "POST", one, "", "")
	x.as(master, 200, "PUT", put, `{"slots":[{"id":"`+noID+`","type":"config","external_id":"channel","title":"Where","value_type":"string"},
		{"type":"auth","external_id":"sms","title":"SMS","service_name":"twilio","service_version":1,"scopes":["a"]}]}`, "")
	x.as(master, 200, "POST", one+"/previews", "", "")
	x.as(master, 201, "POST", one, "", "")
	x.as(master, 404, "POST", strings.Replace(one, solution, noID, 1), "", "")
	x.as(master, 404, "POST", strings.Replace(one, solution, noID, 1)+"/previews", "", "")
	x.as(master, 200, "GET", "/management/v1/workspaces/"+workspace+"/solutions", "", "")
	x.as(master, 200, "GET", "/management/v1/projects/"+project, "", "")
	x.as(master, 201, "POST", "/core/v1/projects/"+project+"/versions/1", `{"title":"T"}`, "")
	_, exported := x.send(master, "GET", "/core/v1/projects/"+project+"/versions/1/export", "")
	other := x.as(master, 201, "POST", "/management/v1/workspaces/"+workspace+"/projects", `{"name":"Copy"}`, "id")
	body := `{"exportedProjectJson":` + exported + `,"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[]}`
	x.as(master, 200, "POST", "/core/v1/projects/"+other+"/imports/previews", body, "")
	x.as(master, 200, "POST", "/core/v1/projects/"+other+"/imports", body, "")
	x.instances(master, project, solution)
}

// graph sends a document whose answer has, or has not, errors.
func (x *exchange) graph(token, query, fails string) string {
	x.Helper()
	body, _ := json.Marshal(map[string]any{"query": query})
	status, text := x.send(token, "POST", "/graphql", string(body))
	if status != 200 || strings.Contains(text, `"errors"`) != (fails != "") || !strings.Contains(text, fails) {
		x.Errorf("%s answered %d %s, want the error %q", query, status, text, fails)
	}
	return text
}

func (x *exchange) instances(master, project, solution string) {
	x.graph(master, `mutation { createExternalUser(input: {name: "U", externalUserId: "u"}) { userId } }`, "")
	x.graph(master, `mutation { createExternalUser(input: {name: "U", externalUserId: "u"}) { userId } }`, "user_already_exists")
	x.graph(master, `mutation { authorize(input: {userId: "none"}) { accessToken } }`, "user_does_not_exist")
	var users struct {
		Data struct {
			Users struct {
				Edges []struct{ Node struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(x.graph(master, `{ users { edges { node { id } } } }`, "")), &users); err != nil || len(users.Data.Users.Edges) != 1 {
		x.Fatalf("%v: %+v", err, users)
	}
	var authorized struct {
		Data struct{ Authorize struct{ AccessToken string } }
	}
	if err := json.Unmarshal([]byte(x.graph(master, fmt.Sprintf(`mutation { authorize(input: {userId: %q}) { accessToken } }`, users.Data.Users.Edges[0].Node.ID), "")), &authorized); err != nil {
		x.Fatal(err)
	}
	user := authorized.Data.Authorize.AccessToken
	x.graph(user, `{ users { edges { node { id } } } }`, "access_not_allowed")
	x.graph(user, fmt.Sprintf(`mutation { createSolutionInstance(input: {solutionId: %q, instanceName: "I"}) { solutionInstance { id } } }`, solution), "")
	x.graph(master, fmt.Sprintf(`mutation { exportProject(input: {projectId: %q, exportSolution: true}) { exportedProjectJson } }`, project), "")
	x.as(user, 401, "GET", "/core/v1/connectors", "", "")
	x.as("not-a-token", 401, "POST", "/graphql", `{"query":"{viewer{details{name}}}"}`, "")
	x.must(403, "POST", "/graphql", `{"query":"{viewer{details{name}}}"}`, "")
	x.as(master, 200, "PATCH", "/_sandbox/options", `{"rate":0.001,"burst":1}`, "")
	x.graph(master, `{ viewer { details { name } } }`, "")
	x.graph(master, `{ viewer { details { name } } }`, "Rate limit exceeded")
	x.as(master, 200, "PATCH", "/_sandbox/options", `{"rate":0}`, "")
}
