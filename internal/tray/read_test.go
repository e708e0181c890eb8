package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// wantRequests compares the log since the last look with what is expected.
func wantRequests(t *testing.T, f *fake, want ...string) {
	t.Helper()
	got := f.requests()
	for i := range got {
		got[i] = strings.NewReplacer("/core/v1", "", "first=1000", "", "first=100", "", "?&", "?", "&", " ").Replace(got[i])
		got[i] = strings.TrimSuffix(strings.TrimSpace(got[i]), "?")
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("requests:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestMember_pageSizesAreTheDocumentedMaxima(t *testing.T) {
	f := newFake(1)
	f.management = true
	c := f.client(t)
	ctx := t.Context()
	_, err1 := c.Members.List(ctx, "ws")
	_, err2 := c.Workspaces.List(ctx)
	_, err3 := c.Roles.Workspace(ctx, "ws")
	_, err4 := c.Users.List(ctx)
	_, err5 := c.Roles.Organization(ctx)
	_, err6 := c.Invites.List(ctx)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	want := "GET /core/v1/workspaces/ws/users?first=100 GET /core/v1/workspaces?first=100 " +
		"GET /core/v1/workspaces/ws/roles?first=100 GET /core/v1/users?first=1000 GET /core/v1/roles?first=1000 " +
		"GET /management/v1 GET /management/v1/invites?first=1000"
	if got := strings.Join(f.requests(), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMember_massReadCostsThePages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(500)
		f.latency = 10 * time.Millisecond
		c := f.client(t)
		var readers sync.WaitGroup
		for i := range 500 {
			readers.Go(func() {
				if m, err := c.Members.Get(t.Context(), "ws", userID(i+1)); err != nil || m.Role.ID != viewer.ID {
					t.Errorf("%v %v", m, err)
				}
			})
		}
		readers.Wait()
		if got := len(f.requests()); got > 6 {
			t.Errorf("%d requests for 5 pages, want at most 6", got)
		}
	})
}

func TestMember_loneReadOfALargeWorkspaceTakesTwoRequests(t *testing.T) {
	f := newFake(1000)
	c := f.client(t)
	if _, err := c.Members.Get(t.Context(), "ws", userID(950)); err != nil {
		t.Fatal(err)
	}
	wantRequests(t, f, "GET /workspaces/ws/users", "GET /workspaces/ws/users/u0950")
}

func TestUser_byEmailUsesTheFilterOrTheList(t *testing.T) {
	f := newFake(30)
	f.page = 10
	c := f.client(t)
	ctx := t.Context()
	u, err := c.Users.GetByEmail(ctx, "U0005@ACME.example")
	if err != nil || u.ID != "u0005" {
		t.Fatal(u, err)
	}
	wantRequests(t, f, "GET /users")
	if _, err = c.Users.GetByEmail(ctx, "nobody@acme.example"); !IsGone(err) {
		t.Fatal(err)
	}
	// Two keys asked for and one page read: the next page, then the filter.
	wantRequests(t, f, "GET /users?cursor=u0010", "GET /users?email=nobody%40acme.example")
}

func TestUser_byEmailAsksInBothSpellings(t *testing.T) {
	f := newFake(30)
	f.page, f.exactEmail = 10, true
	c := f.client(t)
	u, err := c.Users.GetByEmail(t.Context(), "U0025@acme.example")
	if err != nil || u.ID != "u0025" {
		t.Fatal(u, err)
	}
	wantRequests(t, f, "GET /users", "GET /users?email=U0025%40acme.example", "GET /users?email=u0025%40acme.example")
}

func TestUser_sparseListFindsByEmail(t *testing.T) {
	f := newFake(5)
	f.sparse = true
	c := f.client(t)
	u, err := c.Users.GetByEmail(t.Context(), "u0003@acme.example")
	if err != nil || u.ID != "u0003" || u.Role.ID != viewer.ID {
		t.Fatal(u, err)
	}
	wantRequests(t, f, "GET /users", "GET /users?email=u0003%40acme.example", "GET /users/u0003")
}

func TestMember_emailIsFilledFromTheUsersOnlyWhenMissing(t *testing.T) {
	f := newFake(5)
	c := f.client(t)
	if _, err := c.Members.List(t.Context(), "ws"); err != nil {
		t.Fatal(err)
	}
	wantRequests(t, f, "GET /workspaces/ws/users")

	f.noEmail = true
	c = f.client(t)
	all, err := c.Members.List(t.Context(), "ws")
	if err != nil || all[4].Email != "u0005@acme.example" {
		t.Fatal(all, err)
	}
	wantRequests(t, f, "GET /workspaces/ws/users", "GET /users")

	f.fault = on("GET", "/core/v1/users", 0, 0, fault{status: 403, body: `{"message":"no"}`})
	c = f.client(t)
	all, err = c.Members.List(t.Context(), "ws")
	if err != nil || len(all) != 5 || all[4].Email != "" {
		t.Errorf("without the right to read users: %v %v", all, err)
	}
	if got := f.requests(); len(got) > 3 {
		t.Errorf("%d requests after a refusal: %v", len(got), got)
	}
}

func TestClient_withoutCoalescingReadsEachByItself(t *testing.T) {
	f := newFake(20)
	c := f.client(t, func(cfg *Config) { cfg.NoCoalescing = true })
	for i := range 20 {
		if _, err := c.Members.Get(t.Context(), "ws", userID(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.requests(); len(got) != 20 || got[19] != "GET /core/v1/workspaces/ws/users/u0020" {
		t.Errorf("%d requests", len(got))
	}
}

func TestMember_goneOnlyOnProof(t *testing.T) {
	notFound := fault{status: 404, body: `{"message":"not found"}`}
	tests := map[string]struct {
		break_ func(f *fake)
		gone   bool
		status int
	}{
		"the workspace shows, the member does not": {func(f *fake) { delete(f.members["ws"], "u0001") }, true, 404},
		"the workspace was deleted": {func(f *fake) {
			delete(f.members, "ws")
			delete(f.workspaces, "ws")
		}, true, 404},
		"a workspace token that lost access": {func(f *fake) {
			delete(f.workspaces, "org")
			delete(f.workspaces, "ws")
			delete(f.members, "ws")
		}, false, 404},
		"401":                 {func(f *fake) { f.fault = on("*", "", 0, 0, fault{status: 401, body: `{"message":"no"}`}) }, false, 401},
		"403":                 {func(f *fake) { f.fault = on("*", "", 0, 0, fault{status: 403, body: `{"message":"no"}`}) }, false, 403},
		"404 from everything": {func(f *fake) { f.fault = on("*", "", 0, 0, notFound) }, false, 404},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(3)
			test.break_(f)
			c := f.client(t)
			_, err := c.Members.Get(t.Context(), "ws", "u0001")
			var e *Error
			if !errors.As(err, &e) || e.Gone != test.gone || e.Status != test.status {
				t.Errorf("%v (gone %v), want gone %v, status %d", err, IsGone(err), test.gone, test.status)
			}
		})
	}
}

func TestMember_membersOfAGoneWorkspaceCostNothingMore(t *testing.T) {
	f := newFake(1)
	c := f.client(t)
	for i := range 50 {
		if _, err := c.Members.Get(t.Context(), "nowhere", userID(i)); !IsGone(err) {
			t.Fatal(err)
		}
	}
	if got := f.requests(); len(got) > 5 {
		t.Errorf("%d requests: %v", len(got), got)
	}
}

func TestUser_goneOnlyOnProof(t *testing.T) {
	f := newFake(3)
	f.page = 2
	c := f.client(t)
	if _, err := c.Users.Get(t.Context(), "nobody"); !IsGone(err) {
		t.Errorf("the list can be read: %v", err)
	}
	f.fault = on("GET", "/users", 0, 0, fault{status: 403, body: `{"message":"no"}`})
	if _, err := f.client(t).Users.Get(t.Context(), "nobody"); IsGone(err) || !hasStatus(err, http.StatusNotFound) {
		t.Errorf("the list is refused: %v", err)
	}
}

func TestWorkspace_goneTakesAListAndASingleRead(t *testing.T) {
	f := newFake(0)
	c := f.client(t)
	if _, err := c.Workspaces.Get(t.Context(), "nowhere"); !IsGone(err) {
		t.Fatal(err)
	}
	wantRequests(t, f, "GET /workspaces", "GET /workspaces/nowhere", "GET /roles") // the roles: whether it sees all

	// A list that lags behind the single read is not believed.
	old := f.clone()
	f.workspaces["new"] = wWorkspace{ID: "new", Name: "New", Type: "Shared"}
	f.fault = on("GET", "/workspaces", 0, 0, fault{stale: old})
	if ws, err := f.client(t).Workspaces.Get(t.Context(), "new"); err != nil || ws.Name != "New" {
		t.Errorf("%v %v", ws, err)
	}
}

func TestWorkspace_lostAccessIsNoProof(t *testing.T) {
	f := newFake(0)
	delete(f.workspaces, "org")
	_, err := f.client(t).Workspaces.Get(t.Context(), "nowhere")
	if IsGone(err) || !strings.Contains(fmt.Sprint(err), "gone or hidden from this token") {
		t.Errorf("%v", err)
	}
}

// A second reader of a workspace that is proven gone once got a bare 404, which says
// that the token may merely not see it.
func TestWorkspaces_goneStaysGoneForTheNextReader(t *testing.T) {
	c := newFake(1).client(t)
	for range 3 {
		if _, err := c.Workspaces.Get(t.Context(), "nowhere"); !IsGone(err) {
			t.Fatalf("got %v, want proof that it is gone", err)
		}
	}
}

// One stale list dropped people from the state who were to be deleted or demoted: what a
// list lacks is asked for by its id before anybody is told that it is gone.
func TestClient_oneStaleListDropsNothing(t *testing.T) {
	gets := map[string]struct {
		list string
		get  func(ctx context.Context, c *Client) error
		drop func(f *fake)
	}{
		"user": {"/core/v1/users", func(ctx context.Context, c *Client) error { _, err := c.Users.Get(ctx, "u0001"); return err },
			func(f *fake) { delete(f.users, "u0001") }},
		"member": {"/ws/users", func(ctx context.Context, c *Client) error { _, err := c.Members.Get(ctx, "ws", "u0001"); return err },
			func(f *fake) { delete(f.members["ws"], "u0001") }},
		"workspace": {"/core/v1/workspaces", func(ctx context.Context, c *Client) error { _, err := c.Workspaces.Get(ctx, "ws"); return err },
			func(f *fake) { delete(f.workspaces, "ws") }},
		"organization": {"/organizations", func(ctx context.Context, c *Client) error { _, err := c.Organizations.Get(ctx, "o1"); return err },
			func(f *fake) { delete(f.organizations, "o1") }},
	}
	for noun, test := range gets {
		t.Run(noun, func(t *testing.T) {
			f := withFaults(t)
			old := f.clone()
			test.drop(old)
			f.fault = on("GET", test.list, 0, 0, fault{stale: old})
			c := f.client(t)
			for range 2 {
				if err := test.get(t.Context(), c); err != nil {
					t.Errorf("it is there: %v", err)
				}
			}
			if got := f.requests(); len(got) != 2 {
				t.Errorf("%d requests, want the list and one of its own: %v", len(got), got)
			}
			test.drop(f)
			c = f.client(t)
			for range 2 {
				if err := test.get(t.Context(), c); !IsGone(err) {
					t.Errorf("it is gone: %v", err)
				}
			}
			got := slices.DeleteFunc(f.requests(), func(line string) bool { return strings.HasPrefix(line, "GET /core/v1/roles") }) // see proof.go
			if len(got) != 2 {
				t.Errorf("%d requests, want the list and one of its own: %v", len(got), got)
			}
		})
	}
}

func TestMember_whatNeedNotBeThereCostsTheListOnly(t *testing.T) {
	f := newFake(3)
	c := f.client(t)
	for range 2 {
		if _, err := c.Members.Find(t.Context(), "ws", "nobody"); !IsGone(err) {
			t.Error(err)
		}
		if _, err := c.Members.Find(t.Context(), "ws", "u0001"); err != nil {
			t.Error(err)
		}
	}
	wantRequests(t, f, "GET /workspaces/ws/users")
}
