package sandbox

import (
	"database/sql"
	"encoding/json"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// solutionNoun is the solutions, which end users make instances of: at most one of a
// project, in the Embedded workspace. What is edited and imported is a draft, which a release
// publishes.
var solutionNoun = noun{
	name: "solutions",
	routes: []*route{
		on("POST", "/core/v1/solutions/{solutionId}/releases/previews", "previewSolutionRelease", FromDocuments, RightManageProjects, previewSolutionRelease, 116, 128, 129),
		on("POST", "/core/v1/solutions/{solutionId}/releases", "createSolutionRelease", FromObservation, RightManageProjects, createSolutionRelease, 116, 128, 129, 130),
		unheld("solutions", on("GET", "/management/v1/workspaces/{workspaceId}/solutions", "listManagedSolutions", OurOwn, RightReadProjects, listManagedSolutions)),
	},
	actions: []*route{
		bodies(textBody, on("PUT", uiProject+"/solution", "", OurOwn, RightControl, uiThere(uiPutSolution))),
		on("DELETE", uiProject+"/solution", "", OurOwn, RightControl, uiThere(uiDeleteSolution)),
	},
	places: map[string]place{"solutionId": placeSolution},
	assumptions: []Assumption{
		{128, "Which changes of a solution are breaking, and what do they require?",
			"A slot of another type, service or with more scopes, and one that must be filled and had not to be before: the user's input where it is shown, the system's where it is hidden. What is new with the solution itself breaks nothing, nor does a slot that goes.",
			"POST releases/previews of a draft with one slot more."},
		{129, "What does a preview of a release compare?",
			"The draft with what was released last.",
			"POST releases/previews twice, with a release in between."},
		{130, "Can a draft be released twice, and what of the instances?",
			"Yes, each time with an id of its own. Instances go to the new release by themselves, as documented, unless it has breaking changes.",
			"POST releases twice."},
	},
	state: stateSolutions,
}

var errNoSolution = engine.NotFound("There is no such solution")

// solution is one with its draft, and its last release where it has one.
type solution struct {
	id, project, workspace, draft string
	releaseID, released           *string
	releasedAt                    *int64
	instances                     int
	// The workflows of the project and of the release, by id and revision.
	workflows, releasedWorkflows string
}

const solutionQuery = `SELECT t.seq, t.id, t.project_id, p.workspace_id, t.draft, r.id, r.content, r.created_at, (SELECT count(*) FROM solution_instances WHERE solution_id = t.id),
	(SELECT coalesce(group_concat(id || '/' || revision ORDER BY id), '') FROM workflows WHERE project_id = t.project_id),
	(SELECT coalesce(group_concat(w.value ->> 'id' || '/' || (w.value ->> 'revision') ORDER BY w.value ->> 'id'), '') FROM json_each(r.workflows) w)
	FROM solutions t JOIN projects p ON p.id = t.project_id
	LEFT JOIN solution_releases r ON r.seq = (SELECT max(seq) FROM solution_releases WHERE solution_id = t.id) WHERE `

func scanSolution(r *sql.Rows) (p engine.Placed[solution], err error) {
	s := &p.Element
	return p, r.Scan(&p.Seq, &s.id, &s.project, &s.workspace, &s.draft, &s.releaseID, &s.released, &s.releasedAt, &s.instances, &s.workflows, &s.releasedWorkflows)
}

// solutionOf is the solution of a project, nil when it has none.
func (t *tx) solutionOf(projectID string) (*solution, error) {
	found, err := engine.Collect(t, scanSolution, solutionQuery+"t.project_id = ?", projectID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0].Element, nil
}

func placeSolution(c *call, id string) error {
	if !engine.IsUUID(id) {
		return engine.BadRequest("Invalid value for: path parameter solutionId")
	}
	s, err := one(c.tx, errNoSolution, scanSolution, solutionQuery+"t.id = ?", id)
	if err != nil {
		return err
	}
	c.placed, c.hidden = s, errNoSolution
	c.workspace, err = c.tx.findWorkspace(s.workspace)
	return err
}

// unusedSolution keeps the solution of a project while end users have instances of it that
// are enabled.
func (c *call) unusedSolution(projectID string) error {
	var enabled int
	err := c.tx.Row("SELECT count(*) FROM solution_instances i JOIN solutions s ON s.id = i.solution_id WHERE s.project_id = ? AND i.enabled", projectID).Scan(&enabled)
	if err != nil || enabled == 0 {
		return err
	}
	return c.rule(engine.Conflict("The solution of the project is in use: %d of its instances are enabled", enabled))
}

// importSolution makes the draft what the document says, and nothing of what is published.
func (i *importing) importSolution() (*solutionImportImpact, error) {
	before, err := i.tx.solutionOf(i.into.ID)
	if err != nil {
		return nil, err
	}
	if i.document.solution == nil {
		return i.dropSolution(before)
	}
	content := tree{}
	for name, value := range i.document.solution {
		content[name] = value
	}
	for _, name := range knownOfSolution {
		delete(content, name)
	}
	draft := i.withOurIDs(ordered(content))
	if before == nil {
		made, err := i.tx.insertSolution(i.into.ID, draft)
		return &solutionImportImpact{ID: made, ChangeType: solutionCreated, slotImpact: compareSlots(nil, slotsOf(draft))}, err
	}
	if before.draft == draft {
		return nil, nil
	}
	_, err = i.tx.Exec("UPDATE solutions SET draft = ? WHERE id = ?", draft, before.id)
	return &solutionImportImpact{ID: before.id, ChangeType: "Updated", slotImpact: compareSlots(&before.draft, slotsOf(draft))}, err
}

func (i *importing) dropSolution(before *solution) (*solutionImportImpact, error) {
	if before == nil {
		return nil, nil
	}
	if err := i.unusedSolution(i.into.ID); err != nil {
		return nil, err
	}
	_, err := i.tx.Exec("DELETE FROM solutions WHERE id = ?", before.id)
	return &solutionImportImpact{ID: before.id, ChangeType: "Deleted", slotImpact: compareSlots(&before.draft, nil)}, err
}

func (t *tx) insertSolution(projectID, draft string) (string, error) {
	seq, err := t.next(kindSolution)
	if err != nil {
		return "", err
	}
	id := t.derivedID(kindSolution, seq)
	_, err = t.Exec("INSERT INTO solutions (seq, id, project_id, draft) VALUES (?, ?, ?, ?)", seq, id, projectID, draft)
	return id, err
}

// release is the answer to a release, and without an id to its preview.
type release struct {
	ID string `json:"releaseId,omitempty"`
	slotImpact
}

func previewSolutionRelease(c *call) (answer, error) {
	s := c.placed.(solution)
	impact := compareSlots(s.released, slotsOf(s.draft))
	impact.Auths, impact.Configs = impact.Auths.withoutNewIDs(), impact.Configs.withoutNewIDs()
	c.did(aboutProject(s.project), "asked what releasing the solution %s would do", s.title())
	return ok(release{slotImpact: impact})
}

func createSolutionRelease(c *call) (answer, error) {
	s := c.placed.(solution)
	seq, err := c.tx.next(kindRelease)
	if err != nil {
		return answer{}, err
	}
	r := release{ID: c.tx.derivedID(kindRelease, seq), slotImpact: compareSlots(s.released, slotsOf(s.draft))}
	workflows, err := c.tx.releasedWorkflows(s.project)
	if err == nil {
		_, err = c.tx.Exec("INSERT INTO solution_releases (seq, id, solution_id, created_at, content, workflows) VALUES (?, ?, ?, ?, ?, ?)",
			seq, r.ID, s.id, c.now.UnixMilli(), s.draft, encode(workflows))
	}
	if err == nil && !r.Breaking {
		_, err = c.tx.Exec("UPDATE solution_instances SET release_id = ? WHERE solution_id = ?", r.ID, s.id)
	}
	if err != nil {
		return answer{}, err
	}
	c.did(aboutProject(s.project), "released the solution %s", s.title())
	return created(r)
}

// releasedWorkflow is what an instance runs.
type releasedWorkflow struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Webhook  bool   `json:"webhook"`
	Revision int64  `json:"revision,omitempty"`
}

func (t *tx) releasedWorkflows(projectID string) ([]releasedWorkflow, error) {
	return engine.Collect(t, func(r *sql.Rows) (w releasedWorkflow, err error) {
		content := ""
		if err = r.Scan(&w.ID, &w.Title, &content, &w.Revision); err != nil {
			return w, err
		}
		var known struct {
			Steps map[string]struct{ Connector struct{ Name string } }
		}
		err = json.Unmarshal([]byte(content), &known)
		for _, s := range known.Steps {
			w.Webhook = w.Webhook || s.Connector.Name == "webhook"
		}
		return w, err
	}, "SELECT id, title, content, revision FROM workflows WHERE project_id = ? ORDER BY seq", projectID)
}

func (s solution) title() string { return titleOf(s.draft) }

func titleOf(content string) string {
	var known struct{ Name string }
	_ = json.Unmarshal([]byte(content), &known) // checked when it was stored
	return known.Name
}

func (s solution) state() string {
	switch {
	case s.released == nil:
		return "Draft"
	case *s.released != s.draft, s.releasedWorkflows != s.workflows:
		return "Changed"
	}
	return "Live"
}

type managedSolution struct {
	ID          string   `json:"id"`
	Workspace   string   `json:"workspaceId"`
	Project     string   `json:"projectId"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Tags        []string `json:"tags"`
	State       string   `json:"state"`
	ReleaseID   *string  `json:"releaseId,omitempty"`
	ReleasedAt  string   `json:"releasedAt,omitempty"`
	Instances   int      `json:"instanceCount"`
}

func (s solution) managed() managedSolution {
	var known struct {
		Name, Description string
		Tags              []string
	}
	_ = json.Unmarshal([]byte(s.draft), &known) // whatever is of another form is left out
	m := managedSolution{ID: s.id, Workspace: s.workspace, Project: s.project, Title: known.Name, Description: known.Description,
		Tags: append([]string{}, known.Tags...), State: s.state(), ReleaseID: s.releaseID, Instances: s.instances}
	if s.releasedAt != nil {
		m.ReleasedAt = engine.Timestamp(engine.FromMillis(*s.releasedAt))
	}
	return m
}

func listManagedSolutions(c *call) (answer, error) {
	return fetch(c, func(s solution) any { return s.managed() }, scanSolution, solutionQuery+"p.workspace_id = ?", c.workspace.ID)
}

func stateSolutions(c *call) (any, error) {
	all, err := engine.Collect(c.tx, scanSolution, solutionQuery+"true ORDER BY t.seq")
	managed := make([]managedSolution, len(all))
	for i, s := range all {
		managed[i] = s.Element.managed()
	}
	return managed, err
}

// uiPutSolution is somebody making or changing the solution of a project: title,
// description, tags, customFields and slots. What is absent stays.
func uiPutSolution(c *call) (answer, error) {
	p := c.placed.(project)
	if c.workspace.Type != typeEmbedded {
		return answer{}, engine.BadRequest("Solutions are in the Embedded workspace only")
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	s, err := c.tx.solutionOf(p.ID)
	if err != nil {
		return answer{}, err
	}
	content := tree{"name": p.Name, "tags": []any{}, "custom_fields": []any{}, "view_schema": tree{"version": 1, "screens": []any{}, "slots": []any{}}}
	if s != nil {
		if content, err = parsedObject([]byte(s.draft)); err != nil {
			return answer{}, err
		}
	}
	for name, as := range map[string]string{"title": "name", "description": "description", "tags": "tags", "customFields": "custom_fields"} {
		if raw, given := in[name]; given {
			content[as] = raw
		}
	}
	if raw, given := in["slots"]; given {
		under(content, "view_schema")["slots"] = raw
	}
	return c.saveSolution(p, s, canonical(content))
}

// canonical is JSON that may have raw parts, in order.
func canonical(t tree) string {
	again, err := parsedObject([]byte(ordered(t)))
	if err != nil {
		return "{}" // it was JSON just now
	}
	return ordered(again)
}

func (c *call) saveSolution(p project, s *solution, draft string) (answer, error) {
	c.did(aboutProject(p.ID), "changed the solution of the project %s", p.Name)
	if s != nil {
		_, err := c.tx.Exec("UPDATE solutions SET draft = ? WHERE id = ?", draft, s.id)
		return answer{status: 200, body: map[string]string{"id": s.id}}, err
	}
	id, err := c.tx.insertSolution(p.ID, draft)
	if err != nil {
		return answer{}, err
	}
	return created(map[string]string{"id": id})
}

func uiDeleteSolution(c *call) (answer, error) {
	p := c.placed.(project)
	if err := c.unusedSolution(p.ID); err != nil {
		return answer{}, err
	}
	c.did(aboutProject(p.ID), "deleted the solution of the project %s", p.Name)
	if _, err := c.tx.Exec("DELETE FROM solutions WHERE project_id = ?", p.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}
