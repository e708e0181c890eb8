package sandbox

import (
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// What people do in Tray's UI, for tests that need the world to change behind Terraform's
// back. Rights are not asked, and things go by their names; the rest is what the API
// does. The organization's rules hold unless the body, or the query of a DELETE, says
// force.

// ui reads the body, which may be absent, and whether it is forced, and finds the
// workspace and the user of the path.
func (c *call) ui() (in engine.Fields, u user, err error) {
	in = engine.Fields{}
	if len(c.body) > 0 {
		if in, err = c.fields(); err != nil {
			return nil, u, err
		}
	}
	force, err := engine.Optional[bool](in, "force")
	if err != nil {
		return nil, u, err
	}
	c.force = c.query.Get("force") == "true" || force != nil && *force
	if name, given := c.params["workspace"]; given {
		if c.workspace, err = c.tx.findNamedWorkspace(name); err != nil {
			return nil, u, err
		}
	}
	if name, given := c.params["user"]; given {
		u, err = c.tx.findUser(name)
	}
	return in, u, err
}

// uiThere is what somebody does in the UI to what the path names, which the handler of the
// API does, with force where that is asked for.
func uiThere(does handler) handler {
	return func(c *call) (answer, error) {
		_, _, err := c.ui()
		if err == nil {
			err = c.find()
		}
		if err != nil {
			return answer{}, err
		}
		if len(c.body) == 0 {
			c.body = []byte("{}")
		}
		return does(c)
	}
}

// namedRole reads a role by name; absent is an empty string.
func namedRole(in engine.Fields, roles map[string]role) (string, error) {
	name, err := engine.Optional[string](in, "role")
	if err != nil || name == nil {
		return "", err
	}
	found, known := roleNamed(roles, *name)
	if !known {
		return "", engine.BadRequest("There is no role %q", *name)
	}
	return found, nil
}

func uiCancelInvite(c *call) (answer, error) { return c.cancel(c.params["invite"]) }

// uiExpireInvite is the invited person not answering in time, while the clock stays.
func uiExpireInvite(c *call) (answer, error) {
	i, err := c.pendingInvite("run out")
	if err != nil {
		return answer{}, err
	}
	c.did(aboutPerson(i.Email), "let the invitation of %s run out", i.Email)
	if _, err := c.tx.Exec("UPDATE invites SET expires_at = ? WHERE id = ?", c.now.UnixMilli(), i.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// pendingInvite is the one of the path.
func (c *call) pendingInvite(what string) (invite, error) {
	i, err := c.findInvite(c.params["invite"])
	if err == nil && i.Status != invitePending {
		err = engine.Conflict("Only a pending invite can %s: this one is %s", what, i.Status)
	}
	return i, err
}

// uiCreateUser is a person signing in for the first time by SSO, or an account that
// Tray's support makes.
func uiCreateUser(c *call) (answer, error) {
	in, _, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	email, err := requiredEmail(in)
	if err != nil {
		return answer{}, err
	}
	role, err := namedRole(in, organizationRole)
	if err != nil {
		return answer{}, err
	}
	if role == "" {
		role = viewer
	}
	kind, err := engine.Optional[string](in, "account_type")
	if err != nil {
		return answer{}, err
	}
	u := user{Email: email, Role: role, AccountType: accountRegular}
	if kind != nil {
		u.AccountType = *kind
	}
	if !slices.Contains(accountTypes, u.AccountType) {
		return answer{}, engine.BadRequest("There is no account type %q", u.AccountType)
	}
	if u.Name, err = c.acceptedName(email); err != nil {
		return answer{}, err
	}
	if u, err = c.addUser(u); err != nil { // not even force makes a second Owner: the rest of the sandbox counts on one
		return answer{}, err
	}
	c.did(aboutPerson(u.Email), "let %s in, as %s", u.Email, u.Role)
	return created(c.userBody(u))
}

// uiChangeUser may do what the API cannot: change names and addresses, and with force
// hand the Owner's role over.
func uiChangeUser(c *call) (answer, error) {
	in, u, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	if err := c.changePerson(&u, in); err != nil {
		return answer{}, err
	}
	role, err := namedRole(in, organizationRole)
	if err != nil {
		return answer{}, err
	}
	if role == "" || role == u.Role {
		return ok(c.userBody(u))
	}
	if err := c.changeOrganizationRole(u, role); err != nil {
		return answer{}, err
	}
	u.Role = role
	return ok(c.userBody(u))
}

func (c *call) changePerson(u *user, in engine.Fields) error {
	before := *u
	if _, given := in["name"]; given {
		name, err := engine.RequiredName(in)
		if err != nil {
			return err
		}
		u.Name = name
	}
	if _, given := in["email"]; given {
		email, err := requiredEmail(in)
		if err != nil {
			return err
		}
		if other, err := c.tx.findUser(email); err == nil && other.ID != u.ID {
			return engine.Conflict("The e-mail address %s belongs to another user", email)
		}
		u.Email = email
	}
	if *u != before {
		c.did(aboutPerson(u.Email), "changed who %s (%s) is: %s (%s)", before.Name, before.Email, u.Name, u.Email)
	}
	_, err := c.tx.Exec("UPDATE users SET name = ?, email = ?, email_key = ? WHERE id = ?", u.Name, u.Email, emailKey(u.Email), u.ID)
	return err
}

func uiDeleteUser(c *call) (answer, error) {
	_, u, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	if err := c.removeUser(u); err != nil {
		return answer{}, err
	}
	return noContent()
}
