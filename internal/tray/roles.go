package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// Role is an organization role or a workspace role. Tray has no custom roles.
type Role struct {
	ID   string
	Name string
}

// Roles are the role lists of the organization and of its workspaces; they are read
// only, and read once.
type Roles struct {
	c            *Client
	organization records[Role]

	mu         sync.Mutex
	workspaces map[string]records[Role] // by workspace id
}

func newRoles(c *Client) *Roles {
	return &Roles{
		c: c, workspaces: map[string]records[Role]{},
		organization: roleList(c, "organization role", largePage, rightRoles, []string{"core", "v1", "roles"}),
	}
}

func roleList(c *Client, what string, first int, right string, path []string) records[Role] {
	list := listCall[wireRole, Role]{
		Call: call{Method: http.MethodGet, Path: path, Right: right}, First: first,
		Convert: func(w wireRole) (element[Role], error) {
			if w.ID == "" {
				return element[Role]{}, errNoID
			}
			return element[Role]{Value: w.role(), Complete: true}, nil
		},
	}
	return coalesce.New(c.reads, source[Role]{
		What: what, Path: "/" + strings.Join(path, "/"),
		Page: list.Pages(c.rest),
		ID:   func(r Role) string { return r.ID },
	})
}

// Organization returns the organization roles, in the server's order.
func (r *Roles) Organization(ctx context.Context) ([]Role, error) { return r.organization.List(ctx) }

// Workspace returns the roles that can be given in a workspace.
func (r *Roles) Workspace(ctx context.Context, workspaceID string) ([]Role, error) {
	r.mu.Lock()
	all := r.workspaces[workspaceID]
	if all == nil {
		all = roleList(r.c, "workspace role", smallPage, rightRunWorkspace,
			[]string{"core", "v1", "workspaces", workspaceID, "roles"})
		r.workspaces[workspaceID] = all
	}
	r.mu.Unlock()
	return all.List(ctx)
}

// Named returns the role of that name, as SameRole sees it, that can be given in a
// workspace. A role that some member was read with needs no request; for another one the
// list is read. Without such a role the result is zero, and others all that there are.
func (r *Roles) Named(ctx context.Context, workspaceID, name string) (named Role, others []Role, err error) {
	if role, seen := r.c.Members.roleSeen(workspaceID, name); seen {
		return role, nil, nil
	}
	all, err := r.Workspace(ctx, workspaceID)
	if err != nil {
		return Role{}, nil, err
	}
	if role, there := FindRole(all, name); there {
		return role, nil, nil
	}
	return Role{}, all, nil
}

// SameRole reports whether a and b name one role: letter case, spaces, hyphens and
// underscores do not count, and "View Only" is "Viewer" (both are documented).
func SameRole(a, b string) bool { return a == b || foldRole(a) == foldRole(b) }

// noSeparators is made once: making a replacer costs more than all its uses.
var noSeparators = strings.NewReplacer(" ", "", "-", "", "_", "", "\t", "")

func foldRole(name string) string {
	folded := strings.ToLower(noSeparators.Replace(name))
	if folded == "viewonly" {
		return "viewer"
	}
	return folded
}

// FindRole returns the role of that name, as SameRole sees it.
func FindRole(roles []Role, name string) (Role, bool) {
	i := slices.IndexFunc(roles, func(r Role) bool { return SameRole(r.Name, name) })
	if i < 0 {
		return Role{}, false
	}
	return roles[i], true
}

// roleKept names the role in the error of a change that Tray did not make.
func roleKept(err error, shown, wanted Role) error {
	var e *Error
	if !errors.As(err, &e) || !e.Ambiguous || e.Status != http.StatusOK {
		return err
	}
	e.Message = fmt.Sprintf("Tray answered 200 to giving the role %s, but still shows the role %s", wanted.Name, shown.Name)
	return e
}
