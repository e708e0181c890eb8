package promotion_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// there is what somebody who looks at the destination sees.
type there struct {
	workflows map[string]string // titles by id
	config    string
}

// destination is a project that people work in while something is imported into it.
type destination struct {
	env     *acctest.Env
	project string
	file    string
}

func (d destination) look(t *rapid.T) there {
	var state struct {
		Workflows []struct{ ID, Title, Project string }
		Projects  []struct{ ID, Config string }
	}
	d.env.Control(http.MethodGet, "state", nil, &state)
	all := there{workflows: map[string]string{}}
	for _, w := range state.Workflows {
		all.workflows[w.ID] = w.Title
	}
	for _, p := range state.Projects {
		if p.ID == d.project {
			all.config = p.Config
		}
	}
	return all
}

// work is somebody at work there.
func (d destination) work(t *rapid.T, when string) {
	for id := range d.look(t).workflows {
		switch rapid.SampledFrom([]string{"nothing", "nothing", "edit", "rename", "delete"}).Draw(t, when+" to a workflow") {
		case "edit":
			d.env.Control(http.MethodPatch, "ui/projects/"+d.project+"/workflows/"+id, body{"steps": []body{{"connector": "http-client", "operation": "get_request", "properties": body{"url": "https://edited"}}}})
		case "rename":
			d.env.Control(http.MethodPatch, "ui/projects/"+d.project+"/workflows/"+id, body{"title": "Renamed"})
		case "delete":
			d.env.Control(http.MethodDelete, "ui/projects/"+d.project+"/workflows/"+id, nil)
		}
	}
	if rapid.Bool().Draw(t, when+" a workflow is made") {
		d.env.Control(http.MethodPost, "ui/projects/"+d.project+"/workflows", body{"title": rapid.SampledFrom([]string{"A", "Mine"}).Draw(t, when+" its title")})
	}
	if rapid.Bool().Draw(t, when+" the configuration changes") {
		d.env.Control(http.MethodPatch, "ui/projects/"+d.project, body{"config": body{"channel": rapid.SampledFrom([]string{"x", "theirs"}).Draw(t, when+" the channel"), "own": 1}})
	}
}

// document is an export of a project with some of four workflows.
func document(t *rapid.T) body {
	workflows, ids := []body{}, []string{}
	for i := range 4 {
		if !rapid.Bool().Draw(t, fmt.Sprintf("has workflow %d", i)) {
			continue
		}
		id := fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i)
		ids = append(ids, id)
		workflows = append(workflows, body{"id": id, "group": fmt.Sprintf("group %d", i), "title": rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "title"),
			"enabled": rapid.Bool().Draw(t, "enabled"), "steps_structure": []any{}, "steps": body{"call": body{
				"connector": body{"name": "http-client", "version": "5.6"}, "properties": body{"url": rapid.SampledFrom([]string{"https://one", "https://two"}).Draw(t, "url")}}}})
	}
	return body{"tray_export_version": 4, "export_type": "project", "workflows": workflows, "projects": []body{{
		"id": "00000000-0000-4000-8000-00000000000d", "name": "Dev", "version": "1.0", "workflows": ids, "config": body{"channel": "dev", "limit": 1}}}}
}

// previewed is what Tray itself answers, past the provider.
func (d destination) previewed(t *rapid.T, document body) string {
	status, raw := d.env.Call(http.MethodPost, "/core/v1/projects/"+d.project+"/imports/previews", body{"exportedProjectJson": document, "connectorMapping": []any{},
		"serviceMapping": []any{}, "authenticationResolution": []any{}, "configOverride": body{"channel": "x", "limit": 2}})
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, raw)
	}
	return string(raw)
}

// What is planned is what happens, in the words of whoever looks at the destination; and when
// that has changed since, in any way that Tray's preview shows, nothing happens.
func TestImport_doesWhatItPlannedOrNothingOnRandomProjects(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	var made struct {
		ID string `json:"id"`
	}
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "Production"})
	env.Control(http.MethodPost, "ui/projects", body{"workspace": "Production", "name": "Billing"}, &made)
	d := destination{env, made.ID, filepath.Join(t.TempDir(), "export.json")}
	imported, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		if d.drawn(t) {
			imported++
		} else {
			refused++
		}
	})
	if imported == 0 || refused == 0 {
		t.Errorf("%d were imported and %d refused: the draws show nothing", imported, refused)
	}
}

// drawn plans an import, lets people work, and applies it. It reports whether it was carried
// out.
func (d destination) drawn(t *rapid.T) bool {
	d.work(t, "before")
	export := document(t)
	raw, err := json.Marshal(export)
	if err == nil {
		err = os.WriteFile(d.file, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	config := map[string]any{"project_id": d.project, "export": d.file, "max_removed_workflows": 1000, "config": map[string]string{"channel": "x", "limit": "2"}}
	w := serve(t, d.env)
	planned, private, said := w.plan(config)
	if said != "" {
		t.Fatalf("the plan fails: %s", said)
	}
	asked := d.previewed(t, export)
	if rapid.Bool().Draw(t, "people go on") {
		d.work(t, "meanwhile")
	}
	before, same := d.look(t), d.previewed(t, export) == asked
	d.env.ClearRequests()
	w = serve(t, d.env)
	state, said := w.create(config, planned, private)
	after, sent := d.look(t), d.env.Requests().Count(http.MethodPost, imports)
	if !same {
		if !strings.Contains(said, "The destination has changed since the plan") || sent != 0 || !reflect.DeepEqual(before, after) {
			t.Fatalf("it was edited, %d imports were sent, and it says %q: from %+v to %+v", sent, said, before, after)
		}
		return false
	}
	shown := w.shown(planned)
	if said != "" || !reflect.DeepEqual(shown, w.shown(state)) || sent > 1 {
		t.Fatalf("planned was %v; %d imports, and it says %q", shown, sent, said)
	}
	happened(t, shown, before, after)
	if again, _, said := serve(t, d.env).plan(config); said != "" || len(slices.Concat(flat(w.shown(again))...)) > 0 {
		t.Fatalf("the same again would do %v: %s", w.shown(again), said)
	}
	return sent == 1
}

func flat(m map[string][]string) (all [][]string) {
	for _, names := range m {
		all = append(all, names)
	}
	return all
}

// happened holds what was planned against what is there.
func happened(t *rapid.T, shown map[string][]string, before, after there) {
	var made, gone, kept []string
	for id, title := range after.workflows {
		if _, was := before.workflows[id]; was {
			kept = append(kept, title)
		} else {
			made = append(made, title)
		}
	}
	for id, title := range before.workflows {
		if _, is := after.workflows[id]; !is {
			gone = append(gone, title)
		}
	}
	slices.Sort(made)
	slices.Sort(gone)
	if !slices.Equal(made, shown["workflows.created"]) || !slices.Equal(gone, shown["workflows.removed"]) {
		t.Fatalf("planned was %v, and made were %v, and gone are %v", shown, made, gone)
	}
	for _, title := range shown["workflows.updated"] {
		if !slices.Contains(kept, title) {
			t.Fatalf("planned was to update %s, and there are %v", title, kept)
		}
	}
	if before.config != after.config && len(slices.Concat(shown["config.created"], shown["config.updated"], shown["config.removed"])) == 0 {
		t.Fatalf("the configuration became %s, from %s, and nothing of it was planned", after.config, before.config)
	}
}
