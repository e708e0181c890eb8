package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// seed is what an organization starts from, and goes back to on reset.
type seed struct {
	id                             string
	organization, ownerEmail, plan string
	embedded                       bool
	token, operator                string      // the operator's is empty in a further organization
	options                        string      // empty: the default ones
	given                          OpenOptions // what the caller asked for, with its gaps
}

const minTokenLength = 36

var errSameTokens = errors.New("the operator's token must be another than the Owner's")

func newSeed(o OpenOptions, token, operator string) (seed, error) {
	s := seed{id: engine.RandomID(), organization: o.Organization, ownerEmail: o.OwnerEmail, plan: strings.ToLower(o.Plan), embedded: o.Embedded,
		token: token, operator: operator, given: o}
	if s.organization == "" {
		s.organization = "Sandbox"
	}
	if s.ownerEmail == "" {
		s.ownerEmail = "owner@example.com"
	}
	if s.plan == "" {
		s.plan = "enterprise"
	}
	if _, known := workspaceLimit[s.plan]; !known {
		return s, fmt.Errorf("the plan must be enterprise, team or pro, not %q", o.Plan)
	}
	if !emailPattern().MatchString(s.ownerEmail) {
		return s, fmt.Errorf("the owner must be an e-mail address, not %q", o.OwnerEmail)
	}
	s.token = cmp.Or(s.token, engine.RandomToken())
	s.operator = cmp.Or(s.operator, engine.RandomToken())
	for _, token := range []string{s.token, s.operator} {
		if len(token) < minTokenLength || strings.ContainsAny(token, " \t\r\n") {
			return s, errors.New("a token has at least 36 characters and no spaces")
		}
	}
	if s.token == s.operator {
		return s, errSameTokens
	}
	return s, nil
}

// agrees refuses to go on with a file that holds another organization than the one asked
// for. The remedy follows the error.
func (s seed) agrees(found seed, path, remedy string) error {
	for _, one := range []struct{ what, asked, found string }{
		{"organization", s.given.Organization, found.organization},
		{"owner", s.given.OwnerEmail, found.ownerEmail},
		{"plan", strings.ToLower(s.given.Plan), found.plan},
	} {
		if one.asked != "" && one.asked != one.found {
			return fmt.Errorf("the file %s holds a sandbox whose %s is %q, not %q: use another path, or delete the file to start anew%s",
				path, one.what, one.found, one.asked, remedy)
		}
	}
	if s.given.Embedded && !found.embedded {
		return fmt.Errorf("the file %s holds a sandbox without an Embedded workspace: use another path, or delete the file to start anew", path)
	}
	return nil
}

func (t *tx) readSeed() (seed, error) {
	var s seed
	err := t.Row("SELECT organization_id, organization, owner_email, plan, embedded, token, operator, options FROM seed").
		Scan(&s.id, &s.organization, &s.ownerEmail, &s.plan, &s.embedded, &s.token, &s.operator, &s.options)
	return s, err
}

// seed stores the seed and makes the organization from it.
func (t *tx) seed(s seed) error {
	if s.options == "" {
		s.options = DefaultOptions().encode()
	}
	if _, err := t.Exec(`INSERT INTO seed (one, organization_id, organization, owner_email, plan, embedded, token, operator, options)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.id, s.organization, s.ownerEmail, s.plan, s.embedded, s.token, s.operator, s.options); err != nil {
		return err
	}
	t.s.organization = s.id
	if err := t.createFromSeed(); err != nil {
		return err
	}
	_, err := t.Exec("INSERT INTO organizations (id) SELECT id FROM organization")
	return err
}

// reseed changes the Owner's token, the operator's and the options, for now and for later
// resets. Empty arguments change nothing.
func (t *tx) reseed(token, operator string, changes []byte) error {
	if operator != "" {
		if _, err := t.Exec("UPDATE seed SET operator = ?", operator); err != nil {
			return err
		}
	}
	if token != "" {
		if _, err := t.Exec("UPDATE OR REPLACE tokens SET token = ? WHERE token = (SELECT token FROM seed)", token); err != nil {
			return err
		}
		if _, err := t.Exec("UPDATE seed SET token = ?", token); err != nil {
			return err
		}
	}
	var same bool
	if err := t.Row("SELECT token = operator FROM seed").Scan(&same); err != nil || same {
		return cmp.Or(err, errSameTokens)
	}
	if changes == nil {
		return nil
	}
	for _, table := range []string{"seed", "organization"} {
		var options string
		if err := t.Row("SELECT options FROM " + table).Scan(&options); err != nil {
			return err
		}
		base, err := DefaultOptions().changed([]byte(options))
		if err != nil {
			return err
		}
		changed, err := base.changed(changes)
		if err != nil {
			return err
		}
		if _, err := t.Exec("UPDATE "+table+" SET options = ?", changed.encode()); err != nil {
			return err
		}
	}
	return nil
}

// createFromSeed makes the organization of the seed: its Owner, the Organization
// workspace, and either the Embedded workspace or the Owner's Personal one, which the
// owner of an Embedded account does not have.
func (t *tx) createFromSeed() error {
	s, err := t.readSeed()
	if err != nil {
		return err
	}
	if _, err := t.Exec(`INSERT INTO organization (one, id, name, plan, embedded, options, advance)
		SELECT 1, organization_id, organization, plan, embedded, options, 0 FROM seed`); err != nil {
		return err
	}
	if _, err := t.insertWorkspace(workspace{Name: s.organization, Type: typeOrganization}); err != nil {
		return err
	}
	o, err := t.insertUser(user{Email: s.ownerEmail, Name: s.ownerName(), AccountType: accountRegular, Role: owner})
	if err != nil {
		return err
	}
	if s.embedded {
		if _, err := t.Exec("UPDATE workspaces SET name = 'Embedded', type = 'Embedded', person = NULL WHERE person = ?", o.ID); err != nil {
			return err
		}
	}
	_, err = t.Exec("INSERT INTO tokens (token, user_id) VALUES (?, ?)", s.token, o.ID)
	return err
}

// tenant tells whether this is an organization that an operator has opened.
func (s seed) tenant() bool { return s.operator == "" }

// ownerName is made of the address in a further organization.
func (s seed) ownerName() string {
	if s.tenant() {
		return nameOf(s.ownerEmail)
	}
	return "Olivia Owner"
}

// reset forgets everything but the seed and makes the organization again: the same ids,
// the same Owner's token. The first organization forgets the further ones; what numbered
// their files goes on counting.
func (t *tx) reset() error {
	if _, err := t.Exec("DELETE FROM organizations WHERE id <> (SELECT id FROM organization)"); err != nil {
		return err
	}
	tables, err := engine.Collect(t, scanText, `SELECT name FROM sqlite_master
		WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('seed', 'organizations')`)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if _, err := t.Exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	if _, err := t.Exec("DELETE FROM sqlite_sequence WHERE name <> 'organizations'"); err != nil {
		return err
	}
	return t.createFromSeed()
}

func resetAll(c *call) (answer, error) {
	s, err := c.tx.readSeed()
	if err != nil {
		return answer{}, err
	}
	if c.sandbox.first != nil { // the first takes all others with it, so no name is in its way
		if err := c.requireFreeOrganizationName(s.organization); err != nil {
			return answer{}, err
		}
	}
	others, err := c.tx.tenants()
	if err != nil {
		return answer{}, err
	}
	if err := c.tx.reset(); err != nil {
		return answer{}, err
	}
	c.sandboxed("began anew")
	c.after(func(committed bool) {
		for _, f := range others {
			if committed {
				c.sandbox.dropTenant(f.seq)
			}
		}
	})
	return noContent()
}
