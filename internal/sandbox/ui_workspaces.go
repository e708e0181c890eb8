package sandbox

import (
	"errors"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// uiCreateWorkspace may make two of one name, as Tray nowhere says that names are unique.
func uiCreateWorkspace(c *call) (answer, error) {
	in, force, err := c.forced()
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
	kind, err := engine.Optional[string](in, "type")
	if err != nil {
		return answer{}, err
	}
	if kind != nil {
		w.Type = *kind
	}
	if !slices.Contains(workspaceTypes, w.Type) {
		return answer{}, engine.BadRequest("There is no workspace type %q", w.Type)
	}
	if w.Type == typeOrganization && !force {
		return answer{}, engine.BadRequest("An organization has one Organization workspace")
	}
	if force || w.Type != typeShared {
		if w, err = c.tx.insertWorkspace(w); err == nil {
			err = c.tx.insertMember(w.ID, c.caller.id, admin)
		}
	} else {
		w, err = c.addWorkspace(w, c.caller.id)
	}
	if err != nil {
		return answer{}, err
	}
	body, err := c.managedBody(w)
	if err != nil {
		return answer{}, err
	}
	return created(body)
}

// uiWorkspace puts the workspace of the path, by id or name, where the handlers of the API look for it.
func (c *call) uiWorkspace() (err error) {
	c.workspace, err = c.tx.findNamedWorkspace(c.params["workspace"])
	return err
}

func uiChangeWorkspace(c *call) (answer, error) {
	if err := c.uiWorkspace(); err != nil {
		return answer{}, err
	}
	in, _, err := c.forced()
	if err != nil {
		return answer{}, err
	}
	w, err := c.withDetails(c.workspace, in)
	if err != nil {
		return answer{}, err
	}
	return c.saveWorkspace(w)
}

func uiDeleteWorkspace(c *call) (answer, error) {
	if err := c.uiWorkspace(); err != nil {
		return answer{}, err
	}
	_, force, err := c.forced()
	if err != nil {
		return answer{}, err
	}
	if err := c.removeWorkspace(c.workspace, force); err != nil {
		return answer{}, err
	}
	return noContent()
}

// uiPutMember adds a member or changes the role of one.
func uiPutMember(c *call) (answer, error) {
	if err := c.uiWorkspace(); err != nil {
		return answer{}, err
	}
	in, force, err := c.forced()
	if err != nil {
		return answer{}, err
	}
	role, err := namedRole(in, workspaceRole)
	if err != nil {
		return answer{}, err
	}
	if role == "" {
		return answer{}, engine.InvalidBody("missing required field %q", "role")
	}
	u, err := c.tx.findUser(c.params["user"])
	if err != nil {
		return answer{}, err
	}
	m, err := c.findMember(u.ID)
	absent := (*engine.Problem)(nil)
	switch {
	case errors.As(err, &absent) && force:
		err = c.tx.insertMember(c.workspace.ID, u.ID, role)
	case errors.As(err, &absent):
		err = c.addMember(u.ID, role)
	case err == nil && force:
		err = c.setMemberRole(m, role)
	case err == nil:
		err = c.changeMember(m, role)
	}
	if err != nil {
		return answer{}, err
	}
	if m, err = c.findMember(u.ID); err != nil {
		return answer{}, err
	}
	return ok(c.memberBody(m))
}

func uiRemoveMember(c *call) (answer, error) {
	if err := c.uiWorkspace(); err != nil {
		return answer{}, err
	}
	_, force, err := c.forced()
	if err != nil {
		return answer{}, err
	}
	u, err := c.tx.findUser(c.params["user"])
	if err != nil {
		return answer{}, err
	}
	m, err := c.findMember(u.ID)
	if err != nil {
		return answer{}, err
	}
	if !force {
		if err := ruleSharedMembers(c.workspace.Type); err != nil {
			return answer{}, err
		}
		if err := c.keepAnAdmin(m, true); err != nil {
			return answer{}, err
		}
	}
	if err := c.removeMember(m); err != nil {
		return answer{}, err
	}
	return noContent()
}

func uiCreateProject(c *call) (answer, error) {
	in, _, err := c.forced()
	if err != nil {
		return answer{}, err
	}
	name, err := engine.RequiredText(in, "name")
	if err != nil {
		return answer{}, err
	}
	where, err := engine.RequiredText(in, "workspace")
	if err != nil {
		return answer{}, err
	}
	w, err := c.tx.findNamedWorkspace(where)
	if err != nil {
		return answer{}, err
	}
	seq, err := c.tx.next(kindProject)
	if err != nil {
		return answer{}, err
	}
	id := c.tx.derivedID(kindProject, seq)
	if _, err := c.tx.Exec("INSERT INTO projects (seq, id, workspace_id, name) VALUES (?, ?, ?, ?)", seq, id, w.ID, name); err != nil {
		return answer{}, err
	}
	return created(map[string]string{"id": id})
}

// uiCreateService makes a custom service in the workspace that is named, else in its owner's Personal one, else in the
// Organization workspace.
func uiCreateService(c *call) (answer, error) {
	in, _, err := c.forced()
	if err != nil {
		return answer{}, err
	}
	name, err := engine.RequiredText(in, "name")
	if err != nil {
		return answer{}, err
	}
	person, err := engine.RequiredText(in, "owner")
	if err != nil {
		return answer{}, err
	}
	u, err := c.tx.findUser(person)
	if err != nil {
		return answer{}, err
	}
	w, err := c.serviceWorkspace(in, u.ID)
	if err != nil {
		return answer{}, err
	}
	seq, err := c.tx.next(kindService)
	if err != nil {
		return answer{}, err
	}
	id := c.tx.derivedID(kindService, seq)
	_, err = c.tx.Exec("INSERT INTO custom_services (seq, id, workspace_id, owner, name) VALUES (?, ?, ?, ?, ?)", seq, id, w.ID, u.ID, name)
	if err != nil {
		return answer{}, err
	}
	return created(map[string]string{"id": id})
}

// serviceWorkspace is where a new custom service of somebody goes.
func (c *call) serviceWorkspace(in engine.Fields, ownerID string) (workspace, error) {
	where, err := engine.Optional[string](in, "workspace")
	if err != nil {
		return workspace{}, err
	}
	if where != nil {
		return c.tx.findNamedWorkspace(*where)
	}
	return c.tx.oneWorkspace("t.person = ? OR t.type = 'Organization' ORDER BY t.person IS NULL LIMIT 1", ownerID)
}
