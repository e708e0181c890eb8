package sandbox

import (
	"database/sql"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// The whole organization, sorted, for assertions.
type stateBody struct {
	Organization organizationBody `json:"organization"`
	Workspaces   []workspaceBody  `json:"workspaces"`
	Users        []userBody       `json:"users"`
	Members      []stateMember    `json:"members"`
	Invites      []inviteBody     `json:"invites"`
	Projects     []stateProject   `json:"projects"`
	Services     []stateService   `json:"services"`
}

type stateMember struct {
	Workspace string `json:"workspace"` // Its name; the rest is in workspaces.
	Email     string `json:"email"`
	Role      string `json:"role"`
}

type stateProject struct {
	ID        string `json:"id"`
	Workspace string `json:"workspace"`
	Name      string `json:"name"`
}

type stateService struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	Name  string `json:"name"`
}

func getState(c *call) (answer, error) {
	s := stateBody{Workspaces: []workspaceBody{}, Users: []userBody{}, Members: []stateMember{}, Invites: []inviteBody{},
		Projects: []stateProject{}, Services: []stateService{}}
	var err error
	if s.Organization, err = c.organizationBody(); err != nil {
		return answer{}, err
	}
	if err := c.readState(&s); err != nil {
		return answer{}, err
	}
	return ok(s)
}

func (c *call) readState(s *stateBody) error {
	workspaces, err := engine.Collect(c.tx, scanWorkspace, "SELECT "+workspaceColumns+" FROM workspaces t ORDER BY t.name, t.seq")
	if err != nil {
		return err
	}
	for _, w := range workspaces {
		body, err := c.managedBody(w.Element)
		if err != nil {
			return err
		}
		s.Workspaces = append(s.Workspaces, body)
	}
	users, err := engine.Collect(c.tx, scanUser, "SELECT "+userColumns+" FROM users t ORDER BY t.email_key")
	if err != nil {
		return err
	}
	for _, u := range users {
		body := c.userBody(u.Element)
		body.AccountType = u.Element.AccountType
		s.Users = append(s.Users, body)
	}
	invites, err := engine.Collect(c.tx, scanInvite, invitesFrom+" ORDER BY t.email_key, t.seq", c.now.UnixMilli())
	if err != nil {
		return err
	}
	for _, i := range invites {
		s.Invites = append(s.Invites, i.Element.body())
	}
	return c.readNames(s)
}

func (c *call) readNames(s *stateBody) error {
	members, err := engine.Collect(c.tx, func(r *sql.Rows) (m stateMember, err error) {
		return m, r.Scan(&m.Workspace, &m.Email, &m.Role)
	}, `SELECT w.name, u.email, t.role FROM members t JOIN workspaces w ON w.id = t.workspace_id JOIN users u ON u.id = t.user_id
		ORDER BY w.name, w.seq, u.email_key`)
	if err != nil {
		return err
	}
	projects, err := engine.Collect(c.tx, func(r *sql.Rows) (p stateProject, err error) {
		return p, r.Scan(&p.ID, &p.Workspace, &p.Name)
	}, "SELECT t.id, w.name, t.name FROM projects t JOIN workspaces w ON w.id = t.workspace_id ORDER BY w.name, w.seq, t.name, t.seq")
	if err != nil {
		return err
	}
	services, err := engine.Collect(c.tx, func(r *sql.Rows) (v stateService, err error) {
		return v, r.Scan(&v.ID, &v.Owner, &v.Name)
	}, "SELECT t.id, u.email, t.name FROM custom_services t JOIN users u ON u.id = t.owner ORDER BY t.name, t.seq")
	s.Members = append(s.Members, members...)
	s.Projects = append(s.Projects, projects...)
	s.Services = append(s.Services, services...)
	return err
}
