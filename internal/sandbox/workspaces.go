package sandbox

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Types of workspaces.
const (
	typeEmbedded         = "Embedded"
	typeOrganization     = "Organization"
	typePersonal         = "Personal"
	typePersonalExternal = "PersonalExternal"
	typeShared           = "Shared"
)

var workspaceTypes = []string{typeEmbedded, typeOrganization, typePersonal, typePersonalExternal, typeShared}

// errNoWorkspace answers alike for a workspace that is absent and one that is hidden from the token.
var errNoWorkspace = engine.NotFound("There is no such workspace")

type workspace struct {
	ID, Name, Type string
	Description    *string
	TaskLimit      *int64
	person         *string // Whose Personal workspace it is.
}

type workspaceBody struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Type        any     `json:"type"`
	Description *string `json:"description,omitempty"`
	TaskLimit   *int64  `json:"monthlyTaskLimit,omitempty"`

	// On the management plane only.
	ProjectCount *int           `json:"projectCount,omitempty"`
	Contents     map[string]int `json:"contents,omitempty"` // What goes with it when it is deleted, by kind.
}

func (c *call) workspaceBody(w workspace) workspaceBody {
	return workspaceBody{ID: w.ID, Name: w.Name, Type: c.options.wireType(w.Type), Description: w.Description, TaskLimit: w.TaskLimit}
}

// managedBody is a workspace on the management plane, where types are strings whatever the quirks of the platform API.
func (c *call) managedBody(w workspace) (workspaceBody, error) {
	body := c.workspaceBody(w)
	held, err := c.tx.contents(w.ID)
	if err != nil {
		return body, err
	}
	projects := len(held[0].names)
	body.Type, body.ProjectCount, body.Contents = w.Type, &projects, map[string]int{}
	for _, h := range held {
		body.Contents[h.kind] = len(h.names)
	}
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

// findNamedWorkspace is for people's doings in the UI: by id, or by name, where the oldest shared one of that name is meant.
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

// listWorkspaces pages through what the caller may see: everything for the Owner and Admins, one workspace for a token scoped
// to it, and otherwise the Organization workspace and those the caller is in.
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
	if w, err = c.addWorkspace(w, c.caller.id); err != nil {
		return answer{}, err
	}
	body, err := c.managedBody(w)
	if err != nil {
		return answer{}, err
	}
	return created(body)
}

// withDetails applies the fields that a request gives, and tells three things apart for each optional one: absent (keep), null
// (clear) and a value.
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

// requireFreeName keeps names of shared workspaces unique on the management plane. People may well make two of one name in
// the UI.
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

// addWorkspace makes a shared workspace, of which the creator becomes Admin, unless the plan allows no more.
func (c *call) addWorkspace(w workspace, creator string) (workspace, error) {
	var shared int
	if err := c.tx.Row("SELECT count(*) FROM workspaces WHERE type = 'Shared'").Scan(&shared); err != nil {
		return w, err
	}
	if err := rulePlanLimit(c.organization.Plan, shared); err != nil {
		return w, err
	}
	w, err := c.tx.insertWorkspace(w)
	if err != nil {
		return w, err
	}
	return w, c.tx.insertMember(w.ID, creator, admin)
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

// contentTables are what a workspace can hold beside people: the word on the wire, the words for people, and the table, in which
// a workspace_id and a name are.
var contentTables = []struct{ kind, one, many, table string }{
	{"projects", "project", "projects", "projects"},
	{"services", "custom service", "custom services", "custom_services"},
}

// holding is what a workspace holds of one kind.
type holding struct {
	kind, one, many string
	names           []string
}

// contents are what a workspace holds, kinds that are not there included.
func (t *tx) contents(workspaceID string) ([]holding, error) {
	all := make([]holding, len(contentTables))
	for i, of := range contentTables {
		names, err := engine.Collect(t, scanText, "SELECT name FROM "+of.table+" WHERE workspace_id = ? ORDER BY name, seq", workspaceID)
		if err != nil {
			return nil, err
		}
		all[i] = holding{of.kind, of.one, of.many, names}
	}
	return all, nil
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

// removeWorkspace deletes a shared workspace; memberships and tokens scoped to it go with it, and its contents where they may.
func (c *call) removeWorkspace(w workspace, withContents bool) error {
	if w.Type != typeShared {
		return engine.Conflict("Only shared workspaces can be deleted: %q is the %s workspace", w.Name, w.Type)
	}
	held, err := c.tx.contents(w.ID)
	if err != nil {
		return err
	}
	if err := ruleEmpty(w.Name, held); err != nil && !withContents {
		return err
	}
	_, err = c.tx.Exec("DELETE FROM workspaces WHERE id = ?", w.ID)
	return err
}
