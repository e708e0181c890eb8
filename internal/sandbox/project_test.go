package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// promotion is two projects in workspaces of their own, with an authentication in each.
type promotion struct {
	*world
	dev, prod         string // projects
	devAuth, prodAuth string
}

func newPromotion(w *world) promotion {
	w.Helper()
	p := promotion{world: w}
	place := func(workspace, name string) (project, authentication string) {
		w.addWorkspace(workspace)
		project = w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": workspace, "name": name}).id(w)
		return project, w.must(200, "POST", "/_sandbox/ui/authentications", object{"owner": "owner@example.com", "workspace": workspace, "name": "SMS of " + workspace,
			"serviceEnvironmentId": w.publicEnvironment("twilio"), "credentials": twilio}).id(w)
	}
	p.dev, p.devAuth = place("Development", "Orders")
	p.prod, p.prodAuth = place("Production", "Orders live")
	return p
}

// build makes a workflow that texts somebody.
func (p promotion) build(project, title, message string) string {
	p.Helper()
	steps := []object{{"connector": "webhook", "operation": "webhook"}, {"connector": "http-client", "operation": "get_request", "properties": object{"url": message}}}
	if project == p.dev {
		steps = append(steps, object{"connector": "twilio", "operation": "send_sms", "authentication": p.devAuth})
	}
	return p.must(201, "POST", "/_sandbox/ui/projects/"+project+"/workflows", object{"title": title, "enabled": true, "steps": steps}).id(p)
}

// export makes a version and exports it.
func (p promotion) export(project, number string) string {
	p.Helper()
	p.must(201, "POST", "/core/v1/projects/"+project+"/versions/"+number, object{"title": "V" + number})
	return p.must(200, "GET", "/core/v1/projects/"+project+"/versions/"+number+"/export", nil).body
}

// importing is the body of an import, with what is to be resolved.
func (p promotion) importing(document string) string {
	return fmt.Sprintf(`{"exportedProjectJson":%s,"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[{"authExportId":%q,"authenticationId":%q}]}`,
		document, p.devAuth, p.prodAuth)
}

func (p promotion) imports(document string) importResult {
	p.Helper()
	return into[importResult](p, p.must(200, "POST", "/core/v1/projects/"+p.prod+"/imports", p.importing(document)))
}

func namesOf(all []workflowChange) string {
	var names []string
	for _, one := range all {
		names = append(names, one.Name)
	}
	return strings.Join(names, ", ")
}

func TestImport_overwritesAndRecognisesWorkflowsAcrossImports(t *testing.T) {
	p := newPromotion(newWorld(t))
	keep, drop := p.build(p.dev, "Keep", "a"), p.build(p.dev, "Drop", "b")
	_ = drop
	first := p.imports(p.export(p.dev, "1.0"))
	if got := namesOf(first.Project.Workflows.Created); got != "Keep, Drop" {
		t.Fatalf("the first import made %s", got)
	}
	p.must(204, "PATCH", "/_sandbox/ui/projects/"+p.dev+"/workflows/Keep", object{"title": "Kept"})
	p.must(204, "DELETE", "/_sandbox/ui/projects/"+p.dev+"/workflows/Drop", nil)
	p.build(p.dev, "New", "c")
	second := p.imports(p.export(p.dev, "2.0")).Project.Workflows
	if namesOf(second.Created) != "New" || namesOf(second.Updated) != "Kept" || namesOf(second.Removed) != "Drop" {
		t.Errorf("the second import did %+v", second)
	}
	if second.Updated[0].ID != first.Project.Workflows.Created[0].ID || second.Updated[0].ImportedFrom != keep {
		t.Errorf("%+v is another workflow than %+v", second.Updated[0], first.Project.Workflows.Created[0])
	}
	if again := p.imports(p.export(p.dev, "3.0")).Project; !again.Workflows.none() || len(again.Config.Updated) != 0 {
		t.Errorf("the same again did %+v", again)
	}
}

// Some tools leave out what they do not know; an export of the project itself is still one.
func TestImport_recognisesItsOwnExportWithoutGroups(t *testing.T) {
	p := newPromotion(newWorld(t))
	p.build(p.dev, "Keep", "a")
	p.imports(p.export(p.dev, "1.0"))
	d, err := parsedObject([]byte(p.export(p.prod, "1.0")))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range elements(d, "workflows") {
		delete(one.(tree), "group")
	}
	body := fmt.Sprintf(`{"exportedProjectJson":%s,"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[]}`, encode(d))
	if got := into[importResult](t, p.must(200, "POST", "/core/v1/projects/"+p.prod+"/imports/previews", body)); !got.Project.Workflows.none() {
		t.Errorf("it would do %+v", got.Project.Workflows)
	}
}
