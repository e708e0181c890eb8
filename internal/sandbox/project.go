package sandbox

import (
	"cmp"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over what a workspace's projects are made of: workflows, versions, solutions.
const (
	RightReadProjects   Right = "see projects, their versions and solutions"
	RightManageProjects Right = "make, change and delete projects, import into them, publish their solutions"
)

const managedProject = "/management/v1/projects/{projectId}"

// projectNoun is the projects. Tray's API imports into projects that are there; people make
// them in the UI, and the management plane here.
var projectNoun = noun{
	name: "projects",
	routes: []*route{
		on("GET", "/management/v1/workspaces/{workspaceId}/projects", "listProjects", OurOwn, RightReadProjects, listProjects),
		bodies(textBody, on("POST", "/management/v1/workspaces/{workspaceId}/projects", "createProject", OurOwn, RightManageProjects, createProject, 64, 114)),
		on("GET", managedProject, "getProject", OurOwn, RightReadProjects, getProject),
		bodies(textBody, on("PATCH", managedProject, "updateProject", OurOwn, RightManageProjects, updateProject, 64, 114)),
		on("DELETE", managedProject, "deleteProject", OurOwn, RightManageProjects, deleteProject, 115),
	},
	actions: []*route{
		bodies(textBody, on("POST", "/_sandbox/ui/projects", "", OurOwn, RightControl, uiCreateProject)),
		bodies(textBody, on("PATCH", uiProject, "", OurOwn, RightControl, uiThere(uiChangeProject))),
		on("DELETE", uiProject, "", OurOwn, RightControl, uiThere(deleteProject)),
	},
	overWorkspace: rights{
		RightReadProjects:   {yesD, yesD, yesD, yesD, yesD, hidD},
		RightManageProjects: {yesD, yesD, yesD, yesD, noD, hidD},
	},
	places: map[string]place{"projectId": placeProject},
	assumptions: []Assumption{
		{114, "Are names of projects unique?",
			"Not in the UI; the management plane, which is ours, refuses a second one in a workspace with 409. A project stays in its workspace.",
			"Make two projects of one name in one workspace."},
		{115, "What goes with a project that is deleted, and does it come back?",
			"Its workflows, versions and solution, for good. The management plane refuses one that has workflows with 409 unless it is asked to delete them too, and one whose solution has enabled instances in any case.",
			"Delete a project in the UI, and look at what the two dialogs list."},
	},
	contents: &content{"project", "projects", "projects"},
	state:    stateProjects,
	restore:  restoring("projects", (*tx).restoreProject),
}

// frozenProject is one in a snapshot, without what is in it.
type frozenProject struct {
	ID, WorkspaceID, Name string
	Description           *string
	Created               time.Time
	Workflows             int64
	SolutionID            *string
}

func (t *tx) restoreProject(seq int, p frozenProject) error {
	_, err := t.Exec("INSERT INTO projects (seq, id, workspace_id, name, description, created_at, unseen) VALUES (?, ?, ?, ?, ?, ?, ?)",
		seq, p.ID, p.WorkspaceID, p.Name, p.Description, p.Created.UnixMilli(), p.Workflows)
	if err == nil && p.SolutionID != nil {
		_, err = t.Exec("INSERT INTO solutions (seq, id, project_id, draft) VALUES (?, ?, ?, '{}')", seq, *p.SolutionID, p.ID)
	}
	return err
}

const uiProject = "/_sandbox/ui/projects/{projectId}"

var errNoProject = engine.NotFound("There is no such project")

type project struct {
	ID            string  `json:"id"`
	Workspace     string  `json:"workspaceId"`
	Name          string  `json:"name"`
	Description   *string `json:"description,omitempty"`
	CreatedAt     string  `json:"createdAt"`
	WorkflowCount int     `json:"workflowCount"`
	Solution      *string `json:"solutionId,omitempty"`

	config, beside, extra   string
	sourceID, sourceVersion *string
}

const projectQuery = `SELECT t.seq, t.id, t.workspace_id, t.name, t.description, t.created_at, t.unseen + (SELECT count(*) FROM workflows WHERE project_id = t.id),
	(SELECT id FROM solutions WHERE project_id = t.id), t.config, t.beside, t.extra, t.source_id, t.source_version FROM projects t WHERE `

func scanProject(r *sql.Rows) (p engine.Placed[project], err error) {
	v, at := &p.Element, int64(0)
	err = r.Scan(&p.Seq, &v.ID, &v.Workspace, &v.Name, &v.Description, &at, &v.WorkflowCount, &v.Solution,
		&v.config, &v.beside, &v.extra, &v.sourceID, &v.sourceVersion)
	v.CreatedAt = engine.Timestamp(engine.FromMillis(at))
	return p, err
}

// placeProject finds the project of the path; people in the UI go by names.
func placeProject(c *call, id string) error {
	if strings.HasPrefix(c.route.Pattern, "/core/") && !engine.IsUUID(id) {
		return engine.BadRequest("Invalid value for: path parameter projectId")
	}
	p, err := one(c.tx, errNoProject, scanProject, projectQuery+"t.id = ? OR ? AND t.name = ? ORDER BY t.id <> ?, t.seq", id, c.route.control, id, id)
	if err != nil {
		return err
	}
	c.placed, c.hidden = p, errNoProject
	c.workspace, err = c.tx.findWorkspace(p.Workspace)
	return err
}

func listProjects(c *call) (answer, error) {
	return fetch(c, asIs[project], scanProject, projectQuery+"t.workspace_id = ?", c.workspace.ID)
}

func getProject(c *call) (answer, error) { return ok(c.placed) }

func createProject(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if _, err := engine.Required[string](in, "name"); err != nil {
		return answer{}, err
	}
	p, err := project{Workspace: c.workspace.ID}.with(in)
	if err == nil {
		err = c.freeProjectName(p)
	}
	if err != nil {
		return answer{}, err
	}
	return c.makeProject(p)
}

// with applies the fields that a request gives; null takes the description away.
func (p project) with(in engine.Fields) (project, error) {
	var err error
	if _, given := in["name"]; given {
		if p.Name, err = engine.RequiredName(in); err != nil {
			return p, err
		}
	}
	if _, given := in["description"]; given {
		p.Description, err = engine.Optional[string](in, "description")
	}
	return p, err
}

func (c *call) makeProject(p project) (answer, error) {
	seq, err := c.tx.next(kindProject)
	if err != nil {
		return answer{}, err
	}
	p.ID, p.CreatedAt = c.tx.derivedID(kindProject, seq), engine.Timestamp(engine.FromMillis(c.now.UnixMilli()))
	if _, err := c.tx.Exec("INSERT INTO projects (seq, id, workspace_id, name, description, created_at) VALUES (?, ?, ?, ?, ?, ?)",
		seq, p.ID, p.Workspace, p.Name, p.Description, c.now.UnixMilli()); err != nil {
		return answer{}, err
	}
	c.did(aboutProject(p.ID), "made the project %s in %s", p.Name, c.workspace.Name)
	return created(p)
}

func aboutProject(id string) string { return "project:" + id }

func updateProject(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	p, err := c.placed.(project).with(in)
	if err == nil {
		err = c.freeProjectName(p)
	}
	if err == nil {
		c.did(aboutProject(p.ID), "changed the project %s", p.Name)
		_, err = c.tx.Exec("UPDATE projects SET name = ?, description = ? WHERE id = ?", p.Name, p.Description, p.ID)
	}
	if err != nil {
		return answer{}, err
	}
	return ok(p)
}

// freeProjectName keeps names unique in a workspace, but for what people do in the UI.
func (c *call) freeProjectName(p project) error {
	var taken string
	err := c.tx.Row("SELECT id FROM projects WHERE workspace_id = ? AND name = ? AND id <> ?", p.Workspace, p.Name, p.ID).Scan(&taken)
	switch {
	case c.route.control, errors.Is(err, engine.ErrNoRow):
		return nil
	case err != nil:
		return err
	}
	return engine.Conflict("There already is a project named %q in this workspace: %s", p.Name, taken)
}

func deleteProject(c *call) (answer, error) {
	p, contents := c.placed.(project), c.query.Get("contents")
	if c.query.Has("contents") && contents != "delete" {
		return answer{}, engine.InvalidQuery("contents", "expected delete, got %q", contents)
	}
	titles, err := engine.Collect(c.tx, scanText, "SELECT title FROM workflows WHERE project_id = ? ORDER BY title, seq", p.ID)
	if err != nil {
		return answer{}, err
	}
	if contents != "delete" && !c.route.control {
		err = ruleNoWorkflows(p.Name, titles)
	}
	if err := cmp.Or(err, c.unusedSolution(p.ID)); err != nil {
		return answer{}, err
	}
	c.did(aboutProject(p.ID), "deleted the project %s", p.Name)
	if _, err := c.tx.Exec("DELETE FROM projects WHERE id = ?", p.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// ruleNoWorkflows keeps a project that has workflows. Its code tells this conflict from
// others.
func ruleNoWorkflows(name string, titles []string) error {
	if len(titles) == 0 {
		return nil
	}
	refused := engine.Conflict("The project %q is not empty: it has the workflows %s", name, some(titles))
	refused.Code = "project_not_empty"
	return refused
}

type stateProject struct {
	ID          string `json:"id"`
	Workspace   string `json:"workspace"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Config      string `json:"config"` // JSON
}

func stateProjects(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (p stateProject, err error) {
		return p, r.Scan(&p.ID, &p.Workspace, &p.Name, &p.Description, &p.Config)
	}, `SELECT t.id, w.name, t.name, coalesce(t.description, ''), t.config FROM projects t JOIN workspaces w ON w.id = t.workspace_id
		ORDER BY w.name, w.seq, t.name, t.seq`)
}

func uiCreateProject(c *call) (answer, error) {
	in, _, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	if _, err := engine.RequiredText(in, "name"); err != nil {
		return answer{}, err
	}
	where, err := engine.RequiredText(in, "workspace")
	if err != nil {
		return answer{}, err
	}
	if c.workspace, err = c.tx.findNamedWorkspace(where); err != nil {
		return answer{}, err
	}
	p, err := project{Workspace: c.workspace.ID}.with(in)
	if err != nil {
		return answer{}, err
	}
	a, err := c.makeProject(p)
	if err != nil {
		return answer{}, err
	}
	return a, c.setConfig(a.body.(project), in)
}

// uiChangeProject is somebody at the settings of a project: its name, its description, and
// its config, which no other call changes but an import.
func uiChangeProject(c *call) (answer, error) {
	in, err := c.fields()
	if err == nil {
		err = c.setConfig(c.placed.(project), in)
	}
	if err != nil {
		return answer{}, err
	}
	return updateProject(c)
}

// setConfig replaces the config where the fields have one.
func (c *call) setConfig(p project, in engine.Fields) error {
	raw, given := in["config"]
	if !given {
		return nil
	}
	config, err := parsedObject(raw)
	if err != nil {
		return engine.InvalidBody("expected an object at 'config'")
	}
	_, err = c.tx.Exec("UPDATE projects SET config = ? WHERE id = ?", encode(config), p.ID)
	return err
}
