package tray

import "context"

// WorkspaceType is Shared, Organization, Personal, PersonalExternal or Embedded.
type WorkspaceType string

// The workspace types of the vendor document.
const (
	WorkspaceEmbedded         WorkspaceType = "Embedded"
	WorkspaceOrganization     WorkspaceType = "Organization"
	WorkspacePersonal         WorkspaceType = "Personal"
	WorkspacePersonalExternal WorkspaceType = "PersonalExternal"
	WorkspaceShared           WorkspaceType = "Shared"
)

// Workspace is a workspace of any type.
type Workspace struct {
	ID               string
	Name             string
	Type             WorkspaceType
	Description      *string
	MonthlyTaskLimit *int64 // tasks per calendar month; nil means no limit
}

// WorkspaceSpec is what the management plane may set. Nil clears.
type WorkspaceSpec struct {
	Name             string
	Description      *string
	MonthlyTaskLimit *int64
}

// Workspaces are the workspaces that the token can see. Writes need the management plane.
type Workspaces struct{}

// List returns every workspace the token can see, sorted by name, then id.
func (w *Workspaces) List(ctx context.Context) ([]Workspace, error) { panic("not built yet") }

// Get returns the workspace with that id. IsGone(err) means proven absent.
func (w *Workspaces) Get(ctx context.Context, id string) (*Workspace, error) { panic("not built yet") }

// SharedByName returns the shared workspaces of exactly that name: none, one, or, as
// names are not documented to be unique, several.
func (w *Workspaces) SharedByName(ctx context.Context, name string) ([]Workspace, error) {
	panic("not built yet")
}

// Projects returns how many projects the workspace holds. It needs the management plane.
func (w *Workspaces) Projects(ctx context.Context, id string) (int, error) { panic("not built yet") }

// Create makes a shared workspace. After an ambiguous failure it looks the name up
// before trying again. It needs the management plane.
func (w *Workspaces) Create(ctx context.Context, spec WorkspaceSpec) (*Workspace, error) {
	panic("not built yet")
}

// Update changes a workspace's details to exactly spec. It needs the management plane.
func (w *Workspaces) Update(ctx context.Context, id string, spec WorkspaceSpec) (*Workspace, error) {
	panic("not built yet")
}

// Delete deletes a shared workspace, with what it holds when contents is true;
// otherwise one that holds projects is refused (409). One that is already gone is
// success. It needs the management plane.
func (w *Workspaces) Delete(ctx context.Context, id string, contents bool) error {
	panic("not built yet")
}
