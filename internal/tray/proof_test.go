package tray

import (
	"net/http"
	"strings"
	"testing"
)

// lesser makes f answer a token that sees less: the workspaces named are hidden, and the
// lists of users and of roles are refused.
func (f *fake) lesser(hidden ...string) {
	for _, id := range hidden {
		delete(f.workspaces, id)
		delete(f.members, id)
	}
	f.fault = func(_ int, r *http.Request) *fault {
		if p := r.URL.Path; strings.HasSuffix(p, "/v1/roles") || strings.HasSuffix(p, "/v1/users") {
			return &fault{status: http.StatusForbidden, kind: "application/json", body: `{"message":"no"}`}
		}
		return nil
	}
}

// A Viewer's token sees the Organization workspace: a state was emptied on that proof.
func TestProof_seeingTheOrganizationWorkspaceProvesNothing(t *testing.T) {
	f := newFake(2)
	f.lesser("ws")
	c := f.client(t)
	_, workspace := c.Workspaces.Get(t.Context(), "ws")
	_, member := c.Members.Get(t.Context(), "ws", "u0001")
	_, change := c.Members.SetRole(t.Context(), "ws", "u0001", toRole(admin))
	_, members := c.Members.List(t.Context(), "ws")
	_, user := c.Users.Get(t.Context(), "nobody")
	_, address := c.Users.GetByEmail(t.Context(), "nobody@acme.example")
	for what, err := range map[string]error{"workspace": workspace, "member": member, "change": change, "members": members, "user": user, "address": address} {
		if err == nil || IsGone(err) {
			t.Errorf("%s: %v counts as proof", what, err)
		}
	}
	for what, err := range map[string]error{"workspace": workspace, "member": member, "change": change, "members": members, "user": user} {
		if !strings.Contains(err.Error(), "gone or hidden from this token") || !strings.Contains(err.Error(), "Owner or Admin") {
			t.Errorf("%s: %v does not say what to do", what, err)
		}
	}
	if err := c.Workspaces.c.Members.Remove(t.Context(), "ws", "u0001"); err == nil {
		t.Error("a removal from a hidden workspace counts as done")
	}
	if n := f.count("GET /core/v1/roles"); n != 1 {
		t.Errorf("it was asked %d times what the token may see", n)
	}
}

// The token of one workspace may be an Admin's: the management plane then says Admin.
func TestProof_anAdminsTokenOfOneWorkspaceProvesNothing(t *testing.T) {
	f := newFake(2)
	f.management = true
	f.lesser("ws")
	c := f.client(t)
	if self, err := c.Management.Self(t.Context()); err != nil || self.Role.Name != "Admin" {
		t.Fatal(self, err)
	}
	if _, err := c.Workspaces.Get(t.Context(), "ws"); err == nil || IsGone(err) {
		t.Errorf("%v counts as proof", err)
	}
}

// A server that lists users for everybody is no reason to believe that somebody is gone.
func TestProof_aKnownContributorProvesNothing(t *testing.T) {
	f := newFake(2)
	f.management = true
	f.fault = func(_ int, r *http.Request) *fault {
		if r.URL.Path == "/management/v1" {
			return &fault{status: http.StatusOK, kind: "application/json",
				body: `{"version":"1","organizationId":"org","user":{"id":"me","email":"me@acme.example","role":{"id":"r","name":"Contributor"}}}`}
		}
		return nil
	}
	c := f.client(t)
	if _, err := c.Management.Self(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, user := c.Users.Get(t.Context(), "nobody")
	_, address := c.Users.GetByEmail(t.Context(), "nobody@acme.example")
	_, workspace := c.Workspaces.Get(t.Context(), "nowhere")
	for _, err := range []error{user, address, workspace} {
		if err == nil || IsGone(err) {
			t.Errorf("%v counts as proof", err)
		}
	}
}

func TestProof_aFailedQuestionIsTheError(t *testing.T) {
	f := newFake(1)
	f.fault = on("GET", "/roles", 0, 0, fault{status: 500, body: `{"message":"broken"}`})
	for what, err := range map[string]error{
		"workspace": second(f.client(t).Workspaces.Get(t.Context(), "nowhere")),
		"user":      second(f.client(t).Users.Get(t.Context(), "nobody")),
	} {
		if !hasStatus(err, 500) || IsGone(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestHome_isToldByTheOrganizationWorkspace(t *testing.T) {
	many := newFake(0)
	many.page = 1
	many.workspaces["aaa"] = wWorkspace{ID: "aaa", Name: "First", Type: "Shared"}
	sparse := newFake(0)
	sparse.sparse = true
	alone := newFake(0)
	for name, c := range map[string]struct {
		f    *fake
		more func(*Config)
		want int
	}{
		"on the first page": {f: newFake(0), want: 1},
		"further on":        {f: many, want: 2},
		"lists of ids":      {f: sparse, want: 3}, // the third for its name
		"each by itself":    {f: alone, more: func(cfg *Config) { cfg.NoCoalescing = true }, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			if c.more == nil {
				c.more = func(*Config) {}
			}
			client := c.f.client(t, c.more)
			for range 5 {
				if got, err := client.Home(t.Context()); err != nil || got == nil || *got != (Home{ID: "org", Name: "Acme"}) {
					t.Errorf("%+v %v", got, err)
				}
			}
			if got := c.f.requests(); len(got) != c.want {
				t.Errorf("%d requests, want %d: %v", len(got), c.want, got)
			}
		})
	}
}

func TestHome_costsNothingWhereItHasBeenTold(t *testing.T) {
	f := newFake(0)
	c := f.client(t)
	if _, err := c.Workspaces.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.requests()
	if got, err := c.Home(t.Context()); err != nil || got.Name != "Acme" || len(f.requests()) != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestHome_isNotToldToATokenOfOneWorkspace(t *testing.T) {
	hidden, unfiltered := newFake(0), newFake(0)
	delete(hidden.workspaces, "org")
	unfiltered.sparse, unfiltered.unfiltered = true, true // any workspace might be the one asked for
	for _, f := range []*fake{hidden, unfiltered} {
		c := f.client(t)
		for range 3 {
			if got, err := c.Home(t.Context()); got != nil || err != nil {
				t.Errorf("%+v %v", got, err)
			}
		}
		if got := f.requests(); len(got) > 3 {
			t.Errorf("asked again: %v", got)
		}
	}
}

func TestHome_aFailureIsNotRemembered(t *testing.T) {
	f := newFake(0)
	f.fault = on("GET", "/workspaces", 0, 1, fault{status: 500, body: `{"message":"broken"}`})
	c := f.client(t, func(cfg *Config) { cfg.MaxRetries = -1 })
	if _, err := c.Home(t.Context()); err == nil {
		t.Error("no error")
	}
	if got, err := c.Home(t.Context()); err != nil || got == nil {
		t.Errorf("%+v %v", got, err)
	}
}
