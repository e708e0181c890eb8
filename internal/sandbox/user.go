package sandbox

import (
	"database/sql"
	"errors"
	"regexp"
	"strings"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization.
const (
	RightListUsers   Right = "list users"
	RightReadUser    Right = "read a user"
	RightManageUsers Right = "create and delete users, change their role"
)

// userNoun is the people of the organization, and its API users.
var userNoun = noun{
	name: "users",
	routes: []*route{
		on("GET", "/core/v1/users", "listUsers", FromObservation, RightListUsers, listUsers, 2, 3, 21, 25, 26, 27, 28, 29, 39),
		on("POST", "/core/v1/users", "createUser", FromDocuments, RightManageUsers, createUser, 12, 18, 19, 20, 30, 33, 64),
		on("GET", "/core/v1/users/{userId}", "getUser", FromDocuments, RightReadUser, getUser, 25, 27, 31, 39),
		on("DELETE", "/core/v1/users/{userId}", "deleteUser", FromDocuments, RightManageUsers, deleteUser, 22, 23, 24, 36, 37, 46),
		on("PUT", "/core/v1/users/{userId}/roles", "setUserOrganizationRole", FromDocuments, RightManageUsers, setUserOrganizationRole, 9, 11, 12, 30, 36, 46, 47),
	},
	actions: []*route{
		on("POST", "/_sandbox/ui/users", "", OurOwn, RightControl, uiCreateUser),
		on("PUT", "/_sandbox/ui/users/{user}", "", OurOwn, RightControl, uiChangeUser),
		on("DELETE", "/_sandbox/ui/users/{user}", "", OurOwn, RightControl, uiDeleteUser),
	},
	overOrganization: rights{
		// Owner, Admin, Contributor, Viewer, scoped token
		RightListUsers:   {yesD, yesD, noD, noD, noD},
		RightReadUser:    {yesD, yesD, yesD, yesD, noD},
		RightManageUsers: {yesD, yesD, noD, noD, noD},
	},
	assumptions: []Assumption{
		{11, "What becomes of workspace roles when the organization role changes?",
			"A new organization Admin becomes Admin wherever they are a member; a demotion leaves the workspace roles as they are.",
			"PUT /core/v1/users/{id}/roles to Admin, then GET their membership, and back."},
		{18, "What does creating a user with a known address answer?",
			"400; addresses are compared without regard to case and kept as spelled.",
			"POST /core/v1/users twice, the second time in capitals."},
		{19, "Can users be created in an organization without SSO?",
			"Yes. The documents mean the call for SSO organizations.",
			"POST /core/v1/users in an organization without SSO."},
		{21, "How does the email filter of the users list compare?",
			"The whole address, without regard to case.",
			"GET /core/v1/users?email= with the address in capitals, and with its beginning."},
		{22, "Does deleting a user always make a workspace for their things?",
			"Yes, whenever they had a Personal workspace, even an empty one and even beyond the plan's limit; the caller becomes its Admin.",
			"DELETE /core/v1/users/{new user}, then GET /core/v1/workspaces?type=Shared."},
		{23, "Can API users be deleted?",
			"Yes; their tokens end, and no workspace is made.",
			"DELETE /core/v1/users/{API user}."},
		{24, "Do custom services keep their owner from being deleted?",
			"No, they move with the Personal workspace, as current pages say. The option services_block_deletion follows older pages: 400.",
			"DELETE /core/v1/users/{owner of a custom service}."},
		{25, "Which e-mail address does an API user have?",
			"One made of its name among organization users, where the field is required, and none among workspace users, where it is optional. It has no Personal workspace.",
			"GET /core/v1/users/{API user} and GET its membership."},
		{36, "With which status are deleting the Owner and taking or giving the Owner's role refused?",
			"400.",
			"PUT /core/v1/users/{id}/roles with the Owner role's id."},
		{37, "Can a user be deleted who is the last Admin of a workspace?",
			"Yes; organization Admins still reach the workspace.",
			"DELETE /core/v1/users/{only Admin of a workspace}."},
		{46, "Can people remove or demote themselves?",
			"Yes, within the other rules.",
			"DELETE /core/v1/users/{own id} with an Admin's token."},
	},
	state:   stateUsers,
	restore: restoring("users", func(t *tx, _ int, u frozenUser) error { return t.restoreUser(u) }),
}

// Kinds of accounts. People are Regular; API users are made for tokens.
const (
	accountRegular = "Regular"
	accountAPI     = "API"
)

var accountTypes = []string{accountAPI, "External", "Integration", "Partner", accountRegular, "System"}

// emailPattern is the one of the API reference, which is that of HTML5.
var emailPattern = lazily("^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?" +
	`(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$`)

// lazily compiles a pattern when it is first asked for. The sandbox is part of the provider,
// which Terraform starts three times for a plan, mostly without one: counted repetitions took
// more of a start than anything else of the product's.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// emailKey is what two spellings of one address have in common.
func emailKey(email string) string { return strings.ToLower(email) }

type user struct {
	ID, Email, Name, AccountType, Role string
}

type userBody struct {
	ID          string `json:"id"`
	Email       string `json:"email,omitempty"`
	Name        string `json:"name"`
	AccountType any    `json:"accountType,omitempty"`
	Role        *role  `json:"role,omitempty"`
}

func (c *call) userBody(u user) userBody {
	r := c.tx.organizationRole(u.Role)
	return userBody{u.ID, u.Email, u.Name, c.options.wireType(u.AccountType), &r}
}

// userSummary is a list element: the whole user, or only what real clients rely on.
func (c *call) userSummary(u user) any {
	if c.options.ListElements == "sparse" {
		return userBody{ID: u.ID, Name: u.Name}
	}
	return c.userBody(u)
}

const userColumns = "t.seq, t.id, t.email, t.name, t.account_type, t.role"

func scanUser(r *sql.Rows) (engine.Placed[user], error) {
	var p engine.Placed[user]
	u := &p.Element
	return p, r.Scan(&p.Seq, &u.ID, &u.Email, &u.Name, &u.AccountType, &u.Role)
}

// findUser looks a user up by id, or by e-mail address in any spelling.
func (t *tx) findUser(idOrEmail string) (user, error) {
	found, err := engine.Collect(t, scanUser, "SELECT "+userColumns+" FROM users t WHERE t.id = ? OR t.email_key = ?",
		idOrEmail, emailKey(idOrEmail))
	if err != nil {
		return user{}, err
	}
	if len(found) == 0 {
		return user{}, engine.NotFound("There is no user %s", idOrEmail)
	}
	return found[0].Element, nil
}

func listUsers(c *call) (answer, error) {
	p, err := c.paging(maxOrganizationPage)
	if err != nil {
		return answer{}, err
	}
	query, args := "SELECT "+userColumns+" FROM users t WHERE 1", []any(nil)
	if c.query.Has("email") {
		email := c.query.Get("email")
		if !emailPattern().MatchString(email) {
			return answer{}, engine.InvalidQuery("email", "%q is not an e-mail address", email)
		}
		query, args = query+" AND t.email_key = ?", []any{emailKey(email)}
	}
	f, err := engine.Fetch(c.tx, p, scanUser, query, args...)
	if err != nil {
		return answer{}, err
	}
	return page(c, f, c.userSummary)
}

func getUser(c *call) (answer, error) {
	u, err := c.tx.findUser(c.params["userId"])
	if err != nil {
		return answer{}, err
	}
	return ok(c.userBody(u))
}

func createUser(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	name, err := engine.RequiredName(in)
	if err != nil {
		return answer{}, err
	}
	email, role, err := requiredPerson(in)
	if err != nil {
		return answer{}, err
	}
	u, err := c.addUser(user{Email: email, Name: name, AccountType: accountRegular, Role: role})
	if err != nil {
		return answer{}, err
	}
	c.did(aboutPerson(u.Email), "made an account for %s, as %s", u.Email, u.Role)
	return ok(c.userBody(u))
}

// requiredPerson reads the address and the organization role that inviting and creating
// have in common.
func requiredPerson(in engine.Fields) (email, role string, err error) {
	if email, err = requiredEmail(in); err != nil {
		return "", "", err
	}
	role, err = requiredRole(in, "organizationRoleId", organizationRole)
	return email, role, err
}

// addUser makes a user, with a Personal workspace unless it is no person. A pending
// invite to the address is thereby accepted.
func (c *call) addUser(u user) (user, error) {
	if err := ruleOneOwner("", u.Role); err != nil {
		return u, err
	}
	return c.tx.insertUser(u)
}

func (t *tx) insertUser(u user) (user, error) {
	if _, err := t.findUser(u.Email); err == nil {
		return u, engine.BadRequest("There already is a user with the e-mail address %s", u.Email)
	} else if p := (*engine.Problem)(nil); !errors.As(err, &p) {
		return u, err
	}
	seq, err := t.next(kindUser)
	if err != nil {
		return u, err
	}
	u.ID = t.derivedID(kindUser, seq)
	if _, err := t.Exec("INSERT INTO users (seq, id, email, email_key, name, account_type, role) VALUES (?, ?, ?, ?, ?, ?, ?)",
		seq, u.ID, u.Email, emailKey(u.Email), u.Name, u.AccountType, u.Role); err != nil {
		return u, err
	}
	if _, err := t.Exec("UPDATE invites SET status = 'accepted', user_id = ? WHERE email_key = ? AND status = 'pending'",
		u.ID, emailKey(u.Email)); err != nil {
		return u, err
	}
	if u.AccountType != accountRegular {
		return u, nil
	}
	personal, err := t.insertWorkspace(workspace{Name: u.Name, Type: typePersonal, person: &u.ID})
	if err != nil {
		return u, err
	}
	return u, t.insertMember(personal.ID, u.ID, admin)
}

func setUserOrganizationRole(c *call) (answer, error) {
	u, err := c.tx.findUser(c.params["userId"])
	if err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	role, err := requiredRole(in, "roleId", organizationRole)
	if err != nil {
		return answer{}, err
	}
	if err := c.changeOrganizationRole(u, role); err != nil {
		return answer{}, err
	}
	return done()
}

// changeOrganizationRole keeps to one Owner. Forced, the Owner hands the role over and
// becomes an Admin.
func (c *call) changeOrganizationRole(u user, role string) error {
	if err := ruleOneOwner(u.Role, role); err != nil {
		if !c.force || role != owner {
			return err
		}
		if _, err := c.tx.Exec("UPDATE users SET role = 'Admin' WHERE role = 'Owner'"); err != nil {
			return err
		}
	}
	c.did(aboutPerson(u.Email), "changed %s in the organization from %s to %s", u.Email, u.Role, role)
	return c.tx.setOrganizationRole(u, role)
}

// setOrganizationRole also raises the memberships of a new org Admin, who can be nothing
// less in a shared workspace.
func (t *tx) setOrganizationRole(u user, role string) error {
	if _, err := t.Exec("UPDATE users SET role = ? WHERE id = ?", role, u.ID); err != nil {
		return err
	}
	if !outranksMembers(role) {
		return nil
	}
	_, err := t.Exec("UPDATE members SET role = 'Admin' WHERE user_id = ?", u.ID)
	return err
}

func deleteUser(c *call) (answer, error) {
	u, err := c.tx.findUser(c.params["userId"])
	if err != nil {
		return answer{}, err
	}
	if err := c.removeUser(u); err != nil {
		return answer{}, err
	}
	return noContent()
}

// removeUser deletes a user with what Tray documents to go with it: memberships vanish,
// and what the person kept in their Personal workspace moves to a new shared workspace
// named after them, of which the deleting user becomes Admin.
func (c *call) removeUser(u user) error {
	services, err := engine.Collect(c.tx, scanText, `SELECT t.name FROM custom_services t JOIN workspaces w ON w.id = t.workspace_id
		WHERE t.owner = ? AND w.person = t.owner ORDER BY t.name`, u.ID)
	if err != nil {
		return err
	}
	if err := ruleDeletable(u.Role, services, c.options.ServicesBlockDeletion && !c.force); err != nil {
		return err
	}
	if err := c.keepPersonalContents(u); err != nil {
		return err
	}
	if _, err := c.tx.Exec("UPDATE custom_services SET owner = ? WHERE owner = ?", c.caller.id, u.ID); err != nil {
		return err
	}
	c.did(aboutPerson(u.Email), "deleted the account of %s", u.Email)
	_, err = c.tx.Exec("DELETE FROM users WHERE id = ?", u.ID)
	return err
}

func (c *call) keepPersonalContents(u user) error {
	var personal string
	err := c.tx.Row("SELECT id FROM workspaces WHERE person = ?", u.ID).Scan(&personal)
	if errors.Is(err, engine.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	kept, err := c.tx.insertWorkspace(workspace{Name: u.Name, Type: typeShared})
	if err != nil {
		return err
	}
	if c.caller.id != u.ID { // a person who deletes their own account leaves the workspace to the Owner and Admins
		if err := c.tx.insertMember(kept.ID, c.caller.id, admin); err != nil {
			return err
		}
	}
	if err := c.tx.moveContents(personal, kept.ID); err != nil {
		return err
	}
	_, err = c.tx.Exec("DELETE FROM workspaces WHERE id = ?", personal)
	return err
}

func scanText(r *sql.Rows) (string, error) {
	var s string
	return s, r.Scan(&s)
}

func stateUsers(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (userBody, error) {
		u, err := scanUser(r)
		body := c.userBody(u.Element)
		body.AccountType = u.Element.AccountType // a string, whatever the quirks of the wire
		return body, err
	}, "SELECT "+userColumns+" FROM users t ORDER BY t.email_key")
}
