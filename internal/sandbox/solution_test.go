package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// slots are what the solution has from now on.
func (p partner) slots(all ...object) {
	p.Helper()
	p.must(200, "PUT", "/_sandbox/ui/projects/"+p.project+"/solution", object{"slots": all})
}

// slotWith is a slot with changes.
func slotWith(slot object, changes object) object {
	all := object{}
	for _, from := range []object{slot, changes} {
		for name, value := range from {
			all[name] = value
		}
	}
	return all
}

func TestSolution_impactOfARelease(t *testing.T) {
	channel, sms := testSlots[0], testSlots[1]
	for name, c := range map[string]struct {
		slots                  []object
		breaking, user, system bool
		changes                string // codes, by slot
	}{
		"nothing":           {[]object{channel, sms}, false, false, false, ""},
		"title":             {[]object{slotWith(channel, object{"title": "Where"}), sms}, false, false, false, "updated external_channel TITLE_CHANGED"},
		"type":              {[]object{slotWith(channel, object{"value_type": "number"}), sms}, true, false, false, "updated external_channel TYPE_CHANGED"},
		"default goes":      {[]object{slotWith(channel, object{"default_value": nil}), sms}, true, true, false, "updated external_channel DEFAULT_CHANGED INPUT_REQUIRED"},
		"hidden and empty":  {[]object{slotWith(channel, object{"default_value": nil, "hidden": true}), sms}, true, false, true, "updated external_channel VISIBILITY_CHANGED DEFAULT_CHANGED INPUT_REQUIRED"},
		"new with default":  {[]object{channel, sms, {"type": "config", "external_id": "new", "title": "N", "default_value": 1}}, false, false, false, "created new"},
		"new and empty":     {[]object{channel, sms, {"type": "config", "external_id": "new", "title": "N"}}, true, true, false, "created new INPUT_REQUIRED"},
		"new authorization": {[]object{channel, sms, {"type": "auth", "external_id": "new", "title": "N", "service_name": "slack", "service_version": 2, "hidden": true}}, true, false, true, "created new INPUT_REQUIRED"},
		"another service":   {[]object{channel, slotWith(sms, object{"service_name": "slack"})}, true, false, false, "updated external_sms SERVICE_CHANGED"},
		"more scopes":       {[]object{channel, slotWith(sms, object{"scopes": []string{"a"}})}, true, false, false, "updated external_sms SCOPES_ADDED"},
		"one goes":          {[]object{channel}, false, false, false, "removed external_sms"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPartner(t)
			p.slots(c.slots...)
			releases := "/core/v1/solutions/" + p.solution + "/releases"
			preview := into[release](t, p.must(200, "POST", releases+"/previews", nil))
			done := into[release](t, p.must(201, "POST", releases, nil))
			if preview.ID != "" || done.ID == "" {
				t.Errorf("the ids are %q and %q", preview.ID, done.ID)
			}
			for what, got := range map[string]release{"preview": preview, "release": done} {
				if got.Breaking != c.breaking || got.UserInput != c.user || got.SystemInput != c.system || said(got.slotImpact) != c.changes {
					t.Errorf("the %s is %+v: %s", what, got, said(got.slotImpact))
				}
			}
			newer := fmt.Sprint(c.breaking)
			if got := p.does(p.token, `{ viewer { solutionInstances { edges { node { solutionVersionFlags { hasNewerVersion } } } } } }`, nil,
				"viewer", "solutionInstances", "edges", "node", "solutionVersionFlags", "hasNewerVersion"); got != newer {
				t.Errorf("the instance has a newer version: %s, want %s", got, newer)
			}
		})
	}
}

// said are the changes of slots in short.
func said(i slotImpact) string {
	var all []string
	for _, s := range []slotChanges{i.Auths, i.Configs} {
		for what, slots := range map[string][]slotBody{"created": s.Created, "updated": s.Updated, "removed": s.Removed} {
			for _, one := range slots {
				words := []string{what, one.ExternalID}
				for _, c := range one.Changes {
					words = append(words, c.Code)
				}
				all = append(all, strings.Join(words, " "))
			}
		}
	}
	return strings.Join(all, "; ")
}

func TestSolution_instancesUpgradeWithTheirInput(t *testing.T) {
	p := newPartner(t)
	p.slots(testSlots[0], slotWith(testSlots[1], object{"scopes": []string{"a"}}))
	p.must(201, "POST", "/core/v1/solutions/"+p.solution+"/releases", nil)
	const upgrade = `mutation($i: ID!, $a: [AuthValue!]) { upgradeSolutionInstance(input: {solutionInstanceId: $i, authValues: $a, instanceName: "Up", clientMutationId: "m"}) {
		clientMutationId solutionInstance { name authValues { authId } solutionVersionFlags { hasNewerVersion } } } }`
	if got := p.graph(p.token, upgrade, object{"i": p.instance}); len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, "external_sms") {
		t.Errorf("without input: %+v", got)
	}
	got := p.does(p.token, upgrade, object{"i": p.instance, "a": object{"externalId": "external_sms", "authId": p.auth}}, "upgradeSolutionInstance")
	if want := `{"clientMutationId":"m","solutionInstance":{"authValues":[{"authId":"` + p.auth + `"}],"name":"Up","solutionVersionFlags":{"hasNewerVersion":false}}}`; got != want {
		t.Errorf("with input: %s, want %s", got, want)
	}
}

func TestSolution_isKeptWhileItIsInUse(t *testing.T) {
	p := newPartner(t)
	p.set(object{"instance_delay": "2s"})
	enable := `mutation { updateSolutionInstance(input: {solutionInstanceId: "` + p.instance + `", enabled: true}) { solutionInstance { enabled } } }`
	if got := p.graph(p.token, enable, nil); len(got.Errors) != 1 {
		t.Errorf("too early it is enabled: %+v", got)
	}
	p.advance("2s")
	p.does(p.token, enable, nil)
	empty := p.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Embedded", "name": "Empty"}).id(t)
	p.must(201, "POST", "/core/v1/projects/"+empty+"/versions/1", object{"title": "E"})
	body := withoutResolution(p.must(200, "GET", "/core/v1/projects/"+empty+"/versions/1/export", nil).body, "")
	imports := "/core/v1/projects/" + p.project + "/imports"
	p.refuses([]refused{
		{"import without it", "POST", imports, body, 409, "The solution of the project is in use"},
		{"preview of that", "POST", imports + "/previews", body, 409, "The solution of the project is in use"},
		{"deletion", "DELETE", "/management/v1/projects/" + p.project + "?contents=delete", nil, 409, "The solution of the project is in use"},
	})
	p.does(p.token, strings.Replace(enable, "true", "false", 1), nil)
	if got := into[importResult](t, p.must(200, "POST", imports, body)).Solution; got == nil || got.ChangeType != "Deleted" {
		t.Errorf("the import did %+v", got)
	}
	if got := p.does(p.token, `{ viewer { solutionInstances { totalCount } } }`, nil, "viewer", "solutionInstances", "totalCount"); got != "0" {
		t.Errorf("%s instances are left", got)
	}
}

func TestSolution_isImportedAsADraft(t *testing.T) {
	p := newPartner(t)
	to := p.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Embedded", "name": "Live"}).id(t)
	n := 0
	imports := func() *solutionImportImpact {
		n++
		p.must(201, "POST", fmt.Sprintf("/core/v1/projects/%s/versions/%d", p.project, n), object{"title": "V"})
		body := withoutResolution(p.must(200, "GET", fmt.Sprintf("/core/v1/projects/%s/versions/%d/export", p.project, n), nil).body, "")
		said := into[importResult](t, p.must(200, "POST", "/core/v1/projects/"+to+"/imports/previews", body))
		did := into[importResult](t, p.must(200, "POST", "/core/v1/projects/"+to+"/imports", body))
		if encode(said) != encode(did.withoutNewIDs()) {
			t.Errorf("the preview said %s, the import did %s", encode(said), encode(did))
		}
		return did.Solution
	}
	made := imports()
	if made == nil || made.ChangeType != "Created" || made.Breaking || made.UserInput || made.ID == "" || made.ID == p.solution {
		t.Fatalf("the first import did %+v", made)
	}
	state := func() string {
		return into[struct{ Elements []managedSolution }](t, p.must(200, "GET", "/management/v1/workspaces/"+p.workspaceOf(to)+"/solutions", nil)).Elements[1].State
	}
	if got := state(); got != "Draft" {
		t.Errorf("it is %s", got)
	}
	p.must(201, "POST", "/core/v1/solutions/"+made.ID+"/releases", nil)
	if again := imports(); again != nil || state() != "Live" {
		t.Errorf("the same again did %+v: %s", again, state())
	}
	p.must(201, "POST", "/_sandbox/ui/projects/"+to+"/workflows", object{"title": "More", "steps": []object{{"connector": "webhook", "operation": "webhook"}}})
	if got := state(); got != "Changed" { // no slot tells
		t.Errorf("with another workflow it is %s", got)
	}
	p.slots(testSlots[0], slotWith(testSlots[1], object{"service_name": "slack"}))
	if got := imports(); got == nil || got.ChangeType != "Updated" || !got.Breaking || state() != "Changed" {
		t.Errorf("a breaking change did %+v: %s", got, state())
	}
}

func (p partner) workspaceOf(id string) string {
	p.Helper()
	return into[project](p, p.must(200, "GET", "/management/v1/projects/"+id, nil)).Workspace
}

func TestGraph_exportsAndImports(t *testing.T) {
	p := newPartner(t)
	master := p.sandbox.OwnerToken()
	document := p.does(master, `mutation($id: ID!) { exportProject(input: {projectId: $id}) { exportedProjectJson } }`, object{"id": p.project}, "exportProject", "exportedProjectJson")
	if strings.Contains(document, `"solution"`) || !strings.Contains(document, `"version":null`) {
		t.Errorf("the export is %s", document)
	}
	p.must(200, "PATCH", "/_sandbox/ui/projects/"+p.project, object{"config": object{"a": 1}})
	if got := p.does(master, `mutation($id: ID!) { exportProjectConfig(input: {projectId: $id}) { exportProjectConfigJson } }`, object{"id": p.project}, "exportProjectConfig", "exportProjectConfigJson"); got != `{"a":1}` {
		t.Errorf("the config is %s", got)
	}
	to := p.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Embedded", "name": "Copy"}).id(t)
	const imports = `mutation($j: String!, $to: ID!, $c: String) { importProject(input: {exportedProjectJson: $j, targetProjectId: $to, configJson: $c, clientMutationId: "i"}) { clientMutationId } }`
	if got := p.does(master, imports, object{"j": document, "to": to}, "importProject", "clientMutationId"); got != "i" {
		t.Errorf("the import answers %s", got)
	}
	if got := p.graph(master, imports, object{"j": document, "to": to, "c": `{"x":1}`}); len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, "configOverride has x") {
		t.Errorf("a wrong config comes to %+v", got)
	}
	if got := p.graph(master, imports, object{"j": "{}", "to": to}); len(got.Errors) != 1 || !strings.HasPrefix(got.Errors[0].Message, "Exported structure validation failed") {
		t.Errorf("no document comes to %+v", got)
	}
	p.exchangesWorkflows(to)
}

// exchangesWorkflows takes one from the project to another.
func (p partner) exchangesWorkflows(to string) {
	p.Helper()
	master := p.sandbox.OwnerToken()
	of := func(project string) (id, title string) {
		for _, w := range into[struct{ Workflows []stateWorkflow }](p, p.must(200, "GET", "/_sandbox/state", nil)).Workflows {
			if w.Project == project {
				id, title = w.ID, w.Title
			}
		}
		return id, title
	}
	from, _ := of("Notify")
	target, _ := of("Copy")
	p.must(204, "PATCH", "/_sandbox/ui/projects/"+p.project+"/workflows/"+from, object{"title": "Renamed"})
	workflows := p.does(master, `mutation($id: [ID!]!) { exportWorkflows(input: {workflowIds: $id}) { exportedWorkflowsJson } }`, object{"id": from}, "exportWorkflows", "exportedWorkflowsJson")
	p.does(master, `mutation($j: String!, $to: [ID!]) { importWorkflows(input: {exportedWorkflowsJson: $j, targetWorkflowIds: $to}) { clientMutationId } }`, object{"j": workflows, "to": []string{target}})
	if id, title := of("Copy"); id != target || title != "Renamed" {
		p.Errorf("the target is %s, %s", id, title)
	}
	if got := p.graph(master, `mutation($j: String!) { importWorkflows(input: {exportedWorkflowsJson: $j, targetWorkflowIds: []}) { clientMutationId } }`, object{"j": workflows}); len(got.Errors) != 1 {
		p.Errorf("too few targets come to %+v", got)
	}
}

func TestGraph_callsConnectors(t *testing.T) {
	p := newPartner(t)
	const call = `mutation($a: String) { callConnector(input: {connector: "twilio", version: "4.0", operation: "get_account", authId: $a, input: "{}"}) { output } }`
	if got := p.does(p.token, call, object{"a": p.auth}, "callConnector", "output"); !strings.HasPrefix(got, "{") {
		t.Errorf("the output is %s", got)
	}
	if got := p.graph(p.token, call, nil); len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, "needs an authentication") {
		t.Errorf("without an authentication: %+v", got)
	}
	if got := p.graph(p.sandbox.OwnerToken(), call, object{"a": p.auth}); len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != codeNotThere {
		t.Errorf("a master token uses an end user's authentication: %+v", got)
	}
	p.does(p.token, `mutation { removeAuthentication(input: {authenticationId: "`+p.auth+`"}) { clientMutationId } }`, nil)
	if got := p.does(p.token, `{ viewer { authentications { edges { node { id } } } } }`, nil, "viewer", "authentications", "edges"); got != "[]" {
		t.Errorf("left are %s", got)
	}
}

// A reset leaves nothing of projects and Embedded, and makes the same ids again.
func TestSolution_resetTakesAllAlong(t *testing.T) {
	p := newPartner(t)
	p.must(201, "POST", "/core/v1/projects/"+p.project+"/versions/1", object{"title": "V"})
	p.must(204, "POST", "/_sandbox/reset", nil)
	if got := p.as(p.token, "POST", "/graphql", object{"query": "{viewer{details{name}}}"}); got.status != 401 {
		t.Errorf("an old token answers %d", got.status)
	}
	state := into[map[string]any](t, p.must(200, "GET", "/_sandbox/state", nil))
	for _, name := range []string{"projects", "workflows", "projectVersions", "solutions", "endUsers", "endUserAuthentications", "solutionInstances"} {
		if all, is := state[name].([]any); !is || len(all) > 0 {
			t.Errorf("the %s are %v", name, state[name])
		}
	}
	if project, solution := p.solved(); project != p.project || solution != p.solution {
		t.Error("after a reset ids are others")
	}
}
