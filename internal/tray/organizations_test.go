package tray

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

type wOrganization struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Plan       string `json:"plan"`
	Embedded   bool   `json:"embedded"`
	SSO        bool   `json:"sso"`
	OwnerID    string `json:"ownerId"`
	OwnerEmail string `json:"ownerEmail"`
	Workspace  string `json:"organizationWorkspaceId"`
	EmbeddedIn string `json:"embeddedWorkspaceId,omitempty"`
	Users      int    `json:"userCount"`
	Shared     int    `json:"sharedWorkspaceCount"`
}

// serveOperator answers an operator.
func (f *fake) serveOperator(w http.ResponseWriter, r *http.Request, parts []string, in map[string]any) {
	switch {
	case parts[0] != "management" || len(parts) > 2 && parts[2] != "organizations":
		write(w, 403, map[string]any{"message": "An operator belongs to no organization", "code": "operator"})
	case len(parts) == 2:
		write(w, 200, map[string]any{"version": "1", "operator": true})
	default:
		f.serveOrganizations(w, r, parts[3:], in)
	}
}

func (f *fake) serveOrganizations(w http.ResponseWriter, r *http.Request, rest []string, in map[string]any) {
	switch {
	case len(rest) == 0 && r.Method == http.MethodPost:
		f.openOrganization(w, in)
	case len(rest) == 0:
		f.list(w, r, each(sorted(f.organizations), func(o wOrganization) (string, any) { return o.ID, o }))
	default:
		f.serveOneOrganization(w, r, rest[0], in)
	}
}

func (f *fake) openOrganization(w http.ResponseWriter, in map[string]any) {
	for _, o := range f.organizations {
		if o.Name == str(in, "name") {
			say(w, 409, "that name is taken")
			return
		}
	}
	f.next++
	o := wOrganization{ID: fmt.Sprintf("o%04d", f.next), Name: str(in, "name"), Plan: str(in, "plan"), OwnerEmail: str(in, "ownerEmail"), Users: 1}
	o.Embedded, _ = in["embedded"].(bool)
	f.organizations[o.ID] = o
	write(w, 201, o)
}

func (f *fake) serveOneOrganization(w http.ResponseWriter, r *http.Request, id string, in map[string]any) {
	o, ok := f.organizations[id]
	switch {
	case !ok:
		say(w, 404, "no such organization")
	case r.Method == http.MethodDelete:
		delete(f.organizations, id)
		w.WriteHeader(204)
	case r.Method == http.MethodPatch:
		if name := str(in, "name"); name != "" {
			o.Name = name
		}
		if plan := str(in, "plan"); plan != "" {
			o.Plan = plan
		}
		f.organizations[id] = o
		write(w, 200, o)
	default:
		write(w, 200, o)
	}
}

func operator(t *testing.T) (*fake, *Client) {
	t.Helper()
	f := newFake(0)
	f.management, f.operator = true, true
	f.organizations = map[string]wOrganization{
		"o1": {ID: "o1", Name: "Staging", Plan: "team", OwnerEmail: "a@acme.example", Workspace: "w1", Users: 4, Shared: 2},
		"o2": {ID: "o2", Name: "Prod", Plan: "team", OwnerEmail: "a@acme.example", Embedded: true, Workspace: "w2", EmbeddedIn: "w3", Users: 1},
	}
	return f, f.client(t)
}

func TestOrganizations_areReadByOneList(t *testing.T) {
	f, c := operator(t)
	ctx := t.Context()
	for _, id := range []string{"o1", "o2"} {
		if _, err := c.Organizations.Get(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	found, err := c.Organizations.Named(ctx, "Prod")
	if err != nil || len(found) != 1 || found[0].EmbeddedWorkspaceID != "w3" || found[0].OrganizationWorkspaceID != "w2" || *found[0].Users != 1 {
		t.Errorf("found %+v, %v", found, err)
	}
	wantRequests(t, f, "GET /management/v1/organizations")
}

func TestOrganizations_goneIsProvenByTheOperatorsList(t *testing.T) {
	f, c := operator(t)
	if _, err := c.Organizations.Get(t.Context(), "o9"); !IsGone(err) {
		t.Errorf("got %v", err)
	}
	f.fault = on("GET", "/organizations", 0, 0, fault{status: 403, body: `{"message":"no"}`})
	if _, err := f.client(t).Organizations.Get(t.Context(), "o9"); err == nil || IsGone(err) {
		t.Errorf("a token that may not list proves it gone: %v", err)
	}
}

func TestOperator_isNobodyInAnyOrganization(t *testing.T) {
	f, c := operator(t)
	ctx := t.Context()
	if c.Management.KnownOperator() {
		t.Error("known before anything was asked")
	}
	is, err := c.Management.Operator(ctx)
	self, err2 := c.Management.Self(ctx)
	if !is || self != nil || errors.Join(err, err2) != nil {
		t.Errorf("operator %v, self %v, %v, %v", is, self, err, err2)
	}
	_, err = c.Users.List(ctx)
	if !IsForbidden(err) || strings.Contains(err.Error(), "lacks the right") || !strings.Contains(err.Error(), "belongs to no organization") {
		t.Errorf("got %v", err)
	}
	wantRequests(t, f, "GET /management/v1", "GET /users")

	other := f.client(t) // which learns it from a refusal
	if _, err := other.Workspaces.List(ctx); err == nil || !other.Management.KnownOperator() {
		t.Errorf("got %v, known: %v", err, other.Management.KnownOperator())
	}
	f, c = managed(t)
	if is, err := c.Management.Operator(ctx); is || err != nil {
		t.Errorf("a user is an operator: %v %v", is, err)
	}
	if is, err := newFake(0).client(t).Management.Operator(ctx); is || err != nil {
		t.Errorf("an operator without the plane: %v %v", is, err)
	}
	_ = f
}

// What somebody else opened meanwhile under that name is not taken for ours.
func TestOrganizations_anothersOfThatNameIsNotOurs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := operator(t)
		f.fault = func(n int, r *http.Request) *fault {
			if r.Method != http.MethodPost {
				return nil
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			f.organizations["o9"] = wOrganization{ID: "o9", Name: "Dev", Plan: "pro", OwnerEmail: "other@acme.example"}
			return &fault{before: true}
		}
		_, err := c.Organizations.Create(t.Context(), OrganizationSpec{Name: "Dev", OwnerEmail: "a@acme.example", Plan: "pro"})
		if err == nil {
			t.Error("it was taken for what was made")
		}
	})
}

func TestOrganizations_writesShowInEveryRead(t *testing.T) {
	f, c := operator(t)
	ctx := t.Context()
	if _, err := c.Organizations.List(ctx); err != nil {
		t.Fatal(err)
	}
	made, err1 := c.Organizations.Create(ctx, OrganizationSpec{Name: "Dev", OwnerEmail: "a@acme.example", Plan: "pro", Embedded: true})
	_, err2 := c.Organizations.Update(ctx, "o1", OrganizationChange{Name: ptr("QA")})
	err3 := c.Organizations.Delete(ctx, "o2")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"Dev": 1, "QA": 1, "Staging": 0, "Prod": 0} {
		if got, err := c.Organizations.Named(ctx, name); err != nil || len(got) != want {
			t.Errorf("%q: %v %v", name, got, err)
		}
	}
	if got, err := c.Organizations.Get(ctx, made.ID); err != nil || !got.Embedded {
		t.Errorf("%+v %v", got, err)
	}
	if err := c.Organizations.Delete(ctx, "o2"); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
	_ = f
}

func TestOrganizations_needTheManagementPlane(t *testing.T) {
	f := newFake(0)
	c := f.client(t)
	ctx := t.Context()
	_, err1 := c.Organizations.Create(ctx, OrganizationSpec{Name: "Dev"})
	_, err2 := c.Organizations.Update(ctx, "o1", OrganizationChange{Name: ptr("Dev")})
	err3 := c.Organizations.Delete(ctx, "o1")
	for _, err := range []error{err1, err2, err3} {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("got %v", err)
		}
	}
	wantRequests(t, f, "GET /management/v1")
}

func TestOrganization_onALiveTrayShowsTheWorkspacesItSees(t *testing.T) {
	f := newFake(0)
	f.workspaces["emb"] = wWorkspace{ID: "emb", Name: "Embedded", Type: "Embedded"}
	org, err := f.client(t).Management.Organization(t.Context())
	if err != nil || org.OrganizationWorkspaceID != "org" || org.EmbeddedWorkspaceID != "emb" || org.Name != "Acme" {
		t.Errorf("%+v %v", org, err)
	}
}
