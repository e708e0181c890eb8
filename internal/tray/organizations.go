package tray

import (
	"context"
	"net/http"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Organizations are all the organizations there are, for an operator: somebody who opens,
// changes and closes organizations and belongs to none. Everybody else gets a 403. They
// need the management plane; on a live Tray there are no operators.
type Organizations struct {
	c   *Client
	all records[Organization]
}

// OrganizationSpec is what an operator opens an organization with.
type OrganizationSpec struct {
	Name, OwnerEmail string
	Plan             string // "pro", "team", "enterprise"
	Embedded, SSO    bool
}

// OrganizationChange says what to change. Nil leaves it as it is.
type OrganizationChange struct {
	Name, Plan *string
	SSO        *bool
}

func newOrganizations(c *Client) *Organizations {
	o := &Organizations{c: c}
	list := listCall[wireOrganization, Organization]{
		Call:    call{Method: http.MethodGet, Path: organizationsPath(), Right: rightOperate},
		First:   smallPage,
		Convert: wireOrganization.element,
	}
	o.all = coalesce.New(c.reads, source[Organization]{
		What: "organization", Path: "/management/v1/organizations",
		Page:  list.Pages(c.rest),
		One:   o.fetch,
		ID:    func(org Organization) string { return org.ID },
		Shows: func(read, written Organization) bool { return read.spec() == written.spec() },
	})
	return o
}

func organizationsPath(more ...string) []string {
	return append(managedPath("organizations"), more...)
}

// spec is what an operator can set.
func (o Organization) spec() OrganizationSpec {
	return OrganizationSpec{Name: o.Name, OwnerEmail: o.OwnerEmail, Plan: o.Plan, Embedded: o.Embedded, SSO: o.SSO}
}

// wireOrganization is an organization on the management plane. The counts are for
// operators.
type wireOrganization struct {
	ID                      string `json:"id"`
	Name                    string `json:"name"`
	Plan                    string `json:"plan"`
	Embedded                bool   `json:"embedded"`
	SSO                     bool   `json:"sso"`
	OwnerID                 string `json:"ownerId"`
	OwnerEmail              string `json:"ownerEmail"`
	OrganizationWorkspaceID string `json:"organizationWorkspaceId"`
	EmbeddedWorkspaceID     string `json:"embeddedWorkspaceId"`
	Users                   *int   `json:"userCount"`
	SharedWorkspaces        *int   `json:"sharedWorkspaceCount"`
}

func (w wireOrganization) element() (element[Organization], error) {
	if w.ID == "" {
		return element[Organization]{}, errNoID
	}
	return element[Organization]{Value: Organization(w), Complete: w.Name != "" && w.Plan != ""}, nil
}

// List returns all organizations in the order in which they were opened.
func (o *Organizations) List(ctx context.Context) ([]Organization, error) { return o.all.List(ctx) }

// Named returns the organizations of exactly that name, none or one.
func (o *Organizations) Named(ctx context.Context, name string) ([]Organization, error) {
	all, err := o.List(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(org Organization) bool { return org.Name != name }), nil
}

// Get returns the organization with that id. IsGone(err) means proven absent: an
// operator sees all.
func (o *Organizations) Get(ctx context.Context, id string) (*Organization, error) {
	org, err := o.all.Get(ctx, key{ID: id})
	if err == nil {
		return &org, nil
	}
	if !hasStatus(err, http.StatusNotFound) {
		return nil, err
	}
	all, listErr := o.all.List(ctx)
	if listErr != nil {
		return nil, listErr
	}
	if i := slices.IndexFunc(all, func(org Organization) bool { return org.ID == id }); i >= 0 {
		return &all[i], nil
	}
	return nil, asGone(err, "An operator sees every organization, and no such one")
}

// Create opens an organization. After an ambiguous failure it looks the name up before
// trying again, so that none is opened twice.
func (o *Organizations) Create(ctx context.Context, spec OrganizationSpec) (*Organization, error) {
	if err := o.c.Management.need(ctx, "creating an organization"); err != nil {
		return nil, err
	}
	return coalesce.InTurn(ctx, o.all, "named "+spec.Name, func(after context.Context) (*Organization, error) {
		before, err := o.Named(ctx, spec.Name)
		if err != nil {
			return nil, err
		}
		return o.all.CreateOnce(ctx, func() (*Organization, error) { return o.post(ctx, spec) },
			func() (*Organization, error) { return o.search(after, spec, before) })
	})
}

func (o *Organizations) post(ctx context.Context, spec OrganizationSpec) (*Organization, error) {
	return o.write(ctx, call{Method: http.MethodPost, Path: organizationsPath(), Right: rightOperate, In: map[string]any{
		"name": spec.Name, "ownerEmail": spec.OwnerEmail, "plan": spec.Plan, "embedded": spec.Embedded, "sso": spec.SSO,
	}})
}

// search finds the organization of a name that was not there before; nil is none.
func (o *Organizations) search(ctx context.Context, spec OrganizationSpec, before []Organization) (*Organization, error) {
	return coalesce.Persistently(ctx, func() (*Organization, error) {
		o.all.Invalidate()
		now, err := o.Named(ctx, spec.Name)
		fresh := appeared(before, now, o.all.Kind().ID)
		switch {
		case err != nil || len(fresh) == 0:
			return nil, err
		case len(fresh) == 1 && foldEmail(fresh[0].OwnerEmail) == foldEmail(spec.OwnerEmail):
			return &fresh[0], nil
		}
		return nil, &Error{Message: "An organization of that name has appeared, with another Owner"}
	})
}

// write sends a call that answers with the organization.
func (o *Organizations) write(ctx context.Context, k call) (*Organization, error) {
	e, err := rest.Exchange(ctx, o.c.rest, k, wireOrganization.element)
	return &e.Value, err
}

// Update changes an organization and returns it as it is then. A name that another one
// has, and a plan too small for the shared workspaces there are, are refused (409).
func (o *Organizations) Update(ctx context.Context, id string, change OrganizationChange) (*Organization, error) {
	if err := o.c.Management.need(ctx, "changing an organization"); err != nil {
		return nil, err
	}
	return coalesce.InTurn(ctx, o.all, id, func(after context.Context) (*Organization, error) {
		org, err := o.write(ctx, call{Method: http.MethodPatch, Path: organizationsPath(id), Right: rightOperate, In: change.body()})
		if err != nil {
			if *org, err = o.all.SettleChange(after, id, err, change.made); err != nil {
				return nil, err
			}
		}
		o.all.Wrote(id, *org)
		return org, nil
	})
}

// Empty reports whether there is nothing to change.
func (c OrganizationChange) Empty() bool { return c == OrganizationChange{} }

func (c OrganizationChange) body() map[string]any {
	body := map[string]any{}
	if c.Name != nil {
		body["name"] = *c.Name
	}
	if c.Plan != nil {
		body["plan"] = *c.Plan
	}
	if c.SSO != nil {
		body["sso"] = *c.SSO
	}
	return body
}

// made reports whether now shows the change.
func (c OrganizationChange) made(now Organization) bool {
	return wants(c.Name, now.Name) && wants(c.Plan, now.Plan) && wants(c.SSO, now.SSO)
}

// Delete closes an organization that nobody but its Owner is in and that has no shared
// workspace; any other is refused (409). One that is already gone is success.
func (o *Organizations) Delete(ctx context.Context, id string) error {
	if err := o.c.Management.need(ctx, "deleting an organization"); err != nil {
		return err
	}
	return removeOnce(ctx, o.c, o.all, id, removal{
		call: call{Method: http.MethodDelete, Path: organizationsPath(id), Right: rightOperate},
		look: func(after context.Context) error { _, err := o.Get(after, id); return err },
	})
}

func (o *Organizations) fetch(ctx context.Context, id string) (Organization, error) {
	return fetch(ctx, o.c, o.all, call{Path: organizationsPath(id), Right: rightOperate}, id, wireOrganization.element)
}
