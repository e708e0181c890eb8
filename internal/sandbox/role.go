package sandbox

import (
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization and a workspace.
const (
	RightListOrganizationRoles Right = "list organization roles"
	RightListRoles             Right = "list workspace roles"
)

// roleNoun is the built-in roles, which nobody changes.
var roleNoun = noun{
	routes: []*route{
		on("GET", "/core/v1/workspaces/{workspaceId}/roles", "listWorkspaceRoles", FromDocuments, RightListRoles, listWorkspaceRoles, 2, 3, 4, 28, 29, 34),
		on("GET", "/core/v1/roles", "listOrganizationRoles", FromDocuments, RightListOrganizationRoles, listOrganizationRoles, 2, 3, 28, 29, 39),
	},
	overOrganization: rights{
		// Owner, Admin, Contributor, Viewer, scoped token
		RightListOrganizationRoles: {yesD, yesD, noD, noD, noD},
	},
	overWorkspace: rights{
		// organization Owner and Admin; Admin, Contributor, Viewer of the workspace; not
		// a member
		RightListRoles: {yesD, yesD, yesD, noD, noD, hidD},
	},
	assumptions: []Assumption{
		{4, "What do the role and member endpoints answer for the Organization workspace?",
			"Everybody, with their organization role, and the organization roles. A third-party client avoids these calls and asks for users instead.",
			"GET /core/v1/workspaces/{organization workspace}/users and …/roles."},
		{9, "What does a well-formed role id that is no role of this scope answer?",
			"400. That a malformed one is a 400 is documented.",
			"PUT /core/v1/users/{id}/roles with a workspace role's id."},
	},
}

// Role names, as the documents write them. An organization has all four, a workspace all
// but Owner.
const (
	owner       = "Owner"
	admin       = "Admin"
	contributor = "Contributor"
	viewer      = "Viewer"
)

var (
	organizationRoles = []string{owner, admin, contributor, viewer}
	workspaceRoles    = []string{admin, contributor, viewer}
)

// role is a role on the wire.
type role struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Roles are built in. A workspace role has the same id in every workspace, and another
// one than the organization role of the same name: a third-party client has to make the
// ids unique by prefixing the workspace.
var (
	organizationRole = builtInRoles("organization", organizationRoles)
	workspaceRole    = builtInRoles("workspace", workspaceRoles)
)

func builtInRoles(scope string, names []string) map[string]role {
	roles := map[string]role{}
	for _, name := range names {
		roles[name] = role{engine.NamedID(scope + "-role/" + name), name}
	}
	return roles
}

// roleWithID finds the name of a role among those of one scope.
func roleWithID(roles map[string]role, id string) (string, bool) {
	for name, r := range roles {
		if strings.EqualFold(r.ID, id) {
			return name, true
		}
	}
	return "", false
}

// roleNamed finds a role by its name without regard to case; "View Only" is another name
// of Viewer.
func roleNamed(roles map[string]role, name string) (string, bool) {
	if strings.EqualFold(name, "View Only") {
		name = viewer
	}
	for known := range roles {
		if strings.EqualFold(known, name) {
			return known, true
		}
	}
	return "", false
}

// outranksMembers tells whether people with this organization role can only be Admin in a
// shared workspace.
func outranksMembers(organizationRole string) bool {
	return organizationRole == owner || organizationRole == admin
}

func listOrganizationRoles(c *call) (answer, error) {
	return c.roles(c.tx.organizationRoles(), maxOrganizationPage)
}

// listWorkspaceRoles answers organization roles for the Organization workspace, where
// people are by their organization role.
func listWorkspaceRoles(c *call) (answer, error) {
	if c.workspace.Type == typeOrganization {
		return c.roles(c.tx.organizationRoles(), maxWorkspacePage)
	}
	return c.roles(c.tx.workspaceRoles(), maxWorkspacePage)
}

func (c *call) roles(roles []role, most int) (answer, error) {
	p, err := c.paging(most)
	if err != nil {
		return answer{}, err
	}
	all := make([]engine.Placed[role], len(roles))
	for i, r := range roles {
		all[i] = engine.Placed[role]{Seq: int64(i + 1), Element: r}
	}
	return page(c, engine.PageOf(p, all), func(r role) any { return r })
}

// organizationRoles are those built in, or in a snapshot the organization's own.
func (t *tx) organizationRoles() []role {
	if f := t.s.frozen; f != nil {
		return f.OrganizationRoles
	}
	return builtIn(organizationRoles, organizationRole)
}

// workspaceRoles are the like for workspaces.
func (t *tx) workspaceRoles() []role {
	if f := t.s.frozen; f != nil {
		return f.WorkspaceRoles
	}
	return builtIn(workspaceRoles, workspaceRole)
}

func builtIn(names []string, roles map[string]role) []role {
	all := make([]role, len(names))
	for i, name := range names {
		all[i] = roles[name]
	}
	return all
}

func (t *tx) organizationRole(name string) role {
	if f := t.s.frozen; f != nil {
		return named(f.OrganizationRoles, name)
	}
	return organizationRole[name]
}

func (t *tx) workspaceRole(name string) role {
	if f := t.s.frozen; f != nil {
		return named(f.WorkspaceRoles, name)
	}
	return workspaceRole[name]
}

// named is the role of that name; of one that is in no list only the name is known.
func named(all []role, name string) role {
	for _, r := range all {
		if r.Name == name {
			return r
		}
	}
	return role{Name: name}
}
