package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization.
const (
	RightOperate Right = "open, change and close organizations"
)

// operatorNoun is the organizations, to an operator, who is in none.
var operatorNoun = noun{
	routes: []*route{
		operators(on("GET", "/management/v1/organizations", "listOrganizations", OurOwn, RightOperate, listOrganizations, 53, 59)),
		operators(on("POST", "/management/v1/organizations", "createOrganization", OurOwn, RightOperate, createOrganization, 53, 54, 55, 56, 64)),
		operators(on("GET", "/management/v1/organizations/{organizationId}", "getOneOrganization", OurOwn, RightOperate, getOneOrganization, 53, 59)),
		operators(on("PATCH", "/management/v1/organizations/{organizationId}", "changeOrganization", OurOwn, RightOperate, changeOrganization, 48, 53, 54, 57, 64)),
		operators(on("DELETE", "/management/v1/organizations/{organizationId}", "deleteOrganization", OurOwn, RightOperate, deleteOrganization, 53, 58)),
	},
	overOrganization: rights{
		// Owner, Admin, Contributor, Viewer, scoped token
		RightOperate: {noA, noA, noA, noA, noA}, // that takes an operator, who has no standing in any organization
	},
	assumptions: []Assumption{
		{53, "Who opens organizations, and what may they do inside?",
			"An operator, whose token belongs to no organization and does nothing in any: 403. On a live Tray there is none, organizations are requested.",
			"Ask Tray for another organization, and whether partners can open them by API."},
		{54, "Are names of organizations unique?",
			"Yes, in one sandbox, 409, also when an Owner or Admin renames one. Letter case counts.",
			"Ask Tray for a second organization of the same name."},
		{55, "What does a new organization hold?",
			"Its Owner, the Organization workspace, and the Owner's Personal workspace, or the Embedded workspace when it is Embedded.",
			"Look at a new organization's workspaces and people before anybody is invited."},
		{56, "Can one address be the Owner of several organizations?",
			"Yes: people of different organizations have nothing in common, whatever their addresses.",
			"Ask Tray for a second organization with the same Owner."},
		{57, "Can an organization get a plan that includes fewer shared workspaces than it has?",
			"No, 409.",
			"Not worth asking: it would take a contract."},
		{58, "When can an organization be deleted?",
			"While nobody but its Owner is in it and it has no shared workspace, 409 otherwise. The first organization of a sandbox never, 409.",
			"Ask Tray to close an organization."},
		{59, "What does whoever opened an organization see of it?",
			"Name, plan, Owner, single sign-on, the ids of two workspaces, and how many users and shared workspaces there are. Never a token.",
			"Ask Tray's account team what they see."},
	},
}

// The organizations of the sandbox, as an operator sees them.

func scanRegistered(r *sql.Rows) (registered, error) {
	var one registered
	return one, r.Scan(&one.seq, &one.id)
}

func listOrganizations(c *call) (answer, error) {
	p, err := c.paging(maxWorkspacePage)
	if err != nil {
		return answer{}, err
	}
	f, err := engine.Fetch(c.tx, p, func(r *sql.Rows) (engine.Placed[organizationBody], error) {
		var one engine.Placed[organizationBody]
		return one, r.Scan(&one.Seq, &one.Element.ID)
	}, "SELECT t.seq, t.id FROM organizations t WHERE 1")
	if err != nil {
		return answer{}, err
	}
	for i := range f.Elements {
		one := &f.Elements[i].Element
		if *one, err = c.describe(one.ID); err != nil {
			return answer{}, err
		}
	}
	return page(c, f, func(o organizationBody) any { return o })
}

func getOneOrganization(c *call) (answer, error) {
	body, err := c.describe(c.params["organizationId"])
	if err != nil {
		return answer{}, err
	}
	return ok(body)
}

func (c *call) describe(id string) (body organizationBody, err error) {
	err = c.in(id, false, func(there *call) error { body, err = there.operatorsBody(); return err })
	return body, err
}

// operatorsBody is an organization with what keeps it from being deleted.
func (c *call) operatorsBody() (organizationBody, error) {
	body, err := c.organizationBody()
	if err != nil {
		return body, err
	}
	err = c.tx.Row("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM workspaces WHERE type = 'Shared')").
		Scan(&body.UserCount, &body.SharedWorkspaceCount)
	return body, err
}

// in runs f in the transaction of another organization, or of this one.
func (c *call) in(id string, write bool, f func(there *call) error) error {
	if id == c.organization.ID {
		return f(c)
	}
	r, err := c.findOrganization(id)
	if err != nil {
		return err
	}
	tenant, leave, err := c.sandbox.enter(context.Background(), r)
	if err != nil {
		return err
	}
	defer leave()
	return tenant.within(write, f)
}

// within runs f in a transaction of this organization, with nobody as the caller.
func (s *Sandbox) within(write bool, f func(*call) error) error {
	transact := s.store.view
	if write {
		transact = s.store.update
	}
	return transact(context.Background(), func(t *tx) error {
		c := &call{tx: t, sandbox: s}
		var err error
		if c.organization, c.options, c.now, err = t.settings(s.clock()); err != nil {
			return err
		}
		if err := f(c); err != nil {
			return err
		}
		return c.writeDown()
	})
}

func (c *call) findOrganization(id string) (registered, error) {
	var r registered
	err := c.tx.Row("SELECT seq, id FROM organizations WHERE id = ?", id).Scan(&r.seq, &r.id)
	if errors.Is(err, engine.ErrNoRow) {
		return r, engine.NotFound("There is no organization %s", id)
	}
	return r, err
}

// requireFreeOrganizationName refuses a name that another organization of the sandbox
// has. Its caller holds the lock of the first organization's file.
func (c *call) requireFreeOrganizationName(name string) error {
	first, registry := c.sandbox, c.tx
	if c.sandbox.first != nil {
		first, registry = c.sandbox.first, c.registry
	}
	var id, taken string
	if err := registry.Row("SELECT id, name FROM organization").Scan(&id, &taken); err != nil {
		return err
	}
	if taken == name && id != c.organization.ID {
		return nameTaken(name, id)
	}
	others, err := registry.tenants()
	if err != nil {
		return err
	}
	for _, r := range others {
		if r.id == c.organization.ID {
			continue
		}
		_, now, err := first.seedOf(context.Background(), r)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if now == name && err == nil {
			return nameTaken(name, r.id)
		}
	}
	return nil
}

func nameTaken(name, id string) error {
	return engine.Conflict("There already is an organization named %q: %s", name, id)
}

// createOrganization makes the file of the new organization first and registers it last,
// with the commit: whoever finds it, finds all of it.
func createOrganization(c *call) (answer, error) {
	first, err := c.tx.readSeed()
	if err != nil {
		return answer{}, err
	}
	from, err := c.newOrganization(first)
	if err != nil {
		return answer{}, err
	}
	if err := c.requireNewOrganizationName(from.organization); err != nil {
		return answer{}, err
	}
	n, err := c.tx.next(kindOrganization)
	if err != nil {
		return answer{}, err
	}
	r := registered{id: c.tx.derivedID(kindOrganization, n)}
	if err := c.tx.Row("INSERT INTO organizations (id) VALUES (?) RETURNING seq", r.id).Scan(&r.seq); err != nil {
		return answer{}, err
	}
	from.id, from.token = r.id, engine.RandomToken()
	tenant, err := c.sandbox.createTenant(context.Background(), r, from)
	if err != nil {
		return answer{}, err
	}
	c.after(func(committed bool) {
		c.sandbox.tenants.put(r.seq, tenant)
		if !committed {
			c.sandbox.dropTenant(r.seq)
		}
	})
	var body organizationBody
	if err := tenant.within(false, func(there *call) error { body, err = there.operatorsBody(); return err }); err != nil {
		return answer{}, err
	}
	return created(body)
}

// requireNewOrganizationName is requireFreeOrganizationName for an organization that does
// not exist yet.
func (c *call) requireNewOrganizationName(name string) error {
	if name == c.organization.Name {
		return nameTaken(name, c.organization.ID)
	}
	return c.requireFreeOrganizationName(name)
}

// newOrganization reads what to create. Quirks of the wire are those that the first
// organization began with.
func (c *call) newOrganization(first seed) (seed, error) {
	in, err := c.fields()
	if err != nil {
		return seed{}, err
	}
	from := seed{}
	if from.organization, err = engine.RequiredName(in); err != nil {
		return from, err
	}
	if from.ownerEmail, err = requiredAddress(in, "ownerEmail"); err != nil {
		return from, err
	}
	if from.plan, err = plan(in, "enterprise"); err != nil {
		return from, err
	}
	embedded, err := engine.Optional[bool](in, "embedded")
	if err != nil {
		return from, err
	}
	sso, err := engine.Optional[bool](in, "sso")
	if err != nil {
		return from, err
	}
	options, err := DefaultOptions().changed([]byte(first.options))
	from.embedded, options.SSO = embedded != nil && *embedded, sso != nil && *sso
	from.options = options.encode()
	return from, err
}

// plan reads a plan; absent is otherwise.
func plan(in engine.Fields, otherwise string) (string, error) {
	given, err := engine.Optional[string](in, "plan")
	if err != nil || given == nil {
		return otherwise, err
	}
	if _, known := workspaceLimit[*given]; !known {
		return "", engine.InvalidBody("expected enterprise, team or pro at %q", "plan")
	}
	return *given, nil
}

// changeOrganization changes the fields that a request gives.
func changeOrganization(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	var body organizationBody
	err = c.in(c.params["organizationId"], true, func(there *call) error {
		there.registry = c.tx
		if err := there.change(in); err != nil {
			return err
		}
		body, err = there.operatorsBody()
		return err
	})
	if err != nil {
		return answer{}, err
	}
	return ok(body)
}

func (c *call) change(in engine.Fields) error {
	if _, given := in["name"]; given {
		name, err := engine.RequiredName(in)
		if err != nil {
			return err
		}
		if err := c.requireFreeOrganizationName(name); err != nil {
			return err
		}
		if err := c.rename(name); err != nil {
			return err
		}
	}
	to, err := plan(in, c.organization.Plan)
	if err != nil {
		return err
	}
	if err := c.changePlan(to); err != nil {
		return err
	}
	sso, err := engine.Optional[bool](in, "sso")
	if err != nil || sso == nil {
		return err
	}
	c.options.SSO = *sso
	_, err = c.tx.Exec("UPDATE organization SET options = ?", c.options.encode())
	return err
}

func (c *call) changePlan(to string) error {
	var shared int
	if err := c.tx.Row("SELECT count(*) FROM workspaces WHERE type = 'Shared'").Scan(&shared); err != nil {
		return err
	}
	if err := rulePlanHolds(c.organization.Plan, to, shared); err != nil {
		return err
	}
	c.organization.Plan = to
	_, err := c.tx.Exec("UPDATE organization SET plan = ?", to)
	return err
}

// deleteOrganization unregisters an organization that nobody uses, and removes its file
// when that is committed.
func deleteOrganization(c *call) (answer, error) {
	if c.params["organizationId"] == c.organization.ID {
		return answer{}, engine.Conflict("The first organization of a sandbox cannot be deleted")
	}
	r, err := c.findOrganization(c.params["organizationId"])
	if err != nil {
		return answer{}, err
	}
	err = c.in(r.id, true, func(there *call) error { // under its write lock, so that nobody joins meanwhile
		if err := there.requireUnused(); err != nil {
			return err
		}
		return c.unregister(r)
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = c.unregister(r)
	}
	if err != nil {
		return answer{}, err
	}
	c.after(func(committed bool) {
		if committed {
			c.sandbox.dropTenant(r.seq)
		}
	})
	return noContent()
}

func (c *call) unregister(r registered) error {
	_, err := c.tx.Exec("DELETE FROM organizations WHERE seq = ?", r.seq)
	return err
}

func (c *call) requireUnused() error {
	people, err := engine.Collect(c.tx, scanText, "SELECT email FROM users WHERE role <> 'Owner' ORDER BY email_key")
	if err != nil {
		return err
	}
	shared, err := engine.Collect(c.tx, scanText, "SELECT name FROM workspaces WHERE type = 'Shared' ORDER BY name, seq")
	if err != nil {
		return err
	}
	return ruleOrganizationDeletable(c.organization.Name, people, shared)
}
