package tray

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// Identity is the user that the token acts as.
type Identity struct {
	ID, Email string
	Role      Role
	// OrganizationID is the organization that the token belongs to.
	OrganizationID string
	// WorkspaceID is the workspace that holds what the token makes without naming one, such
	// as authentications; "" where it has none.
	WorkspaceID string
}

// Management is the plane that only the sandbox serves.
type Management struct {
	c *Client

	plane        singleton[plane]
	organization singleton[Organization]
	settings     singleton[OrganizationSettings]
}

// plane is what its one answer says.
type plane struct {
	there bool
	self  *Identity // nil for an operator
}

// Available says whether the plane is there: one GET /management/v1 per client, 404
// meaning no. Any other failure is an error and is asked again.
func (m *Management) Available(ctx context.Context) (bool, error) {
	p, err := m.plane.Once(ctx, m.c.reads, m.probe)
	return p.there, err
}

func (m *Management) probe(ctx context.Context) (plane, error) {
	var wire struct {
		Operator       bool   `json:"operator"`
		OrganizationID string `json:"organizationId"`
		User           struct {
			ID    string    `json:"id"`
			Email string    `json:"email"`
			Role  *wireRole `json:"role"`
			Home  string    `json:"workspaceId"`
		} `json:"user"`
	}
	err := m.c.rest.Do(ctx, call{Method: http.MethodGet, Path: managedPath(), Right: rightAny}, &wire)
	if err != nil && !hasStatus(err, http.StatusNotFound) {
		return plane{}, err
	}
	p := plane{there: err == nil}
	if wire.Operator {
		m.c.operator.Store(true)
		return p, nil
	}
	p.self = &Identity{ID: wire.User.ID, Email: wire.User.Email, Role: wire.User.Role.role(), OrganizationID: wire.OrganizationID, WorkspaceID: wire.User.Home}
	return p, nil
}

// Operator reports whether the token is an operator's, who belongs to no organization.
// Without the management plane nobody is.
func (m *Management) Operator(ctx context.Context) (bool, error) {
	there, err := m.Available(ctx)
	return there && m.c.operator.Load(), err
}

// KnownOperator is Operator as far as earlier answers have told. It asks nobody.
func (m *Management) KnownOperator() bool { return m.c.operator.Load() }

// need is an error that says what to do by hand, unless the plane is there.
func (m *Management) need(ctx context.Context, what string) error {
	there, err := m.Available(ctx)
	if err != nil || there {
		return err
	}
	return &Error{
		Message: strings.ToUpper(what[:1]) + what[1:] + " needs the management plane, which this Tray does not offer: its API has no such call",
		Hint:    "Do it in Tray's user interface",
		Err:     errors.ErrUnsupported,
	}
}

// Self returns the user that the token acts as, nil when nobody can tell (no
// management plane: Tray has no "who am I") or the token is an operator's.
func (m *Management) Self(ctx context.Context) (*Identity, error) {
	p, err := m.plane.Once(ctx, m.c.reads, m.probe)
	if err != nil || !p.there || p.self == nil {
		return nil, err
	}
	self := *p.self
	return &self, nil
}
