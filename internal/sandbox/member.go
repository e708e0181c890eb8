package sandbox

import (
	"database/sql"
	"errors"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over a workspace.
const (
	RightReadMembers   Right = "read members"
	RightManageMembers Right = "add and remove members, change their role"
)

// memberNoun is who is in which workspace.
var memberNoun = noun{
	name: "members",
	routes: []*route{
		on("GET", "/core/v1/workspaces/{workspaceId}/users", "listWorkspaceUsers", FromObservation, RightReadMembers, listWorkspaceUsers, 2, 3, 4, 5, 25, 26, 27, 28, 29, 34),
		on("POST", "/core/v1/workspaces/{workspaceId}/users", "addWorkspaceUser", FromDocuments, RightManageMembers, addWorkspaceUser, 5, 6, 8, 9, 12, 30, 34, 47),
		on("GET", "/core/v1/workspaces/{workspaceId}/users/{userId}", "getWorkspaceUser", FromDocuments, RightReadMembers, getWorkspaceUser, 4, 25, 27, 32, 34),
		on("PUT", "/core/v1/workspaces/{workspaceId}/users/{userId}", "setWorkspaceUserRole", FromDocuments, RightManageMembers, setWorkspaceUserRole, 5, 7, 9, 10, 12, 30, 34, 47),
		on("DELETE", "/core/v1/workspaces/{workspaceId}/users/{userId}", "removeWorkspaceUser", FromDocuments, RightManageMembers, removeWorkspaceUser, 5, 10, 12, 34, 46),
	},
	actions: []*route{
		on("PUT", "/_sandbox/ui/workspaces/{workspace}/members/{user}", "", OurOwn, RightControl, uiPutMember),
		on("DELETE", "/_sandbox/ui/workspaces/{workspace}/members/{user}", "", OurOwn, RightControl, uiRemoveMember),
	},
	overWorkspace: rights{
		// organization Owner and Admin; Admin, Contributor, Viewer of the workspace; not
		// a member
		RightReadMembers:   {yesD, yesD, yesD, yesD, yesD, hidD},
		RightManageMembers: {yesD, yesD, yesD, noD, noD, hidD},
	},
	assumptions: []Assumption{
		{5, "Can members of the Organization workspace or of a Personal workspace be changed?",
			"No, 400. A Personal workspace has its person as the only member, an Admin.",
			"POST /core/v1/workspaces/{personal workspace}/users."},
		{6, "What does adding somebody who already is a member answer?",
			"400, and the role stays.",
			"POST /core/v1/workspaces/{id}/users twice with two roles."},
		{7, "Does PUT add somebody who is not a member?",
			"No, 404.",
			"PUT /core/v1/workspaces/{id}/users/{user who is not in it}."},
		{8, "What does adding somebody who is not in the organization answer?",
			"400.",
			"POST /core/v1/workspaces/{id}/users with a random UUID as userId."},
		{10, "Can the last Admin of a shared workspace be removed or demoted?",
			"No, 400, unless nobody else is a member. The option protect_last_admin turns this off.",
			"DELETE /core/v1/workspaces/{id}/users/{only Admin} by an organization Admin."},
		{32, "Which right does reading one membership need?",
			"That of listing members.",
			"GET /core/v1/workspaces/{id}/users/{userId} with a workspace Viewer's token."},
	},
	state: stateMembers,
	restore: restoring("members", func(t *tx, seq int, m struct {
		WorkspaceID, UserID, Email, AccountType, Role string
		OfOrganization                                bool
	}) error {
		u := frozenUser{ID: m.UserID, Email: m.Email, AccountType: m.AccountType}
		if m.OfOrganization { // whose members have no rows: everybody is in it
			u.Role = m.Role
			return t.restoreUser(u)
		}
		if err := t.restoreUser(u); err != nil {
			return err
		}
		_, err := t.Exec("INSERT INTO members (seq, workspace_id, user_id, role) VALUES (?, ?, ?, ?)", seq, m.WorkspaceID, m.UserID, m.Role)
		return err
	}),
}

// member is a user in a workspace. Role is the role there.
type member struct {
	user
	WorkspaceID, Role string
}

type memberBody struct {
	WorkspaceID string `json:"workspaceId,omitempty"`
	ID          string `json:"id"`
	Name        string `json:"name,omitempty"` // in sparse lists only: the documented object has no name
	Email       string `json:"email,omitempty"`
	AccountType any    `json:"accountType,omitempty"`
	Role        *role  `json:"role,omitempty"`
}

// memberBody leaves the address of an API user out: the documents make it optional here,
// and an API user has no mailbox.
func (c *call) memberBody(m member) memberBody {
	r := c.tx.workspaceRole(m.Role)
	if c.workspace.Type == typeOrganization {
		r = c.tx.organizationRole(m.Role)
	}
	body := memberBody{WorkspaceID: m.WorkspaceID, ID: m.ID, Email: m.Email, AccountType: c.options.wireType(m.AccountType), Role: &r}
	if m.AccountType == accountAPI && c.tx.s.frozen == nil {
		body.Email = ""
	}
	return body
}

func (c *call) memberSummary(m member) any {
	if c.options.ListElements == "sparse" {
		return memberBody{ID: m.ID, Name: m.Name}
	}
	return c.memberBody(m)
}

// The Organization workspace has no rows of its own: everyone is in it, by their
// organization role.
const (
	membersQuery = `SELECT t.seq, u.id, u.email, u.name, u.account_type, u.role, t.workspace_id, t.role
		FROM members t JOIN users u ON u.id = t.user_id WHERE t.workspace_id = ?`
	everyoneQuery = `SELECT t.seq, t.id, t.email, t.name, t.account_type, t.role, o.id, t.role
		FROM users t JOIN workspaces o ON o.id = ? WHERE 1`
)

func (c *call) membersQuery() string {
	if c.workspace.Type == typeOrganization {
		return everyoneQuery
	}
	return membersQuery
}

func scanMember(r *sql.Rows) (engine.Placed[member], error) {
	var p engine.Placed[member]
	m := &p.Element
	return p, r.Scan(&p.Seq, &m.ID, &m.Email, &m.Name, &m.AccountType, &m.user.Role, &m.WorkspaceID, &m.Role)
}

// membership is a user's role in a workspace, or empty.
func (t *tx) membership(workspaceID, userID string) (string, error) {
	var role string
	err := t.Row("SELECT role FROM members WHERE workspace_id = ? AND user_id = ?", workspaceID, userID).Scan(&role)
	if errors.Is(err, engine.ErrNoRow) {
		return "", nil
	}
	return role, err
}

func (t *tx) insertMember(workspaceID, userID, role string) error {
	seq, err := t.next(kindMember)
	if err != nil {
		return err
	}
	_, err = t.Exec("INSERT INTO members (seq, workspace_id, user_id, role) VALUES (?, ?, ?, ?)", seq, workspaceID, userID, role)
	return err
}

// findMember reads the membership that the path names, or answers 404.
func (c *call) findMember(userID string) (member, error) {
	column := "t.user_id"
	if c.workspace.Type == typeOrganization {
		column = "t.id"
	}
	found, err := engine.Collect(c.tx, scanMember, c.membersQuery()+" AND "+column+" = ?", c.workspace.ID, userID)
	if err != nil {
		return member{}, err
	}
	if len(found) == 0 {
		return member{}, engine.NotFound("There is no user %s in this workspace", userID)
	}
	return found[0].Element, nil
}

func listWorkspaceUsers(c *call) (answer, error) {
	p, err := c.paging(maxWorkspacePage)
	if err != nil {
		return answer{}, err
	}
	f, err := engine.Fetch(c.tx, p, scanMember, c.membersQuery(), c.workspace.ID)
	if err != nil {
		return answer{}, err
	}
	return page(c, f, c.memberSummary)
}

func getWorkspaceUser(c *call) (answer, error) {
	m, err := c.findMember(c.params["userId"])
	if err != nil {
		return answer{}, err
	}
	return ok(c.memberBody(m))
}

func addWorkspaceUser(c *call) (answer, error) {
	in, err := c.memberFields()
	if err != nil {
		return answer{}, err
	}
	id, err := engine.Required[string](in, "userId")
	if err != nil {
		return answer{}, err
	}
	if !engine.IsID(id) {
		return answer{}, engine.InvalidBody("expected an id at %q", "userId")
	}
	role, err := requiredRole(in, "roleId", workspaceRole)
	if err != nil {
		return answer{}, err
	}
	if err := c.addMember(id, role); err != nil {
		return answer{}, err
	}
	return done()
}

func (c *call) addMember(userID, role string) error {
	if err := c.rule(ruleSharedMembers(c.workspace.Type)); err != nil {
		return err
	}
	u, err := c.tx.findUser(userID)
	if p := (*engine.Problem)(nil); errors.As(err, &p) {
		return ruleOrganizationMember(userID)
	}
	if err != nil {
		return err
	}
	if err := c.rule(ruleAdminsAreAdmin(u.Role, role)); err != nil {
		return err
	}
	present, err := c.tx.membership(c.workspace.ID, u.ID)
	if err != nil {
		return err
	}
	if present != "" {
		return engine.BadRequest("This user already is in the workspace, as %s", present)
	}
	c.did(aboutMember(c.workspace.ID, u.ID), "added %s to %s as %s", u.Email, c.workspace.Name, role)
	return c.tx.insertMember(c.workspace.ID, u.ID, role)
}

// memberFields is what a request says about a member of a workspace that takes some.
// Otherwise that comes first: everybody is in the Organization workspace already, and a
// role that is listed there would else be called none.
func (c *call) memberFields() (engine.Fields, error) {
	in, err := c.fields()
	if err == nil {
		err = ruleSharedMembers(c.workspace.Type)
	}
	return in, err
}

func setWorkspaceUserRole(c *call) (answer, error) {
	in, err := c.memberFields()
	if err != nil {
		return answer{}, err
	}
	m, err := c.findMember(c.params["userId"])
	if err != nil {
		return answer{}, err
	}
	role, err := requiredRole(in, "roleId", workspaceRole)
	if err != nil {
		return answer{}, err
	}
	if err := c.changeMember(m, role); err != nil {
		return answer{}, err
	}
	return done()
}

func (c *call) changeMember(m member, role string) error {
	if err := c.rule(ruleSharedMembers(c.workspace.Type)); err != nil {
		return err
	}
	if err := c.rule(ruleAdminsAreAdmin(m.user.Role, role)); err != nil {
		return err
	}
	if role != admin {
		if err := c.keepAnAdmin(m, false); err != nil {
			return err
		}
	}
	c.did(aboutMember(c.workspace.ID, m.ID), "changed %s in %s from %s to %s", m.Email, c.workspace.Name, m.Role, role)
	_, err := c.tx.Exec("UPDATE members SET role = ? WHERE workspace_id = ? AND user_id = ?", role, c.workspace.ID, m.ID)
	return err
}

func removeWorkspaceUser(c *call) (answer, error) {
	if err := ruleSharedMembers(c.workspace.Type); err != nil {
		return answer{}, err
	}
	m, err := c.findMember(c.params["userId"])
	if err != nil {
		return answer{}, err
	}
	if err := c.removeMember(m); err != nil {
		return answer{}, err
	}
	return done()
}

func (c *call) removeMember(m member) error {
	if err := c.rule(ruleSharedMembers(c.workspace.Type)); err != nil {
		return err
	}
	if err := c.keepAnAdmin(m, true); err != nil {
		return err
	}
	c.did(aboutMember(c.workspace.ID, m.ID), "removed %s from %s, as %s", m.Email, c.workspace.Name, m.Role)
	_, err := c.tx.Exec("DELETE FROM members WHERE workspace_id = ? AND user_id = ?", c.workspace.ID, m.ID)
	return err
}

// keepAnAdmin refuses to take the last Admin from a workspace that keeps members, while
// the option says so. Leaves tells going from being demoted.
func (c *call) keepAnAdmin(m member, leaves bool) error {
	if m.Role != admin || !c.options.ProtectLastAdmin {
		return nil
	}
	var admins, members int
	err := c.tx.Row("SELECT coalesce(sum(role = 'Admin'), 0), count(*) FROM members WHERE workspace_id = ? AND user_id <> ?",
		c.workspace.ID, m.ID).Scan(&admins, &members)
	if err != nil {
		return err
	}
	return c.rule(ruleLastAdmin(admins, members, leaves))
}

type stateMember struct {
	Workspace   string `json:"workspace"` // its name; the rest is in workspaces
	WorkspaceID string `json:"workspace_id"`
	Email       string `json:"email"`
	Role        string `json:"role"`
}

func stateMembers(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (m stateMember, err error) {
		return m, r.Scan(&m.Workspace, &m.WorkspaceID, &m.Email, &m.Role)
	}, `SELECT w.name, w.id, u.email, t.role FROM members t JOIN workspaces w ON w.id = t.workspace_id JOIN users u ON u.id = t.user_id
		ORDER BY w.name, w.seq, u.email_key`)
}
