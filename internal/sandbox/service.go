package sandbox

import (
	"database/sql"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// serviceNoun is the custom services, which only people make, in the UI.
var serviceNoun = noun{
	name: "services",
	actions: []*route{
		on("POST", "/_sandbox/ui/services", "", OurOwn, RightControl, uiCreateService),
	},
	contents: &content{"custom service", "custom services", "custom_services"},
	state:    stateServices,
}

type stateService struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	Name  string `json:"name"`
}

func stateServices(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (v stateService, err error) {
		return v, r.Scan(&v.ID, &v.Owner, &v.Name)
	}, "SELECT t.id, u.email, t.name FROM custom_services t JOIN users u ON u.id = t.owner ORDER BY t.name, t.seq")
}

// uiCreateService makes a custom service in the workspace that is named, else in its
// owner's Personal one, else in the Organization workspace.
func uiCreateService(c *call) (answer, error) {
	in, _, err := c.ui()
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
	c.did("", "made the custom service %s in %s", name, w.Name)
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
