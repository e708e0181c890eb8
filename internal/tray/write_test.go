package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestMember_addOfALargeWorkspaceIsReadBackByItself(t *testing.T) {
	f := newFake(1000)
	f.addUser("new")
	c := f.client(t)
	m, err := c.Members.Add(t.Context(), "ws", "new", toRole(contributor))
	if err != nil || m.Email != "new@acme.example" || m.AccountType != AccountRegular || m.Role != toRole(contributor) {
		t.Fatal(m, err)
	}
	wantRequests(t, f, "GET /workspaces/ws/users", "GET /workspaces/ws/users/new",
		"POST /workspaces/ws/users", "GET /workspaces/ws/users/new")
}

func TestMember_addToOneWhoIsThereIsRefused(t *testing.T) {
	f := newFake(3)
	c := f.client(t)
	_, err := c.Members.Add(t.Context(), "ws", "u0001", toRole(admin))
	if !hasStatus(err, 409) || f.count("POST") != 0 || f.members["ws"]["u0001"] != viewer.ID {
		t.Errorf("%v; %v", err, f.requests())
	}
}

func TestMember_setRoleOfOneCostsAWriteAndAReadBack(t *testing.T) {
	f := newFake(1000)
	c := f.client(t)
	m, err := c.Members.SetRole(t.Context(), "ws", "u0950", toRole(admin))
	if err != nil || m.Role != toRole(admin) || m.Email == "" {
		t.Fatal(m, err)
	}
	wantRequests(t, f, "PUT /workspaces/ws/users/u0950", "GET /workspaces/ws/users/u0950")
}

// 1,000 new memberships in 10 workspaces: what a plan reads and what an apply, in a
// process of its own, writes and verifies.
func TestMember_thousandAddsStayWithinTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(0)
		f.latency = 100 * time.Millisecond
		var jobs []func(c *Client) error
		for w := range 10 {
			ws := fmt.Sprintf("ws%d", w)
			f.workspaces[ws] = wWorkspace{ID: ws, Name: ws, Type: "Shared"}
			f.members[ws] = map[string]string{}
			for i := range 100 {
				user := userID(w*100 + i)
				f.addUser(user)
				jobs = append(jobs, func(c *Client) error {
					roles, err := c.Roles.Workspace(t.Context(), ws)
					if err != nil {
						return err
					}
					role, _ := FindRole(roles, "contributor")
					m, err := c.Members.Add(t.Context(), ws, user, role)
					if err == nil && (m.Email == "" || m.AccountType == "") {
						err = fmt.Errorf("incomplete: %+v", m)
					}
					return err
				})
			}
		}
		plan := f.client(t)
		for w := range 10 {
			if _, err := plan.Members.List(t.Context(), fmt.Sprintf("ws%d", w)); err != nil {
				t.Fatal(err)
			}
		}
		parallel(t, 10, jobs, f.client(t))
		if got := len(f.requests()); got > 1150 {
			t.Errorf("%d requests, want at most 1,150", got)
		} else {
			t.Logf("%d requests", got)
		}
	})
}

// parallel runs jobs as Terraform does, so many at a time.
func parallel(t *testing.T, workers int, jobs []func(*Client) error, c *Client) {
	t.Helper()
	queue := make(chan func(*Client) error, len(jobs))
	for _, job := range jobs {
		queue <- job
	}
	close(queue)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for job := range queue {
				if err := job(c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestMember_readsSeeTheWritesOfTheSameClient(t *testing.T) {
	f := newFake(5)
	c := f.client(t)
	ctx := t.Context()
	if _, err := c.Members.List(ctx, "ws"); err != nil {
		t.Fatal(err)
	}
	f.addUser("new")
	_, err1 := c.Members.Add(ctx, "ws", "new", toRole(viewer))
	_, err2 := c.Members.SetRole(ctx, "ws", "u0002", toRole(admin))
	err3 := c.Members.Remove(ctx, "ws", "u0003")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	all, err := c.Members.List(ctx, "ws")
	var got []string
	for _, m := range all {
		got = append(got, m.UserID+":"+m.Role.Name)
	}
	want := "new:Viewer u0001:Viewer u0002:Admin u0004:Viewer u0005:Viewer"
	if err != nil || strings.Join(got, " ") != want {
		t.Errorf("%v, %v; want %s", got, err, want)
	}
	if _, err := c.Members.Get(ctx, "ws", "u0003"); !IsGone(err) {
		t.Errorf("removed: %v", err)
	}
}

func TestMember_addNotVisibleYetIsTrustedAndNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(5)
		f.addUser("new")
		old := f.clone()
		f.fault = func(_ int, r *http.Request) *fault { return &fault{stale: old} }
		var events []string
		c := f.client(t, func(cfg *Config) {
			cfg.Log = func(_ context.Context, event string, _ map[string]any) { events = append(events, event) }
		})
		m, err := c.Members.Add(t.Context(), "ws", "new", toRole(contributor))
		if err != nil || m.Role != toRole(contributor) {
			t.Fatal(m, err)
		}
		if lag := c.Lagging(); len(lag) != 1 || !strings.Contains(lag[0], "member new") {
			t.Errorf("lagging: %v", lag)
		}
		if !strings.Contains(strings.Join(events, " "), "write not yet visible") {
			t.Error("the lag was not logged")
		}
		for range 3 { // the server goes on not showing it, the client goes on knowing it
			all, err := c.Members.List(t.Context(), "ws")
			if _, getErr := c.Members.Get(t.Context(), "ws", "new"); err != nil || len(all) != 6 || getErr != nil {
				t.Errorf("%d members, %v, %v", len(all), err, getErr)
			}
		}
	})
}

func TestMember_roleThatTrayDoesNotTakeIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(5)
		f.fault = on("PUT", "", 0, 0, fault{status: 200, body: `{}`})
		c := f.client(t)
		started := time.Now()
		_, err := c.Members.SetRole(t.Context(), "ws", "u0001", toRole(admin))
		var e *Error
		if !errors.As(err, &e) || !e.Ambiguous || !strings.Contains(e.Error(), "still shows the role Viewer") {
			t.Fatalf("%v", err)
		}
		if took := time.Since(started); took > 5*time.Second {
			t.Errorf("re-reading took %s", took)
		}
		if m, err := c.Members.Get(t.Context(), "ws", "u0001"); err != nil || m.Role != toRole(viewer) {
			t.Errorf("afterwards %v %v, want what Tray says", m, err)
		}
	})
}

func TestMember_removalThatTrayDoesNotMakeIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(5)
		f.fault = on("DELETE", "", 0, 0, fault{status: 200, body: `{}`})
		c := f.client(t)
		err := c.Members.Remove(t.Context(), "ws", "u0001")
		if err == nil || !strings.Contains(err.Error(), "still there") {
			t.Fatalf("%v", err)
		}
		if _, err := c.Members.Get(t.Context(), "ws", "u0001"); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// The plan promotes somebody in the organization and in the workspace at once: "Tray
// answered 200 to giving the role Admin, but still shows the role Admin".
func TestMember_roleIsReadBackWhileTheUserIsPromoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(5)
		c := f.client(t)
		written := false
		promote := sync.OnceFunc(func() {
			if _, err := c.Users.SetRole(t.Context(), "u0001", toRole(admin)); err != nil {
				t.Error(err)
			}
		})
		f.hook = func(r *http.Request) {
			switch {
			case r.Method == "PUT" && strings.HasSuffix(r.URL.Path, "/ws/users/u0001"):
				written = true
			case r.Method == "GET" && written && strings.Contains(r.URL.Path, "/ws/users"): // the read-back
				promote()
			}
		}
		m, err := c.Members.SetRole(t.Context(), "ws", "u0001", toRole(admin))
		if err != nil || m.Role != toRole(admin) {
			t.Errorf("%v %v", m, err)
		}
	})
}

func TestMember_readBackThatFailsDoesNotFailAnAdd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(5)
		f.page = 1 // so that the single read is the cheaper
		f.addUser("new")
		f.fault = on("GET", "/new", 0, 0, fault{status: 503, body: `{"message":"busy"}`})
		c := f.client(t)
		if _, err := c.Members.List(t.Context(), "ws"); err != nil { // so that Add need not look
			t.Fatal(err)
		}
		m, err := c.Members.Add(t.Context(), "ws", "new", toRole(viewer))
		if err != nil || m.Email != "new@acme.example" {
			t.Errorf("%v %v", m, err)
		}
	})
}

func TestUser_deletionReachesMembersAndWorkspaces(t *testing.T) {
	f := newFake(5)
	c := f.client(t)
	ctx := t.Context()
	_, err1 := c.Members.List(ctx, "ws")
	_, err2 := c.Workspaces.List(ctx)
	err3 := c.Users.Delete(ctx, "u0001")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Members.Get(ctx, "ws", "u0001"); !IsGone(err) {
		t.Errorf("membership: %v", err)
	}
	if all, err := c.Workspaces.List(ctx); err != nil || len(all) != 3 {
		t.Errorf("%d workspaces, %v; want the new one too", len(all), err)
	}
	if _, err := c.Users.GetByEmail(ctx, "u0001@acme.example"); !IsGone(err) {
		t.Errorf("by e-mail: %v", err)
	}
}

func TestUser_roleRaisesWorkspaceRoles(t *testing.T) {
	f := newFake(5)
	c := f.client(t)
	ctx := t.Context()
	if _, err := c.Members.List(ctx, "ws"); err != nil {
		t.Fatal(err)
	}
	if u, err := c.Users.SetRole(ctx, "u0001", toRole(admin)); err != nil || u.Email == "" || u.Role != toRole(admin) {
		t.Fatal(u, err)
	}
	all, err := c.Members.List(ctx, "ws")
	if err != nil || len(all) != 5 || all[0].Role != toRole(admin) {
		t.Errorf("%v %v", all, err)
	}
}

// A change of somebody we have just removed failed with 404, and then a read that lagged
// brought the removed membership back.
func TestMember_removalIsNotForgottenByAChangeThatFindsNobody(t *testing.T) {
	f := newFake(5)
	c := f.client(t)
	old := f.clone()
	if err := c.Members.Remove(t.Context(), "ws", "u0001"); err != nil {
		t.Fatal(err)
	}
	_, err1 := c.Members.SetRole(t.Context(), "ws", "u0001", toRole(admin))
	_, err2 := c.Members.Add(t.Context(), "ws", "nobody", toRole(admin))
	f.fault = func(int, *http.Request) *fault { return &fault{stale: old} }
	if _, err := c.Members.Get(t.Context(), "ws", "u0001"); err1 == nil || err2 == nil || !IsGone(err) {
		t.Errorf("%v, %v, then %v", err1, err2, err)
	}
}

// A list under way while the user is promoted showed the role of before, for ever.
func TestUser_roleRaisesWorkspaceRolesThatAreBeingRead(t *testing.T) {
	for _, read := range []string{"/ws/users", "/ws/users/u0001"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(5)
			c := f.client(t)
			stale := on("GET", read, 0, 1, fault{stale: f.clone()})
			f.fault = func(n int, r *http.Request) *fault {
				if read != "/ws/users" && strings.HasSuffix(r.URL.Path, "/ws/users") { // so that it is read by itself
					return &fault{status: http.StatusForbidden, body: `{"message":"no"}`}
				}
				return stale(n, r)
			}
			slow := make(chan struct{})
			once := sync.OnceFunc(func() { <-slow })
			f.hook = func(r *http.Request) {
				if r.Method == "GET" && strings.HasSuffix(r.URL.Path, read) {
					once()
				}
			}
			got := make(chan error)
			go func() { _, err := c.Members.Get(t.Context(), "ws", "u0001"); got <- err }()
			synctest.Wait()
			if _, err := c.Users.SetRole(t.Context(), "u0001", toRole(admin)); err != nil {
				t.Fatal(err)
			}
			close(slow)
			if err := <-got; err != nil {
				t.Fatal(err)
			}
			if m, err := c.Members.Get(t.Context(), "ws", "u0001"); err != nil || m.Role != toRole(admin) {
				t.Errorf("%s: %v %v", read, m, err)
			}
		})
	}
}

func TestWorkspace_deletionTakesItsMembers(t *testing.T) {
	f := newFake(5)
	f.management = true
	c := f.client(t)
	ctx := t.Context()
	_, err1 := c.Members.List(ctx, "ws")
	err2 := c.Workspaces.Delete(ctx, "ws", true)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	f.requests()
	if _, err := c.Members.Get(ctx, "ws", "u0001"); !IsGone(err) || len(f.requests()) != 0 {
		t.Errorf("%v", err)
	}
}

// Tray answered 404 to the change, as a role may be missing too, and the member was said to be gone.
func TestMember_changeThatFindsNothingDoesNotProveThatTheMemberIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.fault = on("PUT", "/ws/users/u0001", 0, 0, fault{status: http.StatusNotFound, body: `{"message":"not found"}`})
		c := f.client(t)
		if _, err := c.Members.SetRole(t.Context(), "ws", "u0001", toRole(admin)); !hasStatus(err, http.StatusNotFound) || IsGone(err) {
			t.Errorf("who is there is gone: %v", err)
		}
		if _, err := c.Members.SetRole(t.Context(), "ws", "nobody", toRole(admin)); !IsGone(err) {
			t.Errorf("who is not there is not gone: %v", err)
		}
	})
}
