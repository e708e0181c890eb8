package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// withoutResolution is an import that resolves nothing, with more fields.
func withoutResolution(document, more string) string {
	return fmt.Sprintf(`{"exportedProjectJson":%s,"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[]%s}`, document, more)
}

// custom deploys a connector and builds a workflow with it.
func (p promotion) custom(name string) {
	p.Helper()
	p.must(200, "POST", "/_sandbox/ui/connectors/"+name+"/versions/1.0/deployments", object{})
	p.advance("1m")
	p.must(201, "POST", "/_sandbox/ui/projects/"+p.dev+"/workflows", object{"title": "Custom", "steps": []object{{"connector": name, "operation": "x"}}})
}

func TestImport_refusesWithAllThatIsMissingAtOnce(t *testing.T) {
	p := newPromotion(newWorld(t))
	p.build(p.dev, "Text", "a")
	p.custom("acme-crm")
	p.must(200, "PATCH", "/_sandbox/ui/projects/"+p.dev, object{"config": object{"channel": "#dev", "limit": 5}})
	document := p.export(p.dev, "1.0")
	p.must(204, "DELETE", "/management/v1/connectors/acme-crm/versions/1.0", nil)
	for _, path := range []string{"/imports/previews", "/imports"} {
		got := p.must(400, "POST", "/core/v1/projects/"+p.prod+path, withoutResolution(document, `,"configOverride":{"limit":"many","more":1}`)).body
		for _, want := range []string{"the connector acme-crm 1.0 is not available here: map it", "SMS of Development (authExportId " + p.devAuth + ") for twilio 1 is not resolved",
			"configOverride lacks channel", "limit in configOverride is of the type string, and number in the export", "configOverride has more"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %q: %s", path, want, got)
			}
		}
	}
	p.refuses([]refused{
		{"authentication of another workspace", "POST", "/core/v1/projects/" + p.prod + "/imports", strings.ReplaceAll(p.importing(p.export(p.dev, "1.1")), p.prodAuth, p.devAuth),
			400, "The project cannot be imported: the connector acme-crm 1.0 is not available here: map it; the authentication SMS of Development"},
		{"no list", "POST", "/core/v1/projects/" + p.prod + "/imports", `{"exportedProjectJson":{},"connectorMapping":{},"serviceMapping":[]}`, 400, "Invalid value for: body (expected a list of from and to"},
		{"no mapping", "POST", "/core/v1/projects/" + p.prod + "/imports", `{"exportedProjectJson":{},"serviceMapping":[]}`, 400, "Invalid value for: body (Missing required field at 'connectorMapping')"},
		{"no UUID", "POST", "/core/v1/projects/orders/imports", `{}`, 400, "Invalid value for: path parameter projectId"},
	})
}

func TestImport_mapsConnectorsAndServices(t *testing.T) {
	p := newPromotion(newWorld(t))
	p.custom("acme-crm")
	crm := into[service](t, p.must(201, "POST", "/_sandbox/ui/services", object{"workspace": "Development", "owner": "owner@example.com", "name": "CRM"}))
	ours := into[service](t, p.must(201, "POST", "/_sandbox/ui/services", object{"workspace": "Production", "owner": "owner@example.com", "name": "CRM"}))
	auth := func(workspace string, s service) string {
		type list struct{ Elements []documentedEnvironment }
		env := into[list](p, p.must(200, "GET", "/core/v1/services/"+s.UniqueName+"/versions/1/environments", nil)).Elements[0].ID
		return p.must(200, "POST", "/_sandbox/ui/authentications", object{"owner": "owner@example.com", "workspace": workspace, "name": "CRM", "serviceEnvironmentId": env}).id(p)
	}
	from, to := auth("Development", crm), auth("Production", ours)
	p.must(204, "PATCH", "/_sandbox/ui/projects/"+p.dev+"/workflows/Custom", object{"steps": []object{{"connector": "acme-crm", "operation": "x", "authentication": from}}})
	document := p.export(p.dev, "1.0")
	p.must(200, "POST", "/_sandbox/ui/connectors/acme-crm-live/versions/2.0/deployments", object{})
	p.advance("1m")
	p.must(204, "DELETE", "/management/v1/connectors/acme-crm/versions/1.0", nil)
	mappings := fmt.Sprintf(`"connectorMapping":[{"from":{"name":"acme-crm","version":"1.0"},"to":{"name":"acme-crm-live","version":"2.0"}}],
		"serviceMapping":[{"from":{"name":%q,"version":"1"},"to":{"name":%q,"version":"1"}}]`, crm.UniqueName, ours.UniqueName)
	imports := "/core/v1/projects/" + p.prod + "/imports"
	asking := fmt.Sprintf(`{"exportedProjectJson":%s,%s`, document, mappings)
	needs := into[requirementsBody](t, p.must(200, "POST", imports+"/requirements", asking+"}"))
	if len(needs.Authentications) != 1 || needs.Authentications[0].Service != (nameAndVersion{ours.UniqueName, "1"}) || !needs.Unresolved || needs.Authentications[0].Resolved != nil {
		t.Errorf("it needs %+v", needs)
	}
	p.must(200, "POST", imports, asking+fmt.Sprintf(`,"authenticationResolution":[{"authExportId":%q,"authenticationId":%q}]}`, from, to))
	needs = into[requirementsBody](t, p.must(200, "POST", imports+"/requirements", asking+"}"))
	if needs.Unresolved || needs.Authentications[0].Resolved == nil || needs.Authentications[0].Resolved.ID != to {
		t.Errorf("after an import it needs %+v", needs)
	}
	imported := p.export(p.prod, "1.0")
	for _, want := range []string{`"connector":{"name":"acme-crm-live","version":"2.0"}`, `"group":"` + to + `"`, ours.UniqueName} {
		if !strings.Contains(imported, want) {
			t.Errorf("%s is not in %s", want, imported)
		}
	}
	if strings.Contains(imported, from) || strings.Contains(imported, crm.UniqueName) {
		t.Errorf("what was mapped is still in %s", imported)
	}
}

func TestImport_authenticationsMustFit(t *testing.T) {
	p := newPromotion(newWorld(t))
	p.build(p.dev, "Text", "a")
	slack := p.must(200, "POST", "/_sandbox/ui/authentications", object{"owner": "owner@example.com", "workspace": "Production", "name": "Chat",
		"serviceEnvironmentId": p.publicEnvironment("slack"), "credentials": object{"access_token": "a"}}).id(t)
	document := p.export(p.dev, "1.0")
	for id, want := range map[string]string{slack: "is resolved by Chat, which is for slack 2", p.devAuth: "is resolved by " + p.devAuth + ", which is not in the workspace of the project"} {
		body := strings.ReplaceAll(p.importing(document), `"authenticationId":"`+p.prodAuth, `"authenticationId":"`+id)
		if got := p.must(400, "POST", "/core/v1/projects/"+p.prod+"/imports/previews", body).message(t); !strings.Contains(got, want) {
			t.Errorf("%s: %s", id, got)
		}
	}
	scoped := strings.Replace(document, `"scopes":[]`, `"scopes":["sms:send"]`, 1)
	if got := p.must(400, "POST", "/core/v1/projects/"+p.prod+"/imports", p.importing(scoped)).message(t); !strings.Contains(got, "lacks the scopes sms:send") {
		t.Errorf("with scopes it says %s", got)
	}
	p.imports(document)
	p.must(204, "DELETE", "/_sandbox/ui/authentications/"+p.prodAuth, nil)
	p.must(400, "POST", "/core/v1/projects/"+p.prod+"/imports", withoutResolution(document, ""))
}

func TestImport_configIsOverwrittenOrOverridden(t *testing.T) {
	p := newPromotion(newWorld(t))
	p.must(200, "PATCH", "/_sandbox/ui/projects/"+p.dev, object{"config": object{"channel": "#dev", "list": []any{1, object{"a": nil}}, "same": true}})
	p.must(200, "PATCH", "/_sandbox/ui/projects/"+p.prod, object{"config": object{"channel": "#prod", "old": 1, "same": true}})
	document := p.export(p.dev, "1.0")
	imports := "/core/v1/projects/" + p.prod + "/imports"
	needs := into[requirementsBody](t, p.must(200, "POST", imports+"/requirements", `{"exportedProjectJson":`+document+`,"connectorMapping":[],"serviceMapping":[]}`))
	if !needs.NewKeys || needs.Config["source"]["channel"] != "#dev" || needs.Config["target"]["channel"] != "#prod" {
		t.Errorf("it needs %+v", needs)
	}
	got := into[importResult](t, p.must(200, "POST", imports, withoutResolution(document, ""))).Project.Config
	want := `{"created":[{"key":"list","value":[1,{"a":null}]}],"updated":[{"key":"channel","oldValue":"#prod","newValue":"#dev"}],"removed":[{"key":"old","value":1}]}`
	if encode(got) != want {
		t.Errorf("it did %s, want %s", encode(got), want)
	}
	got = into[importResult](t, p.must(200, "POST", imports, withoutResolution(document, `,"configOverride":{"channel":"#prod","list":[],"same":true}`))).Project.Config
	if len(got.Updated) != 2 || p.state().Projects[1].Config != `{"channel":"#prod","list":[],"same":true}` {
		t.Errorf("with an override it did %+v, and has %s", got, p.state().Projects[1].Config)
	}
}

func TestImport_refusesWhatIsNoExport(t *testing.T) {
	p := newPromotion(newWorld(t))
	const project = `"projects":[{"id":"00000000-0000-4000-8000-000000000001","name":"P","config":{}}]`
	const workflow = `{"id":"00000000-0000-4000-8000-000000000002","title":"W","steps":{},"steps_structure":[]}`
	for document, where := range map[string]string{
		`{}`:                          "'tray_export_version'",
		`[]`:                          "expected an object",
		`{"tray_export_version":3}`:   "'tray_export_version'",
		`{"tray_export_version":"4"}`: "'tray_export_version'",
		`{"tray_export_version":4,"export_type":"folder"}`:                                                                                                          "'export_type'",
		`{"tray_export_version":4,"export_type":"project"}`:                                                                                                         "'workflows'",
		`{"tray_export_version":4,"export_type":"project","workflows":[]}`:                                                                                          "'projects'",
		`{"tray_export_version":4,"export_type":"project","workflows":[],"projects":[]}`:                                                                            "one project",
		`{"tray_export_version":4,"export_type":"project","workflows":[{}],` + project + `}`:                                                                        "'workflows[0]'",
		`{"tray_export_version":4,"export_type":"project","workflows":[` + workflow + `,` + workflow + `],` + project + `}`:                                         "'workflows[1]'",
		`{"tray_export_version":4,"export_type":"project","workflows":[` + strings.Replace(workflow, `{}`, `{"a":{"connector":{}}}`, 1) + `],` + project + `}`:      "the connector of the step a",
		`{"tray_export_version":4,"export_type":"project","workflows":[` + strings.Replace(workflow, `{}`, `{"a":{"authentication":{}}}`, 1) + `],` + project + `}`: "the authentication of the step a",
		`{"tray_export_version":4,"export_type":"project","workflows":[],"projects":[{"id":"00000000-0000-4000-8000-000000000001","name":"P","workflows":["x"]}]}`:  "'projects[0].workflows[0]'",
		`{"tray_export_version":4,"export_type":"workflow","workflows":[],"projects":[]}`:                                                                           "expected project at 'export_type'",
		`{"tray_export_version":4,"export_type":"project","workflows":[],"solution":{},` + project + `}`:                                                            "'solution'",
	} {
		for _, path := range []string{"/imports", "/imports/previews", "/imports/requirements"} {
			got := p.must(400, "POST", "/core/v1/projects/"+p.prod+path, withoutResolution(document, "")).message(t)
			if !strings.HasPrefix(got, "Exported structure validation failed") || !strings.Contains(got, where) {
				t.Errorf("%s to %s: %s", document, path, got)
			}
		}
	}
	solved := strings.Replace(`{"tray_export_version":4,"export_type":"project","workflows":[],"solution":{"name":"S"},P}`, "P", project, 1)
	if got := p.must(400, "POST", "/core/v1/projects/"+p.prod+"/imports", withoutResolution(solved, "")).message(t); !strings.Contains(got, "in the Embedded workspace only") {
		t.Errorf("a solution in a shared workspace: %s", got)
	}
}

func TestVersion_twoAndSevenDaysAreKept(t *testing.T) {
	p := newPromotion(newWorld(t))
	versions := "/core/v1/projects/" + p.dev + "/versions"
	for _, number := range []string{"1", "1.1", "1.10"} {
		p.must(201, "POST", versions+"/"+number, object{"title": number})
		p.advance("1h")
	}
	numbers := func() (all []string) {
		for _, v := range into[struct{ Elements []projectVersion }](t, p.must(200, "GET", versions, nil)).Elements {
			all = append(all, v.Number)
		}
		return all
	}
	if got := numbers(); fmt.Sprint(got) != "[1 1.1 1.10]" {
		t.Errorf("at first there are %v", got)
	}
	p.advance("167h")
	if got := numbers(); fmt.Sprint(got) != "[1.1 1.10]" {
		t.Errorf("after a week there are %v", got)
	}
	p.must(404, "GET", versions+"/1/export", nil)
	p.must(200, "GET", versions+"/1.1/export", nil)
	p.must(201, "POST", versions+"/1", object{"title": "again"})
	p.must(409, "POST", versions+"/1", object{"title": "once more"})
	p.must(400, "POST", versions+"/v1", object{"title": "T"})
}

func TestExport_holdsNoCredentials(t *testing.T) {
	p := newPromotion(newWorld(t))
	p.build(p.dev, "Text", "a")
	document := p.export(p.dev, "1.0")
	if strings.Contains(document, "s3cret") || !strings.Contains(document, `"service_name":"twilio"`) {
		t.Errorf("it is %s", document)
	}
	for _, name := range []string{"data_tables", "vector_tables", "agents", "apim_operations", "created", "workspace_id", "creator", "steps_structure", "legacy_error_handling"} {
		if !strings.Contains(document, `"`+name+`"`) {
			t.Errorf("it lacks %s", name)
		}
	}
}

// large is a document of some 20 MB, in so many workflows.
func large(workflows int) string {
	var all []string
	for i := range workflows {
		step := fmt.Sprintf(`{"connector":{"name":"http-client","version":"5.6"},"properties":{"body":{"type":"string","value":%q}}}`, strings.Repeat("0123456789", 2<<20/workflows))
		all = append(all, fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012d","title":"W%d","steps":{"a":%s},"steps_structure":[]}`, i, i, step))
	}
	return `{"tray_export_version":4,"export_type":"project","workflows":[` + strings.Join(all, ",") + `],"projects":[{"id":"00000000-0000-4000-8000-00000000000d","name":"Large","config":{},"workflows":[]}]}`
}
