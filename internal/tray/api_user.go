package tray

import (
	"context"
	"iter"
	"time"
)

// APIUser is a user that tokens act as. It is made in a shared workspace and counts as a user
// of the organization too.
type APIUser struct {
	ID, WorkspaceID, Name string
	Email                 string // what the list of users shows; may be ""
	OrganizationRole      Role
	WorkspaceRole         Role
	CreatedAt             time.Time
}

// APIUserSpec is what an API user is made with, or what changes of it. Nil leaves a field as
// it is; of a new one, the name and the role in the workspace must be there, and without a
// role in the organization it is a Viewer.
type APIUserSpec struct {
	Name               *string `json:"name,omitempty"`
	OrganizationRoleID *string `json:"organizationRoleId,omitempty"`
	WorkspaceRoleID    *string `json:"workspaceRoleId,omitempty"`
}

func (s APIUserSpec) made(now APIUser) bool {
	return wants(s.Name, now.Name) && wants(s.OrganizationRoleID, now.OrganizationRole.ID) && wants(s.WorkspaceRoleID, now.WorkspaceRole.ID)
}

// APIUsers are the API users of workspaces. They need the management plane: on Tray they are
// made in its user interface.
type APIUsers struct {
	c    *Client
	each shelf[string, objects[APIUser]] // by workspace id
}

func apiUsersPath(workspaceID string, more ...string) []string {
	return append(managedPath("workspaces", workspaceID, "api-users"), more...)
}

func (u *APIUsers) of(workspaceID string) objects[APIUser] {
	return u.each.of(workspaceID, func() objects[APIUser] {
		return newFamily(u.c, kind[wireAPIUser, APIUser]{
			what: "API user", path: apiUsersPath(workspaceID), right: rightTokens, workspace: workspaceID,
			convert: func(w wireAPIUser) (element[APIUser], error) { return w.element(workspaceID) },
			id:      func(x APIUser) string { return x.ID },
			shows: func(a, b APIUser) bool {
				return a.Name == b.Name && a.OrganizationRole.ID == b.OrganizationRole.ID && a.WorkspaceRole.ID == b.WorkspaceRole.ID
			},
		})
	})
}

// List returns the API users of a workspace, oldest first.
func (u *APIUsers) List(ctx context.Context, workspaceID string) ([]APIUser, error) {
	return u.of(workspaceID).List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (u *APIUsers) Pages(ctx context.Context, workspaceID string) iter.Seq2[[]APIUser, error] {
	return u.of(workspaceID).Pages(ctx)
}

// Get returns an API user. IsGone(err) means proven absent.
func (u *APIUsers) Get(ctx context.Context, workspaceID, id string) (*APIUser, error) {
	return u.of(workspaceID).Get(ctx, id)
}

// Named returns the API users of that name in a workspace: none or one, as names are unique.
func (u *APIUsers) Named(ctx context.Context, workspaceID, name string) ([]APIUser, error) {
	return u.of(workspaceID).Matching(ctx, func(x APIUser) bool { return x.Name == name })
}

// Create makes an API user. A name that another one has is refused (409).
func (u *APIUsers) Create(ctx context.Context, workspaceID string, spec APIUserSpec) (*APIUser, error) {
	name := text(spec.Name)
	made, err := u.of(workspaceID).create(ctx, call{Right: rightTokens, In: spec}, name, func(x APIUser) bool { return x.Name == name })
	u.c.Users.all.Invalidate()
	u.c.Members.of(workspaceID).Invalidate()
	return made, err
}

// Update changes an API user and returns it as it is then.
func (u *APIUsers) Update(ctx context.Context, workspaceID, id string, spec APIUserSpec) (*APIUser, error) {
	now, err := u.of(workspaceID).change(ctx, id, call{Right: rightTokens, In: spec}, spec.made)
	u.c.Users.all.Forget(id)
	u.c.Members.touched(id)
	return now, err
}

// Delete deletes an API user with its tokens. Connectors that it deployed stay, and nobody is
// left who may share them on Tray's own API. One that is already gone is success.
func (u *APIUsers) Delete(ctx context.Context, workspaceID, id string) error {
	return u.of(workspaceID).remove(ctx, id, rightTokens, nil, func(done bool) {
		u.c.APITokens.each.drop(tokenParent{workspaceID, id})
		if done {
			u.c.Users.all.Dropped(id)
			u.c.Members.userDeleted(id)
		}
	})
}

type wireAPIUser struct {
	ID               string    `json:"id"`
	Name             string    `json:"name"`
	Email            string    `json:"email"`
	OrganizationRole *wireRole `json:"organizationRole"`
	WorkspaceRole    *wireRole `json:"workspaceRole"`
	CreatedAt        time.Time `json:"createdAt"`
}

func (w wireAPIUser) element(workspaceID string) (element[APIUser], error) {
	if w.ID == "" {
		return element[APIUser]{}, errNoID
	}
	return element[APIUser]{Complete: true, Value: APIUser{
		ID: w.ID, WorkspaceID: workspaceID, Name: w.Name, Email: w.Email,
		OrganizationRole: w.OrganizationRole.role(), WorkspaceRole: w.WorkspaceRole.role(), CreatedAt: w.CreatedAt,
	}}, nil
}
