package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// tree is a JSON object as it is worked on; numbers stay as they are written.
type tree = map[string]any

// parsedObject reads a JSON object.
func parsedObject(raw []byte) (tree, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var t tree
	if err := d.Decode(&t); err != nil {
		return nil, err
	}
	if t == nil {
		return nil, io.ErrUnexpectedEOF // null
	}
	return t, nil
}

// ordered renders JSON with the names of objects in order, so that two documents that say
// the same are the same text.
func ordered(v any) string {
	b, err := engine.EncodeBody(v)
	if err != nil {
		panic(err) // it was JSON when it was read
	}
	return string(b)
}

// children of a tree, which are absent where they are of another form.
func text(t tree, name string) string    { s, _ := t[name].(string); return s }
func under(t tree, name string) tree     { o, _ := t[name].(tree); return o }
func elements(t tree, name string) []any { l, _ := t[name].([]any); return l }

// document is an exported project, as far as the sandbox reads it. What it does not know it
// keeps. Workflows stay as they are written until one of them is worked on: a document may
// have 20 MB.
type document struct {
	kind      string
	beside    map[string]json.RawMessage // workflows, projects and solution
	project   tree                       // nil in a document of kind workflow
	workflows []exportedWorkflow
	solution  tree // nil without one
}

// exportedWorkflow is a workflow of a document.
type exportedWorkflow struct {
	id, lineage, title string
	uses               []usedConnector
	needs              []neededAuthentication
	raw                json.RawMessage
}

type usedConnector struct{ name, version string }

// neededAuthentication is what steps of a document ask for.
type neededAuthentication struct {
	exportID, title string
	service         nameAndVersion
	scopes          []string
}

// Kinds of documents.
const (
	exportOfProject   = "project"
	exportOfWorkflows = "workflow"
)

// Names that the sandbox knows; workflowIdentity are those by which a workflow differs from
// what is made of it elsewhere.
var (
	knownBeside      = []string{"tray_export_version", "export_type", "workflows", "projects", "solution"}
	knownOfProject   = []string{"id", "version", "name", "config", "workflows", "installation_source_id", "installation_version_id"}
	knownOfSolution  = []string{"id", "project_id"}
	workflowIdentity = []string{"id", "created", "workspace_id", "project_id", "group", "creator", "version"}
)

const exportVersion = 4

// invalid is what Tray says to a document that is none, with the place.
func invalid(format string, args ...any) error {
	p := engine.BadRequest(format, args...)
	p.Message = "Exported structure validation failed: " + p.Message
	return p
}

// readDocument reads what an export has made.
func readDocument(raw []byte) (d document, err error) {
	if err := json.Unmarshal(raw, &d.beside); err != nil || d.beside == nil {
		return d, invalid("expected an object")
	}
	var version int
	if err := json.Unmarshal(d.beside["tray_export_version"], &version); err != nil || version != exportVersion {
		return d, invalid("expected the number %d at 'tray_export_version'", exportVersion)
	}
	_ = json.Unmarshal(d.beside["export_type"], &d.kind) // refused just below
	if d.kind != exportOfProject && d.kind != exportOfWorkflows {
		return d, invalid("expected project or workflow at 'export_type'")
	}
	if d.workflows, err = readWorkflows(d.beside["workflows"]); err != nil {
		return d, err
	}
	if err := d.readProject(d.beside["projects"]); err != nil {
		return d, err
	}
	if raw, given := d.beside["solution"]; given && string(raw) != "null" {
		if d.solution, err = parsedObject(raw); err != nil || text(d.solution, "name") == "" {
			return d, invalid("expected an object with a name at 'solution'")
		}
	}
	for _, name := range knownBeside {
		delete(d.beside, name)
	}
	return d, nil
}

func (d *document) readProject(raw json.RawMessage) error {
	var all []json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return invalid("expected a list at 'projects'")
	}
	if d.kind == exportOfWorkflows {
		return nil
	}
	if len(all) != 1 {
		return invalid("expected one project at 'projects', got %d", len(all))
	}
	var err error
	if d.project, err = parsedObject(all[0]); err != nil {
		return invalid("expected an object at 'projects[0]'")
	}
	if !engine.IsUUID(text(d.project, "id")) || text(d.project, "name") == "" {
		return invalid("expected a UUID and a name at 'projects[0]'")
	}
	if _, is := d.project["config"].(tree); !is && d.project["config"] != nil {
		return invalid("expected an object at 'projects[0].config'")
	}
	for i, one := range elements(d.project, "workflows") {
		id, _ := one.(string)
		if !slices.ContainsFunc(d.workflows, func(w exportedWorkflow) bool { return w.id == id }) {
			return invalid("'projects[0].workflows[%d]' is a workflow that is not at 'workflows'", i)
		}
	}
	return nil
}

func readWorkflows(raw json.RawMessage) ([]exportedWorkflow, error) {
	var all []json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return nil, invalid("expected a list at 'workflows'")
	}
	seen := map[string]bool{}
	workflows := make([]exportedWorkflow, len(all))
	for i, one := range all {
		w, err := readWorkflow(one)
		if err != nil {
			return nil, invalid("%s at 'workflows[%d]'", err, i)
		}
		if seen[w.id] || seen["group "+w.lineage] {
			return nil, invalid("'workflows[%d]' has the id or the group of another", i)
		}
		seen[w.id], seen["group "+w.lineage] = true, true
		workflows[i] = w
	}
	return workflows, nil
}

func readWorkflow(raw json.RawMessage) (w exportedWorkflow, err error) {
	t, err := parsedObject(raw)
	if err != nil {
		return w, wrongForm("expected an object")
	}
	w = exportedWorkflow{id: text(t, "id"), lineage: text(t, "group"), title: text(t, "title"), raw: raw}
	if w.lineage == "" {
		w.lineage = w.id
	}
	if !engine.IsUUID(w.id) || w.title == "" {
		return w, wrongForm("expected a UUID as id, and a title")
	}
	if _, is := t["steps"].(tree); !is {
		return w, wrongForm("expected an object as steps")
	}
	if _, is := t["steps_structure"].([]any); !is {
		return w, wrongForm("expected a list as steps_structure")
	}
	return w, w.readSteps(under(t, "steps"))
}

// wrongForm is a refusal to which the place is added.
type wrongForm string

// Error implements error.
func (w wrongForm) Error() string { return string(w) }
