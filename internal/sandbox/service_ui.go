package sandbox

import "github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"

// uiCreateService makes a custom service in the workspace that is named, else in its
// owner's Personal one, else in the Organization workspace.
func uiCreateService(c *call) (answer, error) {
	in, _, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	if _, err := engine.RequiredText(in, "name"); err != nil {
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
	kind, err := engine.Optional[string](in, "authenticationType")
	if err != nil {
		return answer{}, err
	}
	s := service{Workspace: w.ID, Owner: u.ID, Kind: kindToken}
	if kind != nil {
		s.Kind = *kind
	}
	return c.makeService(s, in)
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
