package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

// graphReply is an answer of GraphQL.
type graphReply struct {
	Data   map[string]json.RawMessage
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

// graph sends a document, with a variable for each pair that follows.
func (w *world) graph(token, query string, variables object) graphReply {
	w.Helper()
	got := w.as(token, "POST", "/graphql", object{"query": query, "variables": variables})
	if got.status != 200 {
		w.Fatalf("%s answered %d %s", query, got.status, got.body)
	}
	return into[graphReply](w, got)
}

// does sends a document that succeeds, and returns a field of what it answers.
func (w *world) does(token, query string, variables object, path ...string) string {
	w.Helper()
	got := w.graph(token, query, variables)
	if len(got.Errors) > 0 {
		w.Fatalf("%s came to %+v", query, got.Errors)
	}
	var value any
	raw, _ := json.Marshal(got.Data)
	_ = json.Unmarshal(raw, &value)
	for _, name := range path {
		switch v := value.(type) {
		case object:
			value = v[name]
		case []any:
			if len(v) == 0 {
				w.Fatalf("%s of %s is empty", name, raw)
			}
			value = v[0].(object)[name]
		}
	}
	text, is := value.(string)
	if !is {
		raw, _ := json.Marshal(value)
		text = string(raw)
	}
	return text
}

// slots of a solution that is released in tests.
var testSlots = []object{
	{"id": "b1f0a3c2-9f0f-4b52-9f0f-0a1b2c3d4e5f", "type": "config", "external_id": "external_channel", "title": "Channel", "value_type": "string", "default_value": "general"},
	{"type": "auth", "external_id": "external_sms", "title": "SMS", "service_name": "twilio", "service_version": 1, "scopes": []string{}},
}

// solved is a project with a solution that is released.
func (w *world) solved() (projectID, solutionID string) {
	w.Helper()
	projectID = w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Embedded", "name": "Notify"}).id(w)
	w.must(201, "POST", "/_sandbox/ui/projects/"+projectID+"/workflows", object{"title": "On call", "steps": []object{{"connector": "webhook", "operation": "webhook"}}})
	solutionID = w.must(201, "PUT", "/_sandbox/ui/projects/"+projectID+"/solution", object{"title": "Notify", "description": "Tells people",
		"tags": []string{"prod"}, "customFields": []object{{"key": "plan", "value": "gold"}}, "slots": testSlots}).id(w)
	w.must(201, "POST", "/core/v1/solutions/"+solutionID+"/releases", nil)
	return projectID, solutionID
}

func TestGraph_lifeOfAnInstance(t *testing.T) {
	w := newWorld(t, embedded)
	master := w.sandbox.OwnerToken()
	_, solution := w.solved()
	user := w.does(master, `mutation { createExternalUser(input: {externalUserId: "u1", name: "Una"}) { userId } }`, nil, "createExternalUser", "userId")
	token := w.does(master, `mutation($id: ID!) { authorize(input: {userId: $id}) { accessToken } }`, object{"id": user}, "authorize", "accessToken")
	if len(token) != 64 {
		t.Errorf("the token has %d characters", len(token))
	}
	w.advance("47h59m")
	environment := w.publicEnvironment("twilio")
	service, _ := findPublicService("twilio")
	auth := w.does(token, `mutation($s: String!, $e: String!, $d: Json!) { createUserAuthentication(input: {name: "Mine", serviceId: $s, serviceEnvironmentId: $e, data: $d}) { authenticationId } }`,
		object{"s": service.reference().ID, "e": environment, "d": encode(twilio)}, "createUserAuthentication", "authenticationId")
	instance := w.does(token, `mutation($s: ID!, $a: [AuthValue!]!) { createSolutionInstance(input: {solutionId: $s, instanceName: "I", authValues: $a, configValues: {externalId: "external_channel", value: "\"sales\""}}) {
		solutionInstance { id enabled } } }`, object{"s": solution, "a": []object{{"externalId": "external_sms", "authId": auth}}}, "createSolutionInstance", "solutionInstance", "id")
	shown := w.does(token, `query($id: String) { viewer { mine: solutionInstances(criteria: {id: $id}) { totalCount edges { node { ...all } } } } }
		fragment all on SolutionInstance { __typename name enabled owner created configValues { externalId value } authValues { authId }
			workflows { edges { node { sourceWorkflowName triggerUrl } } } solution { title customFields { key value } configSlots { defaultValue } } solutionVersionFlags { hasNewerVersion } }`,
		object{"id": instance}, "viewer", "mine", "edges", "node")
	for _, want := range []string{`"__typename":"SolutionInstance"`, `"enabled":false`, `"value":"\"sales\""`, `"defaultValue":"\"general\""`, `.trayapp.io"`, `"created":"2026-11-23T11:59:00.000Z"`, auth} {
		if !strings.Contains(shown, want) {
			t.Errorf("it is shown without %s: %s", want, shown)
		}
	}
	w.does(token, `mutation { updateSolutionInstance(input: {solutionInstanceId: "`+instance+`", enabled: true}) { clientMutationId } }`, nil)
	w.does(master, `mutation { removeExternalUser(input: {userId: "`+user+`", clientMutationId: "m"}) { clientMutationId } }`, nil)
	if got := w.as(token, "POST", "/graphql", object{"query": "{viewer{details{name}}}"}); got.status != 401 || got.body != `{"message":"Unauthorized"}` {
		t.Errorf("a removed user's token answers %d %s", got.status, got.body)
	}
	if got := w.must(200, "GET", "/_sandbox/state", nil).body; strings.Contains(got, "s3cret") || strings.Contains(got, token) {
		t.Error("the state shows a secret")
	}
	if got := w.must(200, "GET", "/_sandbox/timeline", nil).body; strings.Contains(got, "s3cret") || strings.Contains(got, token) {
		t.Error("the timeline shows a secret")
	}
}
