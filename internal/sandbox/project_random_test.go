package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// randomDocument is an export as another tool may have made it: with keys that nobody
// knows, workflows that name each other, and a config of any JSON.
type randomDocument struct {
	ids  []string // of workflows that there may be
	auth string   // what a step may authenticate with
}

func (g randomDocument) draw(t *rapid.T) tree {
	var workflows, ids []any
	for i, id := range g.ids {
		if !rapid.Bool().Draw(t, "has "+id) {
			continue
		}
		steps := tree{"call": tree{"connector": tree{"name": "http-client", "version": "5.6"}, "properties": tree{"workflow": tree{"type": "string",
			"value": rapid.SampledFrom(g.ids).Draw(t, "calls")}}, "x_new": rapid.SampledFrom([]any{nil, 1, "a"}).Draw(t, "unknown")}}
		if rapid.Bool().Draw(t, "authenticates") {
			steps["text"] = tree{"connector": tree{"name": "twilio", "version": "4.0"}, "authentication": tree{"group": g.auth, "title": "SMS", "scopes": []any{},
				"service_name": "twilio", "service_version": 1}}
		}
		workflows = append(workflows, tree{"id": id, "group": fmt.Sprintf("group %d", i), "title": rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "title"),
			"enabled": rapid.Bool().Draw(t, "enabled"), "steps": steps, "steps_structure": []any{tree{"name": "call", "type": "loop", "content": tree{"_loop": []any{}}}}})
		ids = append(ids, id)
	}
	config := tree{}
	for _, key := range []string{"channel", "limit", "list"} {
		if rapid.Bool().Draw(t, "config "+key) {
			config[key] = rapid.SampledFrom([]any{nil, "x", "y", 1.5, true, []any{1, tree{"a": nil}}}).Draw(t, key)
		}
	}
	return tree{"tray_export_version": 4, "export_type": "project", "workflows": append([]any{}, workflows...), "x_beside": rapid.SampledFrom([]any{nil, "kept"}).Draw(t, "beside"),
		"projects": []any{tree{"id": "00000000-0000-4000-8000-00000000000d", "version": "1.0", "name": "Dev", "config": config, "workflows": append([]any{}, ids...), "x_in": 1}}}
}

func (p promotion) body(document any) string {
	return fmt.Sprintf(`{"exportedProjectJson":%s,"connectorMapping":[],"serviceMapping":[],"authenticationResolution":%s}`, encode(document), p.resolutions(document))
}

// resolutions resolve what the document needs.
func (p promotion) resolutions(document any) string {
	if strings.Contains(encode(document), p.devAuth) {
		return fmt.Sprintf(`[{"authExportId":%q,"authenticationId":%q}]`, p.devAuth, p.prodAuth)
	}
	return "[]"
}

// contentsOf is what a project holds, without what says whose it is.
func (p promotion) contentsOf(project string) string {
	p.Helper()
	reply := p.must(200, "POST", "/graphql", object{"query": `mutation { exportProject(input: {projectId: "` + project + `"}) { exportedProjectJson } }`})
	var got struct {
		Data struct {
			ExportProject struct{ ExportedProjectJSON string }
		}
	}
	if err := json.Unmarshal([]byte(reply.body), &got); err != nil {
		p.Fatal(err)
	}
	return got.Data.ExportProject.ExportedProjectJSON
}

// A preview is the import: it answers the same, refuses the same, and changes nothing. What
// has been imported is not imported again.
func TestImport_isWhatItsPreviewSaidOnRandomProjects(t *testing.T) {
	p := newPromotion(newWorld(t, embedded))
	g := randomDocument{auth: p.devAuth}
	for i := range 4 {
		g.ids = append(g.ids, fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i))
	}
	imports := "/core/v1/projects/" + p.prod + "/imports"
	rapid.Check(t, func(t *rapid.T) {
		p.editSomething(t)
		body := p.body(g.draw(t))
		before := p.contentsOf(p.prod)
		preview := p.must(200, "POST", imports+"/previews", body).body
		if after := p.contentsOf(p.prod); after != before {
			t.Fatalf("a preview changed the project:\n%s\n%s", before, after)
		}
		said, did := into[importResult](p, reply{body: preview}), into[importResult](p, p.must(200, "POST", imports, body))
		for _, made := range said.Project.Workflows.Created {
			if made.ID != "" {
				t.Fatalf("a preview gives the id %s to what is not made", made.ID)
			}
		}
		if encode(said) != encode(did.withoutNewIDs()) {
			t.Fatalf("the preview said\n%s\nand the import did\n%s", preview, encode(did))
		}
		if came, is := p.said(body), p.essence(p.contentsOf(p.prod)); came != is {
			t.Fatalf("imported was\n%s\nand there is\n%s", came, is)
		}
		again := into[importResult](p, p.must(200, "POST", imports+"/previews", body))
		if c := again.Project.Config; !again.Project.Workflows.none() || len(c.Created)+len(c.Updated)+len(c.Removed) > 0 {
			t.Fatalf("the same again would do %s", encode(again))
		}
	})
}

// editSomething is somebody working in the destination.
func (p promotion) editSomething(t *rapid.T) {
	var there struct{ Workflows []stateWorkflow }
	if err := json.Unmarshal([]byte(p.must(200, "GET", "/_sandbox/state", nil).body), &there); err != nil {
		t.Fatal(err)
	}
	for _, w := range there.Workflows {
		switch rapid.SampledFrom([]string{"nothing", "nothing", "edit", "delete"}).Draw(t, "edit") {
		case "edit":
			p.must(204, "PATCH", "/_sandbox/ui/projects/"+p.prod+"/workflows/"+w.ID, object{"title": "Edited", "enabled": true})
		case "delete":
			p.must(204, "DELETE", "/_sandbox/ui/projects/"+p.prod+"/workflows/"+w.ID, nil)
		}
	}
	if rapid.Bool().Draw(t, "another") {
		p.build(p.prod, "Mine", "https://example.com")
	}
}

// Good, bad, and good again by the export of before: the destination is as it was, though
// what the bad import removed has other ids.
func TestImport_goodBadGoodRestoresRandomProjects(t *testing.T) {
	p := newPromotion(newWorld(t, embedded))
	g := randomDocument{auth: p.devAuth}
	for i := range 4 {
		g.ids = append(g.ids, fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i))
	}
	imports, n := "/core/v1/projects/"+p.prod+"/imports", 0
	rapid.Check(t, func(t *rapid.T) {
		good, bad := g.draw(t), g.draw(t)
		p.must(200, "POST", imports, p.body(good))
		n++
		number := fmt.Sprint(n)
		p.must(201, "POST", "/core/v1/projects/"+p.prod+"/versions/"+number, object{"title": "Backup"})
		backup := p.must(200, "GET", "/core/v1/projects/"+p.prod+"/versions/"+number+"/export", nil).body
		before := p.essence(p.contentsOf(p.prod))
		p.must(200, "POST", imports, p.body(bad))
		p.must(200, "POST", imports, fmt.Sprintf(`{"exportedProjectJson":%s,"connectorMapping":[],"serviceMapping":[],"authenticationResolution":[]}`, backup))
		if after := p.essence(p.contentsOf(p.prod)); after != before {
			t.Fatalf("before:\n%s\nafter:\n%s", before, after)
		}
		if again := into[importResult](p, p.must(200, "POST", imports+"/previews", p.body(good))); !again.Project.Workflows.none() {
			t.Fatalf("the good one once more would do %s", encode(again.Project.Workflows))
		}
	})
}

// said is the essence of the document in a request.
func (p promotion) said(request string) string {
	p.Helper()
	var in struct{ ExportedProjectJSON json.RawMessage }
	if err := json.Unmarshal([]byte(request), &in); err != nil {
		p.Fatal(err)
	}
	return p.essence(strings.ReplaceAll(string(in.ExportedProjectJSON), p.devAuth, p.prodAuth))
}

// essence is a document without what says whose it is, and with the ids of workflows
// replaced by what they go by across imports.
func (p promotion) essence(document string) string {
	d, err := parsedObject([]byte(document))
	if err != nil {
		p.Fatal(err)
	}
	var pairs []string
	all := map[string]any{}
	for _, one := range elements(d, "workflows") {
		w := one.(tree)
		pairs = append(pairs, text(w, "id"), text(w, "group"))
		without(w, "created", "version", "creator", "workspace_id", "project_id")
		for _, step := range under(w, "steps") {
			without(under(step.(tree), "authentication"), "title", "service_icon")
		}
		all[text(w, "group")] = w
	}
	without(elements(d, "projects")[0].(tree), "workflows", "id", "name", "version", "dependencies", "installation_source_id", "installation_version_id")
	without(d, "data_tables", "vector_tables", "agents", "apim_operations")
	d["workflows"] = all
	return strings.NewReplacer(pairs...).Replace(ordered(d))
}

func without(t tree, names ...string) {
	for _, name := range names {
		delete(t, name)
	}
}
