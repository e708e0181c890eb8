package tray

import "context"

// Member is one user's membership of one workspace.
type Member struct {
	WorkspaceID string
	UserID      string
	// Email may be "": Tray documents it as optional here. The client fills it from
	// the organization's user list when the token may read that.
	Email       string
	AccountType AccountType
	Role        Role // workspace role
}

// Members are the memberships of workspaces; reads are served by one shared list a workspace.
type Members struct{}

// List returns every member of a workspace, complete objects, sorted by e-mail, then id.
func (m *Members) List(ctx context.Context, workspaceID string) ([]Member, error) {
	panic("not built yet")
}

// Get returns one membership. IsGone(err) means proven absent, which needs a
// workspace that the token can still see.
func (m *Members) Get(ctx context.Context, workspaceID, userID string) (*Member, error) {
	panic("not built yet")
}

// Add puts a user of the organization into a workspace and returns the membership as
// read back. It does not disturb a membership that is already there: that is an Error
// (the server's own, or ours after looking).
func (m *Members) Add(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	panic("not built yet")
}

// SetRole changes a member's role and returns the membership as read back.
func (m *Members) SetRole(ctx context.Context, workspaceID, userID string, role Role) (*Member, error) {
	panic("not built yet")
}

// Remove takes a user out of a workspace. One who is already out is success.
func (m *Members) Remove(ctx context.Context, workspaceID, userID string) error {
	panic("not built yet")
}
