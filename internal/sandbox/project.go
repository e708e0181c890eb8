package sandbox

import (
	"database/sql"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// projectNoun is the projects, which only people make, in the UI.
var projectNoun = noun{
	name: "projects",
	actions: []*route{
		on("POST", "/_sandbox/ui/projects", "", OurOwn, RightControl, uiCreateProject),
	},
	contents: &content{"project", "projects", "projects"},
	state:    stateProjects,
}

type stateProject struct {
	ID        string `json:"id"`
	Workspace string `json:"workspace"`
	Name      string `json:"name"`
}

func stateProjects(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (p stateProject, err error) {
		return p, r.Scan(&p.ID, &p.Workspace, &p.Name)
	}, "SELECT t.id, w.name, t.name FROM projects t JOIN workspaces w ON w.id = t.workspace_id ORDER BY w.name, w.seq, t.name, t.seq")
}

func uiCreateProject(c *call) (answer, error) {
	in, _, err := c.ui()
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
	c.did("", "made the project %s in %s", name, w.Name)
	return created(map[string]string{"id": id})
}
