package sandbox

import (
	"errors"
	"fmt"
	"strings"
)

// seed is what an organization starts from, and goes back to on reset.
type seed struct {
	organization, ownerEmail, plan string
	embedded                       bool
	token                          string
	given                          OpenOptions // What the caller asked for, with its gaps.
}

const minTokenLength = 36

func newSeed(o OpenOptions, token string) (seed, error) {
	s := seed{o.Organization, o.OwnerEmail, strings.ToLower(o.Plan), o.Embedded, token, o}
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
	if !emailPattern.MatchString(s.ownerEmail) {
		return s, fmt.Errorf("the owner must be an e-mail address, not %q", o.OwnerEmail)
	}
	if s.token == "" {
		s.token = derivedToken("owner", s.organization, emailKey(s.ownerEmail))
	}
	if len(s.token) < minTokenLength || strings.ContainsAny(s.token, " \t\r\n") {
		return s, errors.New("a token has at least 36 characters and no spaces")
	}
	return s, nil
}

// agrees refuses to go on with a file that holds another organization than the one asked for.
func (s seed) agrees(found seed, path string) error {
	for _, one := range []struct{ what, asked, found string }{
		{"organization", s.given.Organization, found.organization},
		{"owner", s.given.OwnerEmail, found.ownerEmail},
		{"plan", strings.ToLower(s.given.Plan), found.plan},
	} {
		if one.asked != "" && one.asked != one.found {
			return fmt.Errorf("the file %s holds a sandbox whose %s is %q, not %q: use another path, or delete the file to start anew",
				path, one.what, one.found, one.asked)
		}
	}
	if s.given.Embedded && !found.embedded {
		return fmt.Errorf("the file %s holds a sandbox without an Embedded workspace: use another path, or delete the file to start anew", path)
	}
	return nil
}

func (t *tx) readSeed() (seed, error) {
	var s seed
	err := t.row("SELECT organization, owner_email, plan, embedded, token FROM seed").
		Scan(&s.organization, &s.ownerEmail, &s.plan, &s.embedded, &s.token)
	return s, err
}

// plant stores the seed and grows the organization from it.
func (t *tx) plant(s seed) error {
	if _, err := t.exec("INSERT INTO seed (one, organization, owner_email, plan, embedded, token, options) VALUES (1, ?, ?, ?, ?, ?, ?)",
		s.organization, s.ownerEmail, s.plan, s.embedded, s.token, DefaultOptions().encode()); err != nil {
		return err
	}
	return t.grow()
}

// reseed changes the Owner's token and the options, for now and for later resets. Empty arguments change nothing.
func (t *tx) reseed(token string, changes []byte) error {
	if token != "" {
		if _, err := t.exec("UPDATE OR REPLACE tokens SET token = ? WHERE token = (SELECT token FROM seed)", token); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE seed SET token = ?", token); err != nil {
			return err
		}
	}
	if changes == nil {
		return nil
	}
	for _, table := range []string{"seed", "organization"} {
		var options string
		if err := t.row("SELECT options FROM " + table).Scan(&options); err != nil {
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
		if _, err := t.exec("UPDATE "+table+" SET options = ?", changed.encode()); err != nil {
			return err
		}
	}
	return nil
}

// grow makes the organization of the seed: its Owner, the Organization workspace, and either the Embedded workspace or the
// Owner's Personal one, which the owner of an Embedded account does not have.
func (t *tx) grow() error {
	s, err := t.readSeed()
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO organization (one, id, name, plan, embedded, options, advance)
		SELECT 1, ?, organization, plan, embedded, options, 0 FROM seed`, namedID("organization/"+s.organization)); err != nil {
		return err
	}
	if _, err := t.insertWorkspace(workspace{Name: s.organization, Type: typeOrganization}); err != nil {
		return err
	}
	o, err := t.insertUser(user{Email: s.ownerEmail, Name: "Olivia Owner", AccountType: accountRegular, Role: owner})
	if err != nil {
		return err
	}
	if s.embedded {
		if _, err := t.exec("UPDATE workspaces SET name = 'Embedded', type = 'Embedded', person = NULL WHERE person = ?", o.ID); err != nil {
			return err
		}
	}
	_, err = t.exec("INSERT INTO tokens (token, user_id) VALUES (?, ?)", s.token, o.ID)
	return err
}

// reset forgets everything but the seed and grows the organization again: the same ids, the same Owner's token.
func (t *tx) reset() error {
	for _, table := range []string{"tokens", "custom_services", "projects", "members", "invites", "workspaces", "users",
		"organization", "counters", "faults", "requests", "sqlite_sequence"} {
		if _, err := t.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	return t.grow()
}

func resetAll(c *call) (answer, error) {
	if err := c.tx.reset(); err != nil {
		return answer{}, err
	}
	return noContent()
}
