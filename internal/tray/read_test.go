package tray

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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

func TestMember_listReadsEachPageOnce(t *testing.T) {
	for _, members := range []int{0, 1, 9, 10, 11, 35, 100} {
		t.Run(fmt.Sprint(members), func(t *testing.T) {
			f := newFake(members)
			f.page = 10
			c := f.client(t)
			for range 3 {
				got, err := c.Members.List(t.Context(), "ws")
				if err != nil || len(got) != members {
					t.Fatalf("%d members, %v; want %d", len(got), err, members)
				}
			}
			if got, want := len(f.requests()), max(1, (members+9)/10); got != want {
				t.Errorf("%d requests, want %d", got, want)
			}
		})
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

// The bound of coalesce.Collection.Get: n distinct keys, one after the other, in every order,
// cost at most twice the cheaper of n single reads and P pages, and one read more for
// each that a complete list lacks: what would be dropped is asked for by its id.
func TestMember_loneReadsNeverCostMoreThanTwiceTheCheaperWay(t *testing.T) {
	const members, size = 60, 10
	pages := members / size
	for seed := range uint64(30) {
		order := rand.New(rand.NewPCG(seed, 1)).Perm(members + 5) // the last five are absent
		f := newFake(members)
		f.page = size
		c := f.client(t)
		if _, err := c.Workspaces.Get(t.Context(), "ws"); err != nil { // what proves absence
			t.Fatal(err)
		}
		f.requests()
		total, absent := 0, 0
		for n, i := range order {
			m, err := c.Members.Get(t.Context(), "ws", userID(i+1))
			switch {
			case i < members && (err != nil || m.UserID != userID(i+1)):
				t.Fatalf("seed %d: %v", seed, err)
			case i >= members && !IsGone(err):
				t.Fatalf("seed %d: absent member: %v", seed, err)
			}
			if i >= members {
				absent++
			}
			total += len(f.requests())
			if bound := 2*min(n+1, pages) + absent; total > bound {
				t.Fatalf("seed %d: %d keys cost %d requests, more than %d", seed, n+1, total, bound)
			}
		}
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

func TestMember_sparseListNeedsOneReadForEachAskedFor(t *testing.T) {
	f := newFake(30)
	f.sparse, f.page = true, 10
	c := f.client(t)
	ctx := t.Context()
	for range 2 {
		m, err := c.Members.Get(ctx, "ws", "u0025") // not on the first page
		if err != nil || m.Role.ID != viewer.ID || m.Email == "" {
			t.Fatal(m, err)
		}
	}
	wantRequests(t, f, "GET /workspaces/ws/users", "GET /workspaces/ws/users/u0025")
	all, err := c.Members.List(ctx, "ws")
	if err != nil || len(all) != 30 || all[29].Role.ID != viewer.ID {
		t.Fatal(len(all), err)
	}
	if got := len(f.requests()); got != 2+29 {
		t.Errorf("%d requests, want two pages and 29 members", got)
	}
}

func TestMember_sparseListDropsOneRemovedMeanwhile(t *testing.T) {
	f := newFake(3)
	f.sparse = true
	f.fault = on("GET", "/u0002", 0, 0, fault{status: 404, body: `{"message":"gone"}`})
	all, err := f.client(t).Members.List(t.Context(), "ws")
	if err != nil || len(all) != 2 {
		t.Errorf("%v %v, want two members", all, err)
	}
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

func TestMember_listRefusedFallsBackToSingleReads(t *testing.T) {
	f := newFake(3)
	f.fault = on("GET", "/users", 0, 0, fault{status: 403, body: `{"message":"no"}`})
	c := f.client(t)
	for i := 1; i <= 3; i++ {
		if _, err := c.Members.Get(t.Context(), "ws", userID(i)); err != nil {
			t.Fatal(err)
		}
	}
	wantRequests(t, f, "GET /workspaces/ws/users", "GET /workspaces/ws/users/u0001",
		"GET /workspaces/ws/users/u0002", "GET /workspaces/ws/users/u0003")
	if _, err := c.Members.List(t.Context(), "ws"); !IsForbidden(err) {
		t.Errorf("list: %v, want 403", err)
	}
}

func TestMember_errorsAreNotRemembered(t *testing.T) {
	f := newFake(3)
	f.fault = on("GET", "/users", 0, 1, fault{status: 400, body: `{"message":"odd"}`})
	c := f.client(t)
	if _, err := c.Members.List(t.Context(), "ws"); err == nil || !strings.Contains(err.Error(), "odd") {
		t.Fatalf("first list: %v", err)
	}
	if all, err := c.Members.List(t.Context(), "ws"); err != nil || len(all) != 3 {
		t.Errorf("second list: %d, %v", len(all), err)
	}
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

func TestMember_callerLeavesAndOthersGetTheirAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(5)
		f.latency = time.Second
		c := f.client(t)
		ctx, leave := context.WithCancel(t.Context())
		first := make(chan error)
		go func() { _, err := c.Members.List(ctx, "ws"); first <- err }()
		synctest.Wait()
		second := make(chan error)
		go func() { _, err := c.Members.List(t.Context(), "ws"); second <- err }()
		synctest.Wait()
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("who stayed: %v", err)
		}
		wantRequests(t, f, "GET /workspaces/ws/users")
	})
}

func TestMember_loadEndsWhenEverybodyHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(5)
		f.latency = time.Hour
		c := f.client(t, func(cfg *Config) { cfg.RequestTimeout = 2 * time.Hour })
		ctx, leave := context.WithCancel(t.Context())
		done := make(chan error, 2)
		for range 2 {
			go func() { _, err := c.Members.List(ctx, "ws"); done <- err }()
		}
		synctest.Wait()
		leave()
		started := time.Now()
		<-done
		<-done
		f.mu.Lock()
		f.latency = 0
		f.mu.Unlock()
		if _, err := c.Members.List(t.Context(), "ws"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(started); took > time.Millisecond {
			t.Errorf("a later caller waited %s for an abandoned load", took)
		}
	})
}

func TestMember_pagesAreReadNoFurtherThanConsumed(t *testing.T) {
	f := newFake(35)
	f.page = 10
	c := f.client(t)
	n := 0
	for members, err := range c.Members.Pages(t.Context(), "ws") {
		if err != nil {
			t.Fatal(err)
		}
		if n += len(members); n >= 15 {
			break
		}
	}
	if got := len(f.requests()); n != 20 || got != 2 {
		t.Errorf("%d members in %d requests, want 20 in 2", n, got)
	}
	n = 0
	for members, err := range c.Members.Pages(t.Context(), "ws") {
		if err != nil {
			t.Fatal(err)
		}
		n += len(members)
	}
	if got := len(f.requests()); n != 35 || got != 2 {
		t.Errorf("then %d members in %d more requests, want 35 in 2", n, got)
	}
}

func TestUser_pageThatFailsEndsTheIterationWithItsError(t *testing.T) {
	f := newFake(35)
	f.page = 10
	f.fault = on("GET", "/users", 1, 0, fault{status: 400, body: `{"message":"bad cursor"}`})
	var got []error
	n := 0
	for users, err := range f.client(t).Users.Pages(t.Context()) {
		got = append(got, err)
		n += len(users)
	}
	if n != 10 || len(got) != 2 || got[1] == nil {
		t.Errorf("%d users, errors %v", n, got)
	}
}

func TestMember_sparsePagesComeInSmallChunks(t *testing.T) {
	f := newFake(50)
	f.sparse = true
	for members, err := range f.client(t).Members.Pages(t.Context(), "ws") {
		if err != nil || len(members) != 10 {
			t.Fatal(len(members), err)
		}
		break
	}
	if got := len(f.requests()); got != 11 {
		t.Errorf("%d requests, want one page and ten members", got)
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

func TestMember_absenceIsConfirmedWhenAPageMayHaveSkippedIt(t *testing.T) {
	f := newFake(30)
	f.page, f.offsets = 10, true
	c := f.client(t)
	ctx := t.Context()
	if _, err := c.Members.Get(ctx, "ws", "u0001"); err != nil { // page one is read
		t.Fatal(err)
	}
	for _, id := range []string{"u0002", "u0003"} {
		if err := c.Members.Remove(ctx, "ws", id); err != nil {
			t.Fatal(err)
		}
	}
	for i := 4; i <= 30; i++ { // the next page starts two further on
		if _, err := c.Members.Get(ctx, "ws", userID(i)); err != nil {
			t.Errorf("%s: %v", userID(i), err)
		}
	}
	all, err := c.Members.List(ctx, "ws")
	if err != nil || len(all) != 28 {
		t.Errorf("%d members, %v; want 28", len(all), err)
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

// A list that lags behind what the same apply wrote, and has shown before, ended in
// "Provider produced inconsistent result".
func TestMember_laggingListDoesNotUndoWhatHasShown(t *testing.T) {
	f := newFake(5)
	f.addUser("new")
	old := f.clone()
	c := f.client(t)
	ctx := t.Context()
	_, err1 := c.Members.Add(ctx, "ws", "new", toRole(viewer))
	_, err2 := c.Members.SetRole(ctx, "ws", "u0002", toRole(admin))
	err3 := c.Members.Remove(ctx, "ws", "u0003")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	c.Members.of("ws").Invalidate()
	if all, err := c.Members.List(ctx, "ws"); err != nil || len(all) != 5 { // which shows it all
		t.Fatal(all, err)
	}
	f.requests()
	f.fault = on("GET", "/ws/users", 0, 0, fault{stale: old})
	for range 2 {
		c.Members.of("ws").Invalidate()
		all, err := c.Members.List(ctx, "ws")
		var got []string
		for _, m := range all {
			got = append(got, m.UserID+":"+m.Role.Name)
		}
		if want := "new:Viewer u0001:Viewer u0002:Admin u0004:Viewer u0005:Viewer"; err != nil || strings.Join(got, " ") != want {
			t.Errorf("%v, %v; want %s", got, err, want)
		}
		if got := f.count("GET"); got != 4 {
			t.Errorf("%d requests, want the list and three of their own", got)
		}
		f.requests()
	}
	// What somebody else has changed since is believed, once it is read by itself.
	f.fault = nil
	delete(f.members["ws"], "new")
	f.members["ws"]["u0002"], f.members["ws"]["u0003"] = contributor.ID, viewer.ID
	c.Members.of("ws").Invalidate()
	all, err := c.Members.List(ctx, "ws")
	if err != nil || len(all) != 5 || all[1].Role != toRole(contributor) || all[2].UserID != "u0003" {
		t.Errorf("%v %v", all, err)
	}
}

// A page read after a removal starts one too late at a server that counts elements: the
// list is read once more.
func TestMember_listDuringWhichOneIsRemovedIsReadAgain(t *testing.T) {
	f := newFake(30)
	f.page, f.offsets = 10, true
	c := f.client(t)
	remove := sync.OnceFunc(func() {
		if err := c.Members.Remove(t.Context(), "ws", "u0001"); err != nil {
			t.Error(err)
		}
	})
	f.hook = func(r *http.Request) {
		if r.URL.Query().Get("cursor") == "20" {
			remove()
		}
	}
	if all, err := c.Members.List(t.Context(), "ws"); err != nil || len(all) != 29 {
		t.Errorf("%d members, %v; want 29", len(all), err)
	}
}

// What pages read already cannot tell any more is read by itself, not by further pages.
func TestMember_whatIsVoidIsReadByItself(t *testing.T) {
	f := newFake(30)
	f.page = 10
	c := f.client(t)
	for _, id := range []string{"u0001", "u0002"} {
		if _, err := c.Members.Get(t.Context(), "ws", id); err != nil {
			t.Fatal(err)
		}
	}
	c.Members.of("ws").Forget("u0001")
	if _, err := c.Members.Get(t.Context(), "ws", "u0001"); err != nil {
		t.Fatal(err)
	}
	wantRequests(t, f, "GET /workspaces/ws/users", "GET /workspaces/ws/users/u0001")
}
