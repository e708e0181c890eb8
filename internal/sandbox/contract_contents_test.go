package sandbox_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// contents makes every operation on what workspaces hold succeed, and some be refused.
func (x *exchange) contents(workspace, contributor, viewer string) {
	x.services(workspace)
	x.agents(workspace)
	authentication := x.authentications(workspace)
	x.connectors(workspace, authentication)
	x.subscriptions(authentication)
	x.apiUsers(workspace, contributor, viewer)
}

func (x *exchange) agents(workspace string) {
	groups := "/core/v1/workspaces/" + workspace + "/on-prem-agent-groups"
	group := groups + "/" + x.must(200, "POST", groups, `{"name":"Hall"}`, "id")
	x.must(200, "GET", groups+"?first=1", "", "")
	agent := group + "/agents/" + x.must(200, "POST", group+"/agents", `{"name":"One"}`, "id")
	x.must(200, "GET", group+"/agents?last=5", "", "")
	x.must(200, "PATCH", agent, `{"enabled":false}`, "")
	x.must(200, "PATCH", agent, `{}`, "")
	x.must(200, "GET", agent, "", "")
	x.must(409, "DELETE", group, "", "")
	x.must(413, "POST", group+"/agents", `{"name":"`+strings.Repeat("n", 70_000)+`"}`, "")
	x.must(204, "DELETE", agent, "", "")
	x.must(404, "GET", agent, "", "")
	x.must(204, "DELETE", group, "", "")
	x.must(404, "DELETE", group, "", "")
}

// environment is that of a public service.
func (x *exchange) environment(service string) string {
	_, text := x.send(x.token, "GET", "/core/v1/services/"+service+"/versions/1/environments", "")
	var list struct{ Elements []struct{ ID string } }
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Elements) != 1 {
		x.Fatalf("%s: %v", text, err)
	}
	return list.Elements[0].ID
}

const smsCredentials = `"credentials":{"account_sid":"AC1","auth_token":"t"}`

func (x *exchange) authentications(workspace string) string {
	x.must(200, "POST", "/_sandbox/ui/authentications", `{"owner":"owner@example.com","workspace":"`+workspace+`","name":"Theirs","serviceEnvironmentId":"`+x.environment("twilio")+`",`+smsCredentials+`}`, "")
	x.must(200, "GET", "/management/v1/workspaces/"+workspace+"/authentications?first=1", "", "")
	id := x.must(200, "POST", "/core/v1/authentications", `{"name":"SMS","serviceEnvironmentId":"`+x.environment("twilio")+`",`+smsCredentials+`,"scopes":["a"]}`, "id")
	one := "/core/v1/authentications/" + id
	x.must(200, "GET", one, "", "")
	x.must(200, "PUT", one, `{"name":"Texts",`+smsCredentials+`,"userData":{}}`, "")
	x.must(200, "GET", one+"/full?forceRefresh=true", "", "")
	x.must(400, "PUT", one, `{"name":"Texts","credentials":{"account_sid":5,"auth_token":"t"}}`, "")
	gone := "/core/v1/authentications/" + x.must(200, "POST", "/core/v1/authentications", `{"name":"Gone","serviceEnvironmentId":"`+x.environment("twilio")+`",`+smsCredentials+`}`, "id")
	x.must(204, "DELETE", gone, "", "")
	x.must(404, "GET", gone+"/full", "", "")
	return id
}

// source is a connector that can be deployed.
func (x *exchange) source(name string) string {
	x.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create("connector.json")
	if err == nil {
		_, err = fmt.Fprintf(f, `{"name":%q,"version":"1.0","title":"T","service":{"name":"twilio","version":"1"}}`, name)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		x.Fatal(err)
	}
	return `{"connectorSourceCode":"` + base64.StdEncoding.EncodeToString(b.Bytes()) + `"}`
}

func (x *exchange) connectors(workspace, authentication string) {
	const deploy, share, old = "/cdk/v1/deployments/connectors/acme-x/versions/1.0/", "/cdk/v1/permissions/connectors/acme-x/versions/1.0/", "/internal/v1/connectors/acme-x/versions/1.0/"
	const managed = "/management/v1/connectors/acme-x/versions/1.0"
	x.must(200, "GET", "/management/v1/organization/connector-namespace", "", "")
	x.must(200, "PUT", "/management/v1/organization/connector-namespace", `{"namespace":"acme"}`, "")
	x.must(409, "PUT", "/management/v1/organization/connector-namespace", `{"namespace":"other"}`, "")
	id := x.must(200, "POST", deploy+"deploy-connector-from-source", x.source("acme-x"), "id")
	if again := x.must(200, "POST", old+"deployments/deploy-connector-from-source", x.source("acme-x"), "id"); again != id {
		x.Errorf("a second deployment has the id %s, want the running one's %s", again, id)
	}
	x.must(409, "DELETE", managed, "", "")
	x.must(200, "POST", "/_sandbox/clock", `{"advance":"1m"}`, "")
	x.must(200, "GET", deploy+"latest", "", "")
	x.must(200, "GET", old+"deployments/"+id, "", "")
	x.must(200, "POST", share+"share-with-emails", `{"emails":["carl@example.com"]}`, "")
	x.must(200, "POST", old+"permissions/share-with-emails", `{"emails":["kim@example.com"]}`, "")
	x.must(200, "POST", old+"permissions/share-with-workspaces", `{"workspaceIds":["`+workspace+`"]}`, "")
	x.must(204, "PUT", managed+"/shares/workspaces/"+workspace, "", "")
	x.must(200, "GET", managed+"/shares?first=2", "", "")
	x.must(204, "DELETE", managed+"/shares/workspaces/"+workspace, "", "")
	x.must(204, "DELETE", managed+"/shares/emails/carl@example.com", "", "")
	x.must(404, "DELETE", managed+"/shares/emails/carl@example.com", "", "")
	x.must(200, "GET", managed, "", "")
	x.must(204, "POST", "/_sandbox/ui/connectors/acme-x/versions/1.0/fail", `{"text":"npm"}`, "")
	x.must(200, "GET", managed, "", "")
	x.must(200, "GET", "/management/v1/connectors", "", "")
	x.must(200, "GET", "/core/v1/connectors", "", "")
	x.must(200, "GET", "/core/v1/connectors/twilio/versions/4.0/operations", "", "")
	call := "/core/v1/connectors/twilio/versions/4.0/call"
	for outcome, body := range map[string]string{"success": `,"authId":"` + authentication + `"`, "error": ``} {
		if got := x.must(200, "POST", call, `{"operation":"get_account","input":{}`+body+`}`, "outcome"); got != outcome {
			x.Errorf("the outcome of %q is %s, want %s", body, got, outcome)
		}
	}
	x.must(404, "POST", call, `{"operation":"none","input":{}}`, "")
	x.must(204, "DELETE", managed, "", "")
	x.must(404, "GET", deploy+"latest", "", "")
}

func (x *exchange) subscriptions(authentication string) {
	x.must(200, "GET", "/core/v1/triggers", "", "")
	x.must(200, "GET", "/core/v1/triggers/scheduled/versions/3.5/operations", "", "")
	body := `{"name":"S","trigger":{"name":"twilio-trigger","version":"1.2"},"operation":"sms_received","input":{"phone_number":"1"},"endpoint":"https://example.com"`
	one := "/core/v1/subscriptions/" + x.must(200, "POST", "/core/v1/subscriptions", body+`,"authenticationId":"`+authentication+`","externalId":"e"}`, "id")
	if state := x.must(200, "POST", "/core/v1/subscriptions", body+`}`, "state"); state != "creation_failed" {
		x.Errorf("without an authentication it is %s", state)
	}
	x.must(200, "GET", "/core/v1/subscriptions?first=1", "", "")
	x.must(200, "GET", one, "", "")
	x.must(204, "DELETE", one, "", "")
	x.must(200, "GET", one, "", "")
	x.must(404, "DELETE", one, "", "")
}

func (x *exchange) apiUsers(workspace, contributor, viewer string) {
	users := "/management/v1/workspaces/" + workspace + "/api-users"
	body := `{"name":"Pipeline","workspaceRoleId":"` + contributor + `"}`
	user := users + "/" + x.must(201, "POST", users, body, "id")
	x.must(409, "POST", users, body, "")
	x.must(200, "GET", users+"?first=1", "", "")
	x.must(200, "PATCH", user, `{"name":"Builds","workspaceRoleId":"`+viewer+`"}`, "")
	x.must(200, "GET", user, "", "")
	token := user + "/tokens/" + x.must(201, "POST", user+"/tokens", `{"name":"ci","expires":"2999-01-01T00:00:00Z"}`, "id")
	x.must(409, "POST", user+"/tokens", `{"name":"ci"}`, "")
	x.must(400, "POST", user+"/tokens", `{"name":"old","expires":"2001-01-01T00:00:00Z"}`, "")
	x.must(200, "GET", user+"/tokens", "", "")
	x.must(200, "GET", token, "", "")
	x.must(204, "DELETE", token, "", "")
	x.must(404, "GET", token, "", "")
	x.must(204, "DELETE", user, "", "")
	x.must(404, "GET", user, "", "")
}

// bodies are the least that operations on what workspaces hold take.
func (x *exchange) bodies() map[string]string {
	id := "00000000-0000-4000-8000-000000000001"
	source, emails := `{"connectorSourceCode":"UEs="}`, `{"emails":[]}`
	return map[string]string{
		"createAgentGroup": `{"name":"N"}`, "createAgent": `{"name":"N"}`, "updateAgent": `{}`,
		"createAuthentication": `{"name":"N","serviceEnvironmentId":"x"}`, "updateAuthentication": `{"name":"N","credentials":{}}`,
		"callConnector": `{"operation":"o","input":{}}`, "deployConnector": source, "deployConnectorOfOldClient": source,
		"shareConnectorWithEmails": emails, "shareConnectorWithEmailsOfOldClient": emails, "shareConnectorWithWorkspacesOfOldClient": `{"workspaceIds":[]}`,
		"createSubscription":    `{"name":"S","trigger":{"name":"t","version":"1.0"},"operation":"o","input":{},"endpoint":"https://example.com"}`,
		"setConnectorNamespace": `{"namespace":"acme"}`, "createApiUser": `{"name":"N","workspaceRoleId":"` + id + `"}`,
		"updateApiUser": `{"name":"N"}`, "createApiToken": `{"name":"N"}`,
		"createProject": `{"name":"N"}`, "updateProject": `{"name":"N"}`, "createProjectVersion": `{"title":"T"}`, "embeddedGraphql": `{"query":"{viewer{details{name}}}"}`,
		"getProjectImportRequirements": `{"exportedProjectJson":{},"connectorMapping":[],"serviceMapping":[]}`,
		"previewProjectImport":         noImport, "importProject": noImport,
	}
}
