package tray

import (
	"context"
	"errors"
	"net/http"
)

// When absence is proven. Tray answers 404 both for what does not exist and for what a
// token may not see (facts: errors), and its lists hold what the token may see. So what
// is not shown is proven absent only to a token that sees the whole organization. Tray
// has no call that tells a token its own role; it documents who may list the
// organization's roles, and these are the Owner, Admins and master tokens, who see all.

// seesAll reports whether nothing in the organization is hidden from this token. It asks
// once, and only when something seems to be gone.
func (c *Client) seesAll(ctx context.Context) (bool, error) {
	if c.Management.knownLesser() {
		return false, nil
	}
	return c.sight.Get(ctx, c.reads, func(ctx context.Context) (bool, error) {
		switch _, err := c.Roles.Organization(ctx); {
		case err == nil:
			return true, nil
		case IsForbidden(err), hasStatus(err, http.StatusNotFound):
			return false, nil
		default:
			return false, err
		}
	})
}

// knownLesser reports whether the management plane has said that the token's user is
// neither Owner nor Admin, or an operator, who sees no organization from inside. It asks
// nobody: a workspace's token may be an Admin's and see little all the same.
func (m *Management) knownLesser() bool {
	if m.c.operator.Load() {
		return true
	}
	role := ""
	if p := m.plane.Known(); p != nil && p.self != nil {
		role = p.self.Role.Name
	}
	return role != "" && !SameRole(role, "Owner") && !SameRole(role, "Admin")
}

// proven returns err, a 404 about an object of that kind, as proof of its absence if the
// token sees all, and otherwise as the error of somebody who cannot tell.
func (c *Client) proven(ctx context.Context, what, proof string, err error) error {
	sees, askErr := c.seesAll(ctx)
	switch {
	case askErr != nil:
		return askErr
	case sees:
		return asGone(err, proof)
	}
	return undecided(err, what)
}

// undecided is the 404 of a token that cannot tell gone from hidden.
func undecided(err error, what string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	open := *e
	open.Gone = false
	open.Hint = "Whether the " + what + " is gone or hidden from this token cannot be told: Tray answers both alike. " +
		"Use a token of an organization Owner or Admin, from whom nothing is hidden. If you know that it is gone, take it out of the configuration " +
		"and out of the state (terraform state rm)"
	return &open
}

// notTheMaker is the 404 about an object that Tray shows to the user who made it alone.
func notTheMaker(err error, what string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	open := *e
	open.Gone = false
	open.Hint = "Whether the " + what + " is gone or another user's cannot be told: Tray answers both alike, and shows a " + what + " to the user whose token made it alone. " +
		"Use a token of that user. If you know that it is gone, take it out of the configuration and out of the state (terraform state rm)"
	return &open
}
