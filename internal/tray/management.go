package tray

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
)

// Organization is what is known of the organization itself.
type Organization struct {
	ID   string
	Name string
	// The rest is known on the management plane only.
	Plan       string // "pro", "team", "enterprise"; "" when unknown
	Embedded   bool
	SSO        bool
	OwnerID    string
	OwnerEmail string
}

// Identity is the user that the token acts as.
type Identity struct {
	ID, Email string
	Role      Role
}

// Management is the plane that only the sandbox serves.
type Management struct {
	c *Client

	mu     sync.Mutex
	probed bool
	there  bool
	self   Identity
	flight *flight
}

// Available says whether the plane is there: one GET /management/v1 per client, 404
// meaning no. Any other failure is an error and is asked again.
func (m *Management) Available(ctx context.Context) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for !m.probed {
		if m.flight == nil {
			m.flight = launch(ctx, &m.mu, m.probe, func(f *flight) {
				if m.flight == f {
					m.flight = nil
				}
			})
		}
		if err := m.flight.wait(ctx, &m.mu, m.c.limiter); err != nil {
			return false, err
		}
	}
	return m.there, nil
}

func (m *Management) probe(ctx context.Context) error {
	var wire struct {
		User struct {
			ID    string    `json:"id"`
			Email string    `json:"email"`
			Role  *wireRole `json:"role"`
		} `json:"user"`
	}
	err := m.c.do(ctx, call{method: http.MethodGet, path: managedPath(), right: rightAny}, &wire)
	if err != nil && !hasStatus(err, http.StatusNotFound) {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.probed, m.there = true, err == nil
	m.self = Identity{ID: wire.User.ID, Email: wire.User.Email, Role: wire.User.Role.role()}
	return nil
}

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
// management plane: Tray has no "who am I").
func (m *Management) Self(ctx context.Context) (*Identity, error) {
	there, err := m.Available(ctx)
	if err != nil || !there {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	self := m.self
	return &self, nil
}

// Organization returns the organization: the management plane's object, else what the
// platform shows, which is the workspace of type Organization (its id and name).
func (m *Management) Organization(ctx context.Context) (*Organization, error) {
	there, err := m.Available(ctx)
	if err != nil {
		return nil, err
	}
	if !there {
		return m.fromWorkspace(ctx)
	}
	var wire struct {
		ID         string `json:"id"`
		Name       string `json:"name"`
		Plan       string `json:"plan"`
		Embedded   bool   `json:"embedded"`
		SSO        bool   `json:"sso"`
		OwnerID    string `json:"ownerId"`
		OwnerEmail string `json:"ownerEmail"`
	}
	if err := m.c.do(ctx, call{method: http.MethodGet, path: managedPath("organization"), right: rightAny}, &wire); err != nil {
		return nil, err
	}
	org := Organization(wire)
	return &org, nil
}

func (m *Management) fromWorkspace(ctx context.Context) (*Organization, error) {
	all, err := m.c.Workspaces.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, ws := range all {
		if ws.Type == WorkspaceOrganization {
			return &Organization{ID: ws.ID, Name: ws.Name}, nil
		}
	}
	return nil, &Error{
		Message: "The token does not see the Organization workspace, so the organization's name and id are not known",
		Hint:    "Use a token whose API user has an organization role",
	}
}
