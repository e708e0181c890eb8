package tray

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
)

// Identity is the user that the token acts as.
type Identity struct {
	ID, Email string
	Role      Role
	// OrganizationID is the organization that the token belongs to.
	OrganizationID string
}

// Management is the plane that only the sandbox serves.
type Management struct {
	c *Client

	mu      sync.Mutex
	probed  bool
	there   bool
	self    *Identity
	loading *shared

	organization singleton[Organization]
	settings     singleton[OrganizationSettings]
}

// Available says whether the plane is there: one GET /management/v1 per client, 404
// meaning no. Any other failure is an error and is asked again.
func (m *Management) Available(ctx context.Context) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for !m.probed {
		if m.loading == nil {
			m.loading = launch(ctx, &m.mu, m.probe, func(f *shared) {
				if m.loading == f {
					m.loading = nil
				}
			})
		}
		if err := m.loading.wait(ctx, &m.mu, m.c.rest); err != nil {
			return false, err
		}
	}
	return m.there, nil
}

func (m *Management) probe(ctx context.Context) error {
	var wire struct {
		Operator       bool   `json:"operator"`
		OrganizationID string `json:"organizationId"`
		User           struct {
			ID    string    `json:"id"`
			Email string    `json:"email"`
			Role  *wireRole `json:"role"`
		} `json:"user"`
	}
	err := m.c.do(ctx, call{Method: http.MethodGet, Path: managedPath(), Right: rightAny}, &wire)
	if err != nil && !hasStatus(err, http.StatusNotFound) {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.probed, m.there = true, err == nil
	if wire.Operator {
		m.c.operator.Store(true)
		return nil
	}
	m.self = &Identity{ID: wire.User.ID, Email: wire.User.Email, Role: wire.User.Role.role(), OrganizationID: wire.OrganizationID}
	return nil
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
	there, err := m.Available(ctx)
	if err != nil || !there {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.self == nil {
		return nil, nil
	}
	self := *m.self
	return &self, nil
}
