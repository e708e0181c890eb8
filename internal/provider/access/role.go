package access

import (
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Role is one of Tray's seven roles: four in the organization, three in a workspace.
type Role struct {
	Kind Kind
	Name string
}

// FullName is "Organization Admin" or "Workspace Admin": the two are not the same.
func (r Role) FullName() string {
	if r.Kind == OrganizationRole {
		return "Organization " + r.Name
	}
	return "Workspace " + r.Name
}

// roles are all there are, strongest first within a kind, with Tray's description in
// our words.
var roles = []struct {
	Role
	col         int
	description string
	reach       string
}{
	{Role{OrganizationRole, "Owner"}, organizationOwner, "The one person who answers for the organization: everything an Admin may, and billing.", reachEverything},
	{Role{OrganizationRole, "Admin"}, organizationAdmin, "Manages people, settings and every kind of asset.", reachEverything},
	{Role{OrganizationRole, "Contributor"}, organizationContributor, "Builds in the Organization workspace; elsewhere only where a membership says so.", reachOrganization},
	{Role{OrganizationRole, "Viewer"}, organizationViewer, "Looks at the Organization workspace; elsewhere only what a membership says.", reachOrganization},
	{Role{WorkspaceRole, "Admin"}, workspaceAdmin, "Manages the workspace: its assets and its members.", reachWorkspace},
	{Role{WorkspaceRole, "Contributor"}, workspaceContributor, "Builds in the workspace: projects, services, authentications. Does not manage members.", reachWorkspace},
	{Role{WorkspaceRole, "Viewer"}, workspaceViewer, "Looks at the workspace.", reachWorkspace},
}

// Where a role's workspace rights hold.
const (
	reachEverything   = "every workspace, other people's Personal workspaces included"
	reachOrganization = "the Organization workspace, and the person's own Personal workspace"
	reachWorkspace    = "the workspace where the role is given"
)

// Roles lists Tray's roles, organization roles first.
func Roles() []Role {
	all := make([]Role, len(roles))
	for i, r := range roles {
		all[i] = r.Role
	}
	return all
}

// column returns which column of a level's cells a role reads; false when the role has
// no standing at that level, or is not one of Tray's.
func (r Role) column(level Level) (int, bool) {
	for _, known := range roles {
		if known.Kind != r.Kind || !tray.SameRole(known.Name, r.Name) {
			continue
		}
		switch {
		case r.Kind == WorkspaceRole:
			return known.col, level == WorkspaceLevel
		case level == OrganizationLevel:
			return known.col, true
		case known.col <= organizationAdmin:
			return byOrganization, true
		case known.col == organizationContributor:
			return workspaceContributor, true
		default:
			return workspaceViewer, true
		}
	}
	return 0, false
}

// Known reports whether the table has the role. The rights of one that it has not, such
// as one that Tray may add later, cannot be told.
func (r Role) Known() bool {
	_, organization := r.column(OrganizationLevel)
	_, workspace := r.column(WorkspaceLevel)
	return organization || workspace
}

// Grant is one cell of the table, with its coordinates.
type Grant struct {
	Subject Subject
	Cell
}

// Grants returns what the role may do at a level, one entry for each subject, those
// without any right included.
func (r Role) Grants(level Level) []Grant {
	column, ok := r.column(level)
	if !ok {
		return nil
	}
	var all []Grant
	for _, s := range subjects {
		if s.Level == level {
			all = append(all, Grant{s, s.cells[column]})
		}
	}
	return all
}

// Rights returns the permissions of the role at a level in the table's order:
// "projects:manage" for everything that can be done with a subject, else one entry
// for each operation, such as "projects:read".
func (r Role) Rights(level Level) []string {
	var rights []string
	for _, g := range r.Grants(level) {
		rights = append(rights, g.Permissions()...)
	}
	return rights
}

// Permissions are the names of what the cell allows. Those that only have reading and
// one more doing, as logs do, are not summed up: "logs:manage" would say too little.
func (g Grant) Permissions() []string {
	if g.Operations == g.Subject.Operations && g.Subject.manageable() {
		return []string{g.Subject.Name + ":manage"}
	}
	var names []string
	for _, letter := range g.Operations {
		names = append(names, g.Subject.Name+":"+g.Subject.verb(letter))
	}
	return names
}

// RightsIn returns the permissions of the role in a workspace of that type.
func (r Role) RightsIn(kind tray.WorkspaceType) []string {
	var rights []string
	for _, g := range r.Grants(WorkspaceLevel) {
		if g.Subject.existsIn(kind) {
			rights = append(rights, g.Permissions()...)
		}
	}
	return rights
}

// Can reports whether the role holds a permission. It reports false for ok when
// Tray's table has no such permission.
func (r Role) Can(permission string) (yes, ok bool) {
	s, letters, ok := operations(permission)
	if !ok {
		return false, false
	}
	column, standing := r.column(s.Level)
	if !standing {
		return false, true
	}
	for _, letter := range letters {
		if !strings.ContainsRune(s.cells[column].Operations, letter) {
			return false, true
		}
	}
	return true, true
}

// ParseRole finds the roles that a name can mean: "Organization Admin" and "Workspace
// Admin" mean one, "Admin" means both, "Owner" exists in the organization alone.
func ParseRole(name string) []Role {
	kind, plain := Kind(""), name
	for _, k := range []Kind{OrganizationRole, WorkspaceRole} {
		if len(name) > len(k) && strings.EqualFold(name[:len(k)], string(k)) && strings.ContainsAny(name[len(k):len(k)+1], " -_") {
			kind, plain = k, name[len(k)+1:]
		}
	}
	var found []Role
	for _, r := range roles {
		if tray.SameRole(r.Name, plain) && (kind == "" || kind == r.Kind) {
			found = append(found, r.Role)
		}
	}
	return found
}
