package tray

import "context"

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
type Management struct{}

// Available says whether the plane is there: one GET /management/v1 per client, 404
// meaning no. Any other failure is an error and is asked again.
func (m *Management) Available(ctx context.Context) (bool, error) { panic("not built yet") }

// Self returns the user that the token acts as, nil when nobody can tell (no
// management plane: Tray has no "who am I").
func (m *Management) Self(ctx context.Context) (*Identity, error) { panic("not built yet") }

// Organization returns the organization: the management plane's object, else what the
// platform shows, which is the workspace of type Organization (its id and name).
func (m *Management) Organization(ctx context.Context) (*Organization, error) {
	panic("not built yet")
}
