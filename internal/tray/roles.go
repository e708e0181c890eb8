package tray

import "context"

// Role is an organization role or a workspace role. Tray has no custom roles.
type Role struct {
	ID   string
	Name string
}

// Roles are the role lists of the organization and of its workspaces; they are read
// only, and read once.
type Roles struct{}

// Organization returns the organization roles, in the server's order.
func (r *Roles) Organization(ctx context.Context) ([]Role, error) { panic("not built yet") }

// Workspace returns the roles that can be given in a workspace.
func (r *Roles) Workspace(ctx context.Context, workspaceID string) ([]Role, error) {
	panic("not built yet")
}

// SameRole reports whether a and b name one role: letter case, spaces, hyphens and
// underscores do not count, and "View Only" is "Viewer" (both are documented).
func SameRole(a, b string) bool { panic("not built yet") }

// FindRole returns the role of that name, as SameRole sees it.
func FindRole(roles []Role, name string) (Role, bool) { panic("not built yet") }
