package sandbox

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// RightManageTokens is asked in the workspace that an API user is made in. An option, as a
// setting of the organization, gives it to the workspace's Admins.
const RightManageTokens Right = "make API users and API tokens"

const apiUsersPath = "/management/v1/workspaces/{workspaceId}/api-users"

// apiUserNoun is the users that tokens are made for. Tray has no API for them but the list
// of users: people make them in the UI.
var apiUserNoun = noun{
	name: "apiUsers",
	routes: []*route{
		on("GET", apiUsersPath, "listApiUsers", OurOwn, RightManageTokens, listAPIUsers, 108),
		on("POST", apiUsersPath, "createApiUser", OurOwn, RightManageTokens, createAPIUser, 25, 64, 108, 109, 110),
		on("GET", apiUsersPath+"/{userId}", "getApiUser", OurOwn, RightManageTokens, getAPIUser, 108),
		on("PATCH", apiUsersPath+"/{userId}", "updateApiUser", OurOwn, RightManageTokens, updateAPIUser, 64, 108, 110),
		on("DELETE", apiUsersPath+"/{userId}", "deleteApiUser", OurOwn, RightManageTokens, deleteAPIUser, 108, 111),
	},
	overWorkspace: rights{
		RightManageTokens: {yesD, yesD, noD, noD, noD, hidD},
	},
	assumptions: []Assumption{
		{108, "Who makes API users and tokens?",
			"The Owner and organization Admins; workspace Admins where the organization lets them, who see and change those of their workspace alike.",
			"Open Tokens as a workspace Admin, with the organization's setting on and off."},
		{109, "When does a token see one workspace only?",
			"When a workspace Admin made its API user, or nobody chose an organization role for it. With an organization role that was chosen it sees what that role sees.",
			"GET /core/v1/workspaces with the token of an API user that is an organization Viewer."},
		{110, "Can an API user be renamed, and be the organization's Owner?",
			"Yes; and no, 400. Its address stays as it was made of the first name.",
			"Open an API user in the UI."},
		{111, "What goes with an API user, and with its workspace?",
			"Its tokens, memberships and subscriptions; its authentications stay in the workspace, its connectors with nobody. An API user goes with the workspace that it was made in.",
			"Delete an API user in the UI and look for its authentications."},
	},
	state: stateAPIUsers,
	restore: restoring("api_users", func(t *tx, _ int, u struct {
		ID, WorkspaceID string
		Created         time.Time
	}) error {
		_, err := t.Exec("INSERT INTO api_users (user_id, workspace_id, scoped, created_at) VALUES (?, ?, 0, ?)", u.ID, u.WorkspaceID, u.Created.UnixMilli())
		return err
	}),
}

type apiUserBody struct {
	ID               string `json:"id"`
	Name             string `json:"name"`
	Email            string `json:"email"`
	Workspace        string `json:"workspaceId"`
	OrganizationRole role   `json:"organizationRole"`
	WorkspaceRole    role   `json:"workspaceRole"`
	CreatedAt        string `json:"createdAt"`

	scoped bool
	member member
}

// An API user that was taken out of its workspace is no longer one of it.
const apiUsersQuery = `SELECT t.seq, t.id, t.email, t.name, t.account_type, t.role, m.role, a.workspace_id, a.created_at, a.scoped
	FROM users t JOIN api_users a ON a.user_id = t.id JOIN members m ON m.user_id = t.id AND m.workspace_id = a.workspace_id WHERE a.workspace_id = ?`

func (t *tx) scanAPIUser(r *sql.Rows) (p engine.Placed[apiUserBody], err error) {
	b, at := &p.Element, int64(0)
	m := &b.member
	if err = r.Scan(&p.Seq, &m.ID, &m.Email, &m.Name, &m.AccountType, &m.user.Role, &m.Role, &m.WorkspaceID, &at, &b.scoped); err != nil {
		return p, err
	}
	b.ID, b.Name, b.Email, b.Workspace = m.ID, m.Name, m.Email, m.WorkspaceID
	b.OrganizationRole, b.WorkspaceRole, b.CreatedAt = t.organizationRole(m.user.Role), t.workspaceRole(m.Role), engine.Timestamp(engine.FromMillis(at))
	return p, nil
}

func listAPIUsers(c *call) (answer, error) {
	return fetch(c, asIs[apiUserBody], c.tx.scanAPIUser, apiUsersQuery, c.workspace.ID)
}

// apiUser is the one of the path.
func (c *call) apiUser() (apiUserBody, error) {
	return one(c.tx, engine.NotFound("There is no such API user in this workspace"), c.tx.scanAPIUser, apiUsersQuery+" AND t.id = ?", c.workspace.ID, c.params["userId"])
}

func getAPIUser(c *call) (answer, error) {
	b, err := c.apiUser()
	if err != nil {
		return answer{}, err
	}
	return ok(b)
}

// ruleTokensInShared keeps API users out of other workspaces than shared ones.
func ruleTokensInShared(workspaceType string) error {
	if workspaceType == typeShared {
		return nil
	}
	return engine.BadRequest("API users can be made in shared workspaces only: this is the %s workspace", workspaceType)
}

func createAPIUser(c *call) (answer, error) {
	if err := ruleTokensInShared(c.workspace.Type); err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	name, err := engine.RequiredName(in)
	if err != nil {
		return answer{}, err
	}
	local, err := requiredRole(in, "workspaceRoleId", workspaceRole)
	if err != nil {
		return answer{}, err
	}
	chosen, err := c.chosenRole(in)
	if err == nil {
		err = c.freeAPIUserName(name, "")
	}
	if err != nil {
		return answer{}, err
	}
	u, err := c.newAPIUser(name, cmp.Or(chosen, viewer), c.workspace.ID, chosen == "")
	if err != nil {
		return answer{}, err
	}
	if err := c.addMember(u.ID, local); err != nil {
		return answer{}, err
	}
	c.params["userId"] = u.ID
	b, err := c.apiUser()
	if err != nil {
		return answer{}, err
	}
	return created(b)
}

// chosenRole is the organization role that a request gives, or empty. Only organization
// Admins and the Owner choose one; for others it is Viewer.
func (c *call) chosenRole(in engine.Fields) (string, error) {
	if raw, given := in["organizationRoleId"]; !given || string(raw) == "null" {
		return "", nil
	}
	chosen, err := requiredRole(in, "organizationRoleId", organizationRole)
	switch {
	case err != nil:
		return "", err
	case !c.caller.seesAll() && chosen != viewer:
		return "", engine.Forbidden("Only the Owner and organization Admins choose the organization role of an API user: leave it out, or Viewer")
	case !c.caller.seesAll():
		return "", nil
	}
	return chosen, ruleOneOwner("", chosen)
}

func (c *call) freeAPIUserName(name, except string) error {
	var taken string
	err := c.tx.Row("SELECT id FROM users WHERE account_type = ? AND name = ? AND id <> ?", accountAPI, name, except).Scan(&taken)
	if errors.Is(err, engine.ErrNoRow) {
		return nil
	}
	return cmp.Or(err, error(engine.Conflict("There already is an API user named %q: %s", name, taken)))
}

// newAPIUser makes an API user, with an address made of its name that nobody has.
func (c *call) newAPIUser(name, role, workspaceID string, scoped bool) (user, error) {
	email := apiUserAddress(name, 0)
	for n := 2; ; n++ {
		if _, err := c.tx.findUser(email); err != nil {
			break // nobody has it, or the insertion below meets the same error
		}
		email = apiUserAddress(name, n)
	}
	u, err := c.addUser(user{Email: email, Name: name, AccountType: accountAPI, Role: role})
	if err != nil {
		return u, err
	}
	c.did(aboutPerson(u.Email), "made the API user %s", u.Name)
	return u, c.tx.insertAPIUser(u.ID, workspaceID, scoped, c.now)
}

func (t *tx) insertAPIUser(userID, workspaceID string, scoped bool, now time.Time) error {
	_, err := t.Exec("INSERT INTO api_users (user_id, workspace_id, scoped, created_at) VALUES (?, ?, ?, ?)", userID, workspaceID, scoped, now.UnixMilli())
	return err
}

func apiUserAddress(name string, n int) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	local := strings.Join(words, "-")
	local = cmp.Or(local[:min(len(local), 60)], "api-user")
	if n > 0 {
		local = fmt.Sprintf("%s-%d", local, n)
	}
	return local + "@api-users.invalid"
}

func updateAPIUser(c *call) (answer, error) {
	b, err := c.apiUser()
	if err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if err := cmp.Or(c.renameAPIUser(b, in), c.changeAPIUserRoles(b, in)); err != nil {
		return answer{}, err
	}
	return getAPIUser(c)
}

func (c *call) renameAPIUser(b apiUserBody, in engine.Fields) error {
	if _, given := in["name"]; !given {
		return nil
	}
	name, err := engine.RequiredName(in)
	if err == nil {
		err = c.freeAPIUserName(name, b.ID)
	}
	if err != nil || name == b.Name {
		return err
	}
	c.did(aboutPerson(b.Email), "renamed the API user %s: %s", b.Name, name)
	_, err = c.tx.Exec("UPDATE users SET name = ? WHERE id = ?", name, b.ID)
	return err
}

func (c *call) changeAPIUserRoles(b apiUserBody, in engine.Fields) error {
	chosen, err := c.chosenRole(in)
	if err != nil {
		return err
	}
	if chosen != "" {
		if _, err := c.tx.Exec("UPDATE api_users SET scoped = 0 WHERE user_id = ?", b.ID); err != nil {
			return err
		}
		if _, err := c.tx.Exec("UPDATE tokens SET workspace_id = NULL WHERE user_id = ?", b.ID); err != nil {
			return err
		}
	}
	if chosen != "" && chosen != b.member.user.Role {
		if err := c.changeOrganizationRole(b.member.user, chosen); err != nil {
			return err
		}
	}
	if _, given := in["workspaceRoleId"]; !given {
		return nil
	}
	local, err := requiredRole(in, "workspaceRoleId", workspaceRole)
	if err != nil {
		return err
	}
	now, err := c.findMember(b.ID)
	if err != nil || now.Role == local {
		return err
	}
	return c.changeMember(now, local)
}

func deleteAPIUser(c *call) (answer, error) {
	b, err := c.apiUser()
	if err != nil {
		return answer{}, err
	}
	if err := c.removeUser(b.member.user); err != nil {
		return answer{}, err
	}
	return noContent()
}

type stateAPIUser struct {
	Name          string `json:"name"`
	Workspace     string `json:"workspace"`
	Role          string `json:"organizationRole"`
	WorkspaceRole string `json:"workspaceRole"`
	Tokens        int    `json:"tokens"`
}

func stateAPIUsers(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (s stateAPIUser, err error) {
		return s, r.Scan(&s.Name, &s.Workspace, &s.Role, &s.WorkspaceRole, &s.Tokens)
	}, `SELECT u.name, w.name, u.role, coalesce(m.role, ''), (SELECT count(*) FROM tokens k WHERE k.user_id = u.id AND (k.expires_at IS NULL OR k.expires_at > ?))
		FROM api_users a JOIN users u ON u.id = a.user_id JOIN workspaces w ON w.id = a.workspace_id
		LEFT JOIN members m ON m.user_id = u.id AND m.workspace_id = w.id ORDER BY w.name, w.seq, u.name`, c.now.UnixMilli())
}
