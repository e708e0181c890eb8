package sandbox

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization and a workspace.
const (
	RightListWorkspaces  Right = "list the workspaces one sees"
	RightCreateWorkspace Right = "create a workspace"
	RightReadWorkspace   Right = "read a workspace"
	RightEditWorkspace   Right = "edit name and description"
	RightSetTaskLimit    Right = "set the task limit"
	RightDeleteWorkspace Right = "delete a workspace"
)

// workspaceNoun is the workspaces, as the API lists and the management plane makes them.
var workspaceNoun = noun{
	name: "workspaces",
	routes: []*route{
		repeating("type", on("GET", "/core/v1/workspaces", "listWorkspaces", FromDocuments, RightListWorkspaces, listWorkspaces, 1, 2, 3, 27, 28, 29)),
		on("GET", "/core/v1/workspaces/{workspaceId}", "getWorkspace", FromDocuments, RightReadWorkspace, getWorkspace, 1, 27, 31, 34),
		on("POST", "/management/v1/workspaces", "createWorkspace", OurOwn, RightCreateWorkspace, createWorkspace, 41, 44, 64),
		on("GET", "/management/v1/workspaces/{workspaceId}", "getManagedWorkspace", OurOwn, RightReadWorkspace, getManagedWorkspace),
		on("PATCH", "/management/v1/workspaces/{workspaceId}", "updateWorkspace", OurOwn, RightEditWorkspace, updateWorkspace, 41, 43, 64),
		on("DELETE", "/management/v1/workspaces/{workspaceId}", "deleteWorkspace", OurOwn, RightDeleteWorkspace, deleteWorkspace, 42),
	},
	actions: []*route{
		on("POST", "/_sandbox/ui/workspaces", "", OurOwn, RightControl, uiCreateWorkspace),
		on("PATCH", "/_sandbox/ui/workspaces/{workspace}", "", OurOwn, RightControl, uiChangeWorkspace),
		on("DELETE", "/_sandbox/ui/workspaces/{workspace}", "", OurOwn, RightControl, uiDeleteWorkspace),
	},
	overOrganization: rights{
		// Owner, Admin, Contributor, Viewer, scoped token
		RightListWorkspaces:  {yesD, yesD, yesD, yesD, yesD},
		RightCreateWorkspace: {yesO, yesO, noO, noA, noA},
	},
	overWorkspace: rights{
		// organization Owner and Admin; Admin, Contributor, Viewer of the workspace; not
		// a member
		RightReadWorkspace:   {yesD, yesD, yesD, yesD, yesD, hidD},
		RightEditWorkspace:   {yesA, yesA, yesA, noA, noA, hidA},
		RightSetTaskLimit:    {yesO, yesO, noA, noA, noA, hidA},
		RightDeleteWorkspace: {yesA, yesA, noA, noA, noA, hidA},
	},
	assumptions: []Assumption{
		{1, "Which workspaces does the token of an organization Contributor or Viewer see?",
			"The Organization workspace and those its user is in; others answer 404. The API reference can be read as: every organization-scoped token sees all.",
			"GET /core/v1/workspaces with the token of an API user that is an organization Viewer in one of two shared workspaces."},
		{38, "Who is in the Embedded workspace at first?",
			"The Owner, as Admin, who has no Personal workspace.",
			"GET /core/v1/workspaces/{embedded}/users in a new Embedded organization."},
		{41, "Are names of shared workspaces unique?",
			"Not in the UI; the management plane, which is ours, refuses a second one with 409.",
			"Create two workspaces of one name in the UI."},
		{42, "When can a workspace be deleted?",
			"Shared ones by an organization Admin or Owner while they hold no projects, custom services, authentications and agent groups, 409 otherwise, unless asked to delete these too. Memberships and its API users go with it.",
			"Delete a workspace with a project in the UI."},
		{43, "Who may change a workspace's details?",
			"Name and description also its Admins; the task limit organization Admins and the Owner only.",
			"Open Workspace details as a workspace Admin."},
		{44, "Which workspaces count for a plan's limit?",
			"Shared ones only.",
			"Look at the count in a Pro organization's settings."},
	},
	state: stateWorkspaces,
	restore: restoring("workspaces", func(t *tx, seq int, w struct {
		ID, Name, Type string
		Description    *string
		TaskLimit      *int64
	}) error {
		_, err := t.Exec("INSERT INTO workspaces (seq, id, name, type, description, task_limit) VALUES (?, ?, ?, ?, ?, ?)",
			seq, w.ID, w.Name, w.Type, w.Description, w.TaskLimit)
		return err
	}),
}

// Types of workspaces.
const (
	typeEmbedded         = "Embedded"
	typeOrganization     = "Organization"
	typePersonal         = "Personal"
	typePersonalExternal = "PersonalExternal"
	typeShared           = "Shared"
)

var workspaceTypes = []string{typeEmbedded, typeOrganization, typePersonal, typePersonalExternal, typeShared}

// errNoWorkspace answers alike for a workspace that is absent and one that is hidden from
// the token.
var errNoWorkspace = engine.NotFound("There is no such workspace")

type workspace struct {
	ID, Name, Type string
	Description    *string
	TaskLimit      *int64
	person         *string // whose Personal workspace it is
}

type workspaceBody struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Type        any     `json:"type"`
	Description *string `json:"description,omitempty"`
	TaskLimit   *int64  `json:"monthlyTaskLimit,omitempty"`

	// On the management plane only.
	ProjectCount *int           `json:"projectCount,omitempty"`
	Contents     map[string]int `json:"contents,omitempty"` // what goes with it when it is deleted, by kind
}

func (c *call) workspaceBody(w workspace) workspaceBody {
	return workspaceBody{ID: w.ID, Name: w.Name, Type: c.options.wireType(w.Type), Description: w.Description, TaskLimit: w.TaskLimit}
}

// managedBody is a workspace on the management plane, where types are strings whatever
// the quirks of the platform API.
func (c *call) managedBody(w workspace) (workspaceBody, error) {
	body := c.workspaceBody(w)
	body.Type, body.Contents = w.Type, map[string]int{}
	if f := c.tx.s.frozen; f != nil {
		for _, n := range nouns {
			if n.contents != nil {
				body.Contents[n.name] = 0
			}
		}
		maps.Copy(body.Contents, f.Contents[w.ID])
	} else if held, err := c.tx.contents(w.ID); err != nil {
		return body, err
	} else {
		for _, h := range held {
			body.Contents[h.name] = len(h.names)
		}
	}
	projects := body.Contents[projectNoun.name]
	body.ProjectCount = &projects
	return body, nil
}

const workspaceColumns = "t.seq, t.id, t.name, t.type, t.description, t.task_limit"

func scanWorkspace(r *sql.Rows) (engine.Placed[workspace], error) {
	var p engine.Placed[workspace]
	w := &p.Element
	return p, r.Scan(&p.Seq, &w.ID, &w.Name, &w.Type, &w.Description, &w.TaskLimit)
}

func (t *tx) findWorkspace(id string) (workspace, error) {
	return t.oneWorkspace("t.id = ?", id)
}

// findNamedWorkspace is for what people do in the UI: by id, or by name, where the oldest
// shared one of that name is meant.
func (t *tx) findNamedWorkspace(idOrName string) (workspace, error) {
	return t.oneWorkspace("t.id = ? OR t.name = ? ORDER BY t.id <> ?, t.type <> 'Shared', t.seq LIMIT 1", idOrName, idOrName, idOrName)
}

func (t *tx) oneWorkspace(where string, args ...any) (workspace, error) {
	found, err := engine.Collect(t, scanWorkspace, "SELECT "+workspaceColumns+" FROM workspaces t WHERE "+where, args...)
	if err != nil {
		return workspace{}, err
	}
	if len(found) == 0 {
		return workspace{}, errNoWorkspace
	}
	return found[0].Element, nil
}

func (t *tx) insertWorkspace(w workspace) (workspace, error) {
	seq, err := t.next(kindWorkspace)
	if err != nil {
		return w, err
	}
	w.ID = t.derivedID(kindWorkspace, seq)
	_, err = t.Exec("INSERT INTO workspaces (seq, id, name, type, description, task_limit, person) VALUES (?, ?, ?, ?, ?, ?, ?)",
		seq, w.ID, w.Name, w.Type, w.Description, w.TaskLimit, w.person)
	return w, err
}

// listWorkspaces pages through what the caller may see: everything for the Owner and
// Admins, one workspace for a token scoped to it, and otherwise the Organization
// workspace and those the caller is in.
func listWorkspaces(c *call) (answer, error) {
	p, err := c.paging(maxWorkspacePage)
	if err != nil {
		return answer{}, err
	}
	query, args := "SELECT "+workspaceColumns+" FROM workspaces t WHERE 1", []any(nil)
	switch {
	case c.caller.scope != "":
		query, args = query+" AND t.id = ?", append(args, c.caller.scope)
	case !c.caller.seesAll():
		query += " AND (t.type = 'Organization' OR t.id IN (SELECT workspace_id FROM members WHERE user_id = ?))"
		args = append(args, c.caller.id)
	}
	if types := c.query["type"]; len(types) > 0 {
		for _, name := range types {
			if !slices.Contains(workspaceTypes, name) {
				return answer{}, engine.InvalidQuery("type", "%q is not one of %s", name, strings.Join(workspaceTypes, ", "))
			}
			args = append(args, name)
		}
		query += " AND t.type IN (?" + strings.Repeat(", ?", len(types)-1) + ")"
	}
	f, err := engine.Fetch(c.tx, p, scanWorkspace, query, args...)
	if err != nil {
		return answer{}, err
	}
	return page(c, f, func(w workspace) any { return c.workspaceBody(w) })
}

func getWorkspace(c *call) (answer, error) { return ok(c.workspaceBody(c.workspace)) }

func getManagedWorkspace(c *call) (answer, error) {
	body, err := c.managedBody(c.workspace)
	if err != nil {
		return answer{}, err
	}
	return ok(body)
}

func createWorkspace(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if _, err := engine.Required[string](in, "name"); err != nil {
		return answer{}, err
	}
	w, err := c.withDetails(workspace{Type: typeShared}, in)
	if err != nil {
		return answer{}, err
	}
	if err := c.requireFreeName(w.Name, ""); err != nil {
		return answer{}, err
	}
	return c.newWorkspace(w)
}

// withDetails applies the fields that a request gives, and tells three things apart for
// each optional one: absent (keep), null (clear) and a value.
func (c *call) withDetails(w workspace, in engine.Fields) (workspace, error) {
	var err error
	if _, given := in["name"]; given {
		if w.Name, err = engine.RequiredName(in); err != nil {
			return w, err
		}
	}
	if _, given := in["description"]; given {
		if w.Description, err = engine.Optional[string](in, "description"); err != nil {
			return w, err
		}
	}
	if _, given := in["monthlyTaskLimit"]; given {
		w.TaskLimit, err = engine.Optional[int64](in, "monthlyTaskLimit")
		if err == nil && w.TaskLimit != nil && *w.TaskLimit < 0 {
			err = engine.InvalidBody("expected 0 or more at %q", "monthlyTaskLimit")
		}
	}
	return w, err
}

// requireFreeName keeps names of shared workspaces unique on the management plane. People
// may well make two of one name in the UI.
func (c *call) requireFreeName(name, except string) error {
	var taken string
	err := c.tx.Row("SELECT id FROM workspaces WHERE type = 'Shared' AND name = ? AND id <> ?", name, except).Scan(&taken)
	if errors.Is(err, engine.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	return engine.Conflict("There already is a shared workspace named %q: %s", name, taken)
}

// newWorkspace makes a workspace, of which the caller becomes Admin, unless the plan
// allows no more shared ones.
func (c *call) newWorkspace(w workspace) (answer, error) {
	if err := c.roomFor(w); err != nil {
		return answer{}, err
	}
	w, err := c.tx.insertWorkspace(w)
	if err != nil {
		return answer{}, err
	}
	c.did(aboutWorkspace(w.ID), "made the workspace %s", w.Name)
	if err := c.tx.insertMember(w.ID, c.caller.id, admin); err != nil {
		return answer{}, err
	}
	body, err := c.managedBody(w)
	if err != nil {
		return answer{}, err
	}
	return created(body)
}

// roomFor asks the rules about one workspace more.
func (c *call) roomFor(w workspace) error {
	switch w.Type {
	case typeOrganization:
		return c.rule(engine.BadRequest("An organization has one Organization workspace"))
	case typeShared:
		var shared int
		if err := c.tx.Row("SELECT count(*) FROM workspaces WHERE type = 'Shared'").Scan(&shared); err != nil {
			return err
		}
		return c.rule(rulePlanLimit(c.organization.Plan, shared))
	}
	return nil
}

func updateWorkspace(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if _, given := in["monthlyTaskLimit"]; given {
		if err := c.require(RightSetTaskLimit); err != nil {
			return answer{}, err
		}
	}
	w, err := c.withDetails(c.workspace, in)
	if err != nil {
		return answer{}, err
	}
	if w.Type == typeShared && w.Name != c.workspace.Name {
		if err := c.requireFreeName(w.Name, w.ID); err != nil {
			return answer{}, err
		}
	}
	return c.saveWorkspace(w)
}

func (c *call) saveWorkspace(w workspace) (answer, error) {
	c.did(aboutWorkspace(w.ID), "changed the workspace %s", w.Name)
	if _, err := c.tx.Exec("UPDATE workspaces SET name = ?, description = ?, task_limit = ? WHERE id = ?",
		w.Name, w.Description, w.TaskLimit, w.ID); err != nil {
		return answer{}, err
	}
	body, err := c.managedBody(w)
	if err != nil {
		return answer{}, err
	}
	return ok(body)
}

// holding is what a workspace holds of one noun.
type holding struct {
	*noun
	names []string
}

// contents are what a workspace holds beside people, nouns of which there is nothing
// included.
func (t *tx) contents(workspaceID string) (all []holding, err error) {
	for _, n := range nouns {
		if n.contents == nil {
			continue
		}
		names, err := engine.Collect(t, scanText, "SELECT name FROM "+n.contents.table+" WHERE workspace_id = ? ORDER BY name, seq", workspaceID)
		if err != nil {
			return nil, err
		}
		all = append(all, holding{n, names})
	}
	return all, nil
}

// moveContents takes everything from one workspace to another.
func (t *tx) moveContents(from, to string) error {
	for _, n := range nouns {
		if n.contents == nil {
			continue
		}
		if _, err := t.Exec("UPDATE "+n.contents.table+" SET workspace_id = ? WHERE workspace_id = ?", to, from); err != nil {
			return err
		}
	}
	return nil
}

func deleteWorkspace(c *call) (answer, error) {
	contents := c.query.Get("contents")
	if c.query.Has("contents") && contents != "delete" {
		return answer{}, engine.InvalidQuery("contents", "expected delete, got %q", contents)
	}
	if err := c.removeWorkspace(c.workspace, contents == "delete"); err != nil {
		return answer{}, err
	}
	return noContent()
}

// removeWorkspace deletes a shared workspace; memberships and tokens scoped to it go with
// it, and its contents where they may.
func (c *call) removeWorkspace(w workspace, withContents bool) error {
	if w.Type != typeShared {
		return engine.Conflict("Only shared workspaces can be deleted: %q is the %s workspace", w.Name, w.Type)
	}
	held, err := c.tx.contents(w.ID)
	if err != nil {
		return err
	}
	if err := c.rule(ruleEmpty(w.Name, held)); err != nil && !withContents {
		return err
	}
	c.did(aboutWorkspace(w.ID), "deleted the workspace %s", w.Name)
	for _, statement := range []string{"DELETE FROM users WHERE id IN (SELECT user_id FROM api_users WHERE workspace_id = ?)", "DELETE FROM workspaces WHERE id = ?"} {
		if _, err = c.tx.Exec(statement, w.ID); err != nil {
			return err
		}
	}
	return nil
}

// stateWorkspaces lists all workspaces as the management plane shows them.
func stateWorkspaces(c *call) (any, error) {
	all, err := engine.Collect(c.tx, scanWorkspace, "SELECT "+workspaceColumns+" FROM workspaces t ORDER BY t.name, t.seq")
	if err != nil {
		return nil, err
	}
	bodies := make([]workspaceBody, len(all))
	for i, w := range all {
		if bodies[i], err = c.managedBody(w.Element); err != nil {
			return nil, err
		}
	}
	return bodies, nil
}
