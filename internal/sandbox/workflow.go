package sandbox

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// workflowNoun is the workflows of projects. Tray has no API for them: people make them in
// the UI, and imports do.
var workflowNoun = noun{
	name: "workflows",
	actions: []*route{
		bodies(textBody, on("POST", uiProject+"/workflows", "", OurOwn, RightControl, uiThere(uiCreateWorkflow))),
		bodies(textBody, on("PATCH", uiWorkflow, "", OurOwn, RightControl, uiThere(uiChangeWorkflow))),
		on("DELETE", uiWorkflow, "", OurOwn, RightControl, uiThere(uiDeleteWorkflow)),
		on("GET", uiProject+"/export", "", OurOwn, RightControl, uiThere(uiExport)),
	},
	state: stateWorkflows,
}

const uiWorkflow = uiProject + "/workflows/{workflow}"

var errNoWorkflow = engine.NotFound("There is no such workflow")

// workflow is one as it is stored: content is what a document says of it beside its
// identity, in order.
type workflow struct {
	id, project, lineage, title, creator string
	createdAt, revision                  int64
	content                              string
}

const workflowQuery = "SELECT t.seq, t.id, t.project_id, t.lineage, t.title, t.creator, t.created_at, t.revision, t.content FROM workflows t WHERE "

func scanWorkflow(r *sql.Rows) (p engine.Placed[workflow], err error) {
	w := &p.Element
	err = r.Scan(&p.Seq, &w.id, &w.project, &w.lineage, &w.title, &w.creator, &w.createdAt, &w.revision, &w.content)
	return p, err
}

// exported is the workflow in a document.
func (w workflow) exported(workspaceID string) json.RawMessage {
	at := engine.FromMillis(w.createdAt).Format("2006-01-02T15:04:05.000000Z")
	identity := ordered(tree{"id": w.id, "created": at, "workspace_id": workspaceID, "project_id": w.project, "group": w.lineage, "creator": w.creator,
		"version": tree{"id": engine.NamedID(fmt.Sprintf("%s/%d", w.id, w.revision)), "created": at}})
	if w.content == "{}" {
		return json.RawMessage(identity)
	}
	return json.RawMessage(identity[:len(identity)-1] + "," + w.content[1:])
}

func (t *tx) insertWorkflow(w workflow) (workflow, error) {
	seq, err := t.next(kindWorkflow)
	if err != nil {
		return w, err
	}
	w.id = t.derivedID(kindWorkflow, seq)
	w.lineage = cmp.Or(w.lineage, w.id)
	_, err = t.Exec("INSERT INTO workflows (seq, id, project_id, lineage, title, creator, created_at, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, w.id, w.project, w.lineage, w.title, w.creator, w.createdAt, w.content)
	return w, err
}

func (t *tx) updateWorkflow(w workflow) error {
	_, err := t.Exec("UPDATE workflows SET title = ?, content = ?, revision = revision + 1 WHERE id = ?", w.title, w.content, w.id)
	return err
}

// uiCreateWorkflow is somebody building a workflow. Its steps come in the order in which
// they run: [{"connector": "slack", "operation": "send_message", "authentication": "Team
// chat", "properties": {"channel": "#sales"}}].
func uiCreateWorkflow(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if _, err := engine.RequiredText(in, "title"); err != nil {
		return answer{}, err
	}
	content := tree{"enabled": false, "tags": []any{}, "legacy_error_handling": false, "dependencies": []any{}, "steps": tree{}, "steps_structure": []any{},
		"settings": tree{"config": tree{}, "input_schema": tree{}, "output_schema": tree{}}}
	if err := c.editWorkflow(content, in); err != nil {
		return answer{}, err
	}
	p := c.placed.(project)
	w, err := c.tx.insertWorkflow(workflow{project: p.ID, title: text(content, "title"), creator: c.caller.id, createdAt: c.now.UnixMilli(), content: ordered(content)})
	if err != nil {
		return answer{}, err
	}
	c.did(aboutProject(p.ID), "made the workflow %s in the project %s", w.title, p.Name)
	return created(map[string]string{"id": w.id})
}

// workflowOfPath is found by its id, or its title in the project.
func (c *call) workflowOfPath() (workflow, error) {
	name := c.params["workflow"]
	return one(c.tx, errNoWorkflow, scanWorkflow, workflowQuery+"t.project_id = ? AND (t.id = ? OR t.title = ?) ORDER BY t.id <> ?, t.seq",
		c.placed.(project).ID, name, name, name)
}

func uiChangeWorkflow(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	w, err := c.workflowOfPath()
	if err != nil {
		return answer{}, err
	}
	content, err := parsedObject([]byte(w.content))
	if err == nil {
		err = c.editWorkflow(content, in)
	}
	if err != nil {
		return answer{}, err
	}
	w.title, w.content = text(content, "title"), ordered(content)
	c.did(aboutProject(w.project), "changed the workflow %s in the project %s", w.title, c.placed.(project).Name)
	if err := c.tx.updateWorkflow(w); err != nil {
		return answer{}, err
	}
	return noContent()
}

func uiDeleteWorkflow(c *call) (answer, error) {
	w, err := c.workflowOfPath()
	if err != nil {
		return answer{}, err
	}
	c.did(aboutProject(w.project), "deleted the workflow %s in the project %s", w.title, c.placed.(project).Name)
	if _, err := c.tx.Exec("DELETE FROM workflows WHERE id = ?", w.id); err != nil {
		return answer{}, err
	}
	return noContent()
}

// editWorkflow applies what somebody has changed; what is absent stays.
func (c *call) editWorkflow(content tree, in engine.Fields) error {
	for _, name := range []string{"title", "description"} {
		value, err := engine.Optional[string](in, name)
		if err != nil {
			return err
		}
		if value != nil {
			content[name] = *value
		}
	}
	enabled, err := engine.Optional[bool](in, "enabled")
	if err != nil {
		return err
	}
	if enabled != nil {
		content["enabled"] = *enabled
	}
	if tags, err := distinctTexts(in, "tags"); err != nil || tags != nil {
		if err != nil {
			return err
		}
		content["tags"] = tags
	}
	if raw, given := in["config"]; given {
		config, err := parsedObject(raw)
		if err != nil {
			return engine.InvalidBody("expected an object at 'config'")
		}
		under(content, "settings")["config"] = config
	}
	return c.editSteps(content, in)
}

// builtStep is a step as somebody enters it.
type builtStep struct {
	Name           string                     `json:"name"`
	Title          string                     `json:"title"`
	Connector      string                     `json:"connector"`
	Version        string                     `json:"version"`
	Operation      string                     `json:"operation"`
	Authentication string                     `json:"authentication"` // its name or id
	Properties     map[string]json.RawMessage `json:"properties"`     // bare values
}

// editSteps replaces the steps where the fields have some.
func (c *call) editSteps(content tree, in engine.Fields) error {
	raw, given := in["steps"]
	if !given {
		return nil
	}
	var all []builtStep
	if err := json.Unmarshal(raw, &all); err != nil {
		return engine.InvalidBody("expected a list of steps at 'steps'")
	}
	steps, structure := tree{}, []any{}
	for i, s := range all {
		name := cmp.Or(s.Name, fmt.Sprintf("%s-%d", s.Connector, i+1))
		step, err := c.buildStep(s, name)
		if err != nil {
			return err
		}
		if _, twice := steps[name]; twice {
			return engine.InvalidBody("there are two steps named %s at 'steps'", name)
		}
		steps[name] = step
		structure = append(structure, tree{"name": name, "type": "normal", "content": tree{}})
	}
	content["steps"], content["steps_structure"] = steps, structure
	return nil
}

func (c *call) buildStep(s builtStep, name string) (tree, error) {
	there, err := c.usable()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(there, func(u usableConnector) bool {
		return u.Name == s.Connector && (s.Version == "" || u.Version == s.Version)
	})
	if i < 0 {
		return nil, engine.BadRequest("There is no connector %s %s", s.Connector, s.Version)
	}
	properties := tree{}
	for key, raw := range s.Properties {
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			return nil, err
		}
		properties[key] = tree{"type": kindOf(value), "value": raw}
	}
	step := tree{"title": cmp.Or(s.Title, name), "connector": tree{"name": s.Connector, "version": there[i].Version}, "operation": s.Operation,
		"output_schema": tree{}, "error_handling": tree{}, "properties": properties}
	if s.Authentication == "" {
		return step, nil
	}
	a, err := one(c.tx, errNoAuthentication, scanAuthentication, authenticationsQuery+"t.workspace_id = ? AND (t.id = ? OR t.name = ?) ORDER BY t.seq",
		c.workspace.ID, s.Authentication, s.Authentication)
	if err == nil {
		step["authentication"] = c.tx.stepAuthentication(a, append([]string{}, a.Scopes...))
	}
	return step, err
}

// usable is what steps may be made of: connectors and triggers.
func (c *call) usable() ([]usableConnector, error) {
	all, err := c.connectors()
	return append(all, triggers()...), err
}

// stateWorkflow tells whether a workflow has changed; GET /_sandbox/ui/projects/{project}/export has all of it.
type stateWorkflow struct {
	ID         string `json:"id"`
	Workspace  string `json:"workspace"`
	Project    string `json:"project"`
	ProjectID  string `json:"projectId"`
	Title      string `json:"title"`
	Lineage    string `json:"group"`
	Enabled    bool   `json:"enabled"`
	Connectors string `json:"connectors"`
	Digest     string `json:"contentDigest"` // SHA-256 in hexadecimal
}

func stateWorkflows(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (w stateWorkflow, err error) {
		content := ""
		if err = r.Scan(&w.ID, &w.Workspace, &w.Project, &w.ProjectID, &w.Title, &w.Lineage, &content); err != nil {
			return w, err
		}
		var known struct {
			Enabled bool
			Steps   map[string]struct {
				Connector struct{ Name, Version string }
			}
		}
		_ = json.Unmarshal([]byte(content), &known) // whatever is of another form is left out
		var connectors []string
		for _, s := range known.Steps {
			connectors = append(connectors, strings.TrimSpace(s.Connector.Name+" "+s.Connector.Version))
		}
		slices.Sort(connectors)
		w.Enabled, w.Connectors, w.Digest = known.Enabled, strings.Join(slices.Compact(connectors), ", "), *digest(&content)
		return w, nil
	}, `SELECT t.id, w.name, p.name, p.id, t.title, t.lineage, t.content FROM workflows t JOIN projects p ON p.id = t.project_id
		JOIN workspaces w ON w.id = p.workspace_id ORDER BY w.name, w.seq, p.name, p.seq, t.title, t.seq`)
}

// uiExport is the document of a project as it is now, for tests.
func uiExport(c *call) (answer, error) {
	document, err := c.exportProject(c.placed.(project), nil, true)
	if err != nil {
		return answer{}, err
	}
	return ok(document)
}
