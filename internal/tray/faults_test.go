package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	page503 = `{"message":"busy"}`
	allOnce = map[string]fault{
		"dropped before":   {before: true},
		"dropped after":    {after: true},
		"truncated":        {truncate: true},
		"500":              {status: 500, body: page503},
		"500 after commit": {status: 500, body: page503, done: true},
		"502 HTML":         {status: 502, body: "<html>bad gateway</html>", kind: "text/html"},
		"502 after commit": {status: 502, body: "", done: true},
		"503":              {status: 503, body: page503},
		"503 Retry-After":  {status: 503, body: page503, header: http.Header{"Retry-After": {"2"}}},
		"504 after commit": {status: 504, body: page503, done: true},
		"429":              {status: 429, body: `{"message":"slow down"}`},
		"429 Retry-After":  {status: 429, body: `{}`, header: http.Header{"Retry-After": {"3"}}},
		"200 HTML":         {status: 200, body: "<html>sign in</html>", kind: "text/html"},
		"200 HTML, done":   {status: 200, body: "<html>sign in</html>", kind: "text/html", done: true},
		"200 broken JSON":  {status: 200, body: `{"elements":[{"id":`, done: true},
	}
	final = map[string]fault{
		"400": {status: 400, body: `{"message":"Invalid value for: body"}`},
		"401": {status: 401, body: `{"message":"The request is unauthorized"}`},
		"403": {status: 403, body: `{"message":"forbidden"}`},
		"409": {status: 409, body: `{"message":"conflict"}`},
	}
)

// a verb is a write, how to see on the server that it was done, and how often.
type verb struct {
	method, suffix string
	do             func(ctx context.Context, c *Client) error
	done           func(f *fake) int // how many objects show it; 1 is right
}

var verbs = map[string]verb{
	"add a member": {"POST", "/ws/users", func(ctx context.Context, c *Client) error {
		m, err := c.Members.Add(ctx, "ws", "new", toRole(contributor))
		return errors.Join(err, incomplete(err == nil && (m.Role != toRole(contributor) || m.AccountType == "")))
	}, func(f *fake) int { return btoi(f.members["ws"]["new"] == contributor.ID) }},
	"set a member's role": {"PUT", "/u0001", func(ctx context.Context, c *Client) error {
		m, err := c.Members.SetRole(ctx, "ws", "u0001", toRole(admin))
		return errors.Join(err, incomplete(err == nil && (m.Role != toRole(admin) || m.Email == "")))
	}, func(f *fake) int { return btoi(f.members["ws"]["u0001"] == admin.ID) }},
	"remove a member": {"DELETE", "/u0001", func(ctx context.Context, c *Client) error {
		return c.Members.Remove(ctx, "ws", "u0001")
	}, func(f *fake) int { _, there := f.members["ws"]["u0001"]; return btoi(!there) }},
	"create a user": {"POST", "/users", func(ctx context.Context, c *Client) error {
		u, err := c.Users.Create(ctx, UserSpec{Name: "New", Email: "Fresh@acme.example", RoleID: viewer.ID})
		return errors.Join(err, incomplete(err == nil && (u.ID == "" || u.Role != toRole(viewer))))
	}, func(f *fake) int {
		n := 0
		for _, u := range f.users {
			n += btoi(strings.EqualFold(u.Email, "fresh@acme.example"))
		}
		return n
	}},
	"set a user's role": {"PUT", "/roles", func(ctx context.Context, c *Client) error {
		u, err := c.Users.SetRole(ctx, "u0001", toRole(admin))
		return errors.Join(err, incomplete(err == nil && (u.Role != toRole(admin) || u.Email == "")))
	}, func(f *fake) int { return btoi(f.users["u0001"].Role == admin) }},
	"delete a user": {"DELETE", "/u0001", func(ctx context.Context, c *Client) error {
		return c.Users.Delete(ctx, "u0001")
	}, func(f *fake) int { _, there := f.users["u0001"]; return btoi(!there) }},
	"invite": {"POST", "/invites", func(ctx context.Context, c *Client) error {
		inv, err := c.Invites.Create(ctx, "guest@acme.example", viewer.ID)
		return errors.Join(err, incomplete(err == nil && inv.ID == ""))
	}, func(f *fake) int { return len(f.invites) }},
	"create a workspace": {"POST", "/workspaces", func(ctx context.Context, c *Client) error {
		ws, err := c.Workspaces.Create(ctx, WorkspaceSpec{Name: "Sales"})
		return errors.Join(err, incomplete(err == nil && (ws.ID == "" || ws.Name != "Sales")))
	}, func(f *fake) int {
		n := 0
		for _, ws := range f.workspaces {
			n += btoi(ws.Name == "Sales")
		}
		return n
	}},
	"change a workspace": {"PATCH", "/ws", func(ctx context.Context, c *Client) error {
		name, limit := "Treasury", int64(7)
		ws, err := c.Workspaces.Update(ctx, "ws", WorkspaceChange{Name: &name, MonthlyTaskLimit: &limit})
		return errors.Join(err, incomplete(err == nil && (ws.Name != "Treasury" || *ws.MonthlyTaskLimit != 7)))
	}, func(f *fake) int {
		return btoi(f.workspaces["ws"].Name == "Treasury" && f.workspaces["ws"].Limit != nil)
	}},
	"delete a workspace": {"DELETE", "/ws", func(ctx context.Context, c *Client) error {
		return c.Workspaces.Delete(ctx, "ws", false)
	}, func(f *fake) int { _, there := f.workspaces["ws"]; return btoi(!there) }},
	"open an organization": {"POST", "/organizations", func(ctx context.Context, c *Client) error {
		org, err := c.Organizations.Create(ctx, OrganizationSpec{Name: "Dev", OwnerEmail: "a@acme.example", Plan: "team"})
		return errors.Join(err, incomplete(err == nil && (org.ID == "" || org.Name != "Dev" || org.Plan != "team")))
	}, func(f *fake) int {
		n := 0
		for _, org := range f.organizations {
			n += btoi(org.Name == "Dev")
		}
		return n
	}},
	"change an organization": {"PATCH", "/o1", func(ctx context.Context, c *Client) error {
		org, err := c.Organizations.Update(ctx, "o1", OrganizationChange{Name: ptr("Prod"), Plan: ptr("pro")})
		return errors.Join(err, incomplete(err == nil && (org.Name != "Prod" || org.Plan != "pro")))
	}, func(f *fake) int { return btoi(f.organizations["o1"].Name == "Prod") }},
	"close an organization": {"DELETE", "/o1", func(ctx context.Context, c *Client) error {
		return c.Organizations.Delete(ctx, "o1")
	}, func(f *fake) int { _, there := f.organizations["o1"]; return btoi(!there) }},
}

func incomplete(wrong bool) error {
	if wrong {
		return errors.New("the object returned is not what was written")
	}
	return nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func withFaults(t *testing.T) *fake {
	t.Helper()
	f := newFake(3)
	f.addUser("new")
	f.management = true
	f.organizations = map[string]wOrganization{"o1": {ID: "o1", Name: "Staging", Plan: "team", OwnerEmail: "a@acme.example"}}
	return withAssets(f)
}

// Every write, with every fault that a second try can get over, ends done exactly once
// and the client's reads agree. Only one that no retry is defined for may fail, and
// then the server must not have done it.
func TestClient_noFaultMakesTwoOfAnything(t *testing.T) {
	for name, v := range verbs {
		for what, flt := range allOnce {
			t.Run(name+", "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := withFaults(t)
					f.fault = on(v.method, v.suffix, 0, 1, flt)
					c := f.client(t)
					err := v.do(t.Context(), c)
					if got := v.done(f); err == nil && got != 1 {
						t.Fatalf("success, but it was done %d times", got)
					}
					if err != nil && v.done(f) != 0 {
						t.Errorf("failed though it was done: %v", err)
					}
					if err != nil && flt.status != 500 && flt.kind == "" {
						t.Errorf("%v", err)
					}
					if strings.Contains(fmt.Sprint(err), canary) {
						t.Errorf("the token is in %v", err)
					}
					agrees(t, f, c)
				})
			})
		}
	}
}

// agrees compares what a client reads, caches and all, with the server.
func agrees(t *testing.T, f *fake, c *Client) {
	t.Helper()
	fresh := f.client(t)
	ctx := t.Context()
	u1, err1 := c.Users.List(ctx)
	u2, err2 := fresh.Users.List(ctx)
	w1, err3 := c.Workspaces.List(ctx)
	w2, err4 := fresh.Workspaces.List(ctx)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Error(err)
	}
	if a, b := fmt.Sprint(u1), fmt.Sprint(u2); a != b {
		t.Errorf("users:\n%s\nserver:\n%s", a, b)
	}
	if len(w1) != len(w2) {
		t.Errorf("%d workspaces, server %d", len(w1), len(w2))
	}
	m1, _ := c.Members.List(ctx, "ws")
	m2, _ := fresh.Members.List(ctx, "ws")
	if a, b := fmt.Sprint(m1), fmt.Sprint(m2); a != b {
		t.Errorf("members:\n%s\nserver:\n%s", a, b)
	}
}

func TestClient_refusalsAreNotRepeated(t *testing.T) {
	for name, v := range verbs {
		for what, flt := range final {
			t.Run(name+", "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := withFaults(t)
					f.fault = on(v.method, v.suffix, 0, 0, flt)
					err := v.do(t.Context(), f.client(t))
					var e *Error
					if !errors.As(err, &e) || e.Status != flt.status || e.Ambiguous || e.Gone {
						t.Errorf("%v", err)
					}
					if got := f.count(v.method); got != 1 {
						t.Errorf("asked %d times", got)
					}
				})
			})
		}
	}
}

func TestClient_cancellingEndsABackoffAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, v := range verbs {
			f := withFaults(t)
			f.fault = on(v.method, v.suffix, 0, 0, fault{status: 503, body: page503, header: http.Header{"Retry-After": {"200"}}})
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- v.do(ctx, f.client(t)) }()
			time.Sleep(time.Minute)
			started := time.Now()
			cancel()
			err := <-done
			if took := time.Since(started); took >= 100*time.Millisecond {
				t.Errorf("%s: returned %s after being cancelled", name, took)
			}
			if v.method != "POST" && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestClient_backoffBeyondTheDeadlineFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(3)
		f.fault = on("PUT", "", 0, 0, fault{status: 503, body: page503, header: http.Header{"Retry-After": {"90"}}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		started := time.Now()
		_, err := f.client(t).Members.SetRole(ctx, "ws", "u0001", toRole(admin))
		var e *Error
		if !errors.As(err, &e) || e.RetryAfter != 90*time.Second || e.Status != 503 {
			t.Errorf("%v", err)
		}
		if took := time.Since(started); took > time.Second {
			t.Errorf("failed after %s", took)
		}
	})
}

func TestInvite_unknownFateWithoutTheManagementPlaneIsAmbiguous(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(3)
		f.fault = on("POST", "/invites", 0, 0, fault{after: true})
		c := f.client(t)
		_, err := c.Invites.Create(t.Context(), "guest@acme.example", viewer.ID)
		var e *Error
		if !errors.As(err, &e) || !e.Ambiguous || !strings.Contains(e.Error(), "Settings > People > Other") {
			t.Errorf("%v", err)
		}
		if len(f.invites) != 1 || f.count("POST") != 1 {
			t.Errorf("%d invitations in %d requests", len(f.invites), f.count("POST"))
		}
		f.addUser("guest")
		u := f.users["guest"]
		f.users["guest"] = u
		inv, err := c.Invites.Create(t.Context(), "GUEST@acme.example", viewer.ID)
		if err != nil || inv.Status != InviteAccepted || inv.UserID != "guest" {
			t.Errorf("one who has accepted: %v %v", inv, err)
		}
	})
}

func TestInvite_olderInvitationIsNotMistakenForTheNewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(3)
		f.management = true
		f.invites = []wInvite{{ID: "old", Email: "guest@acme.example", Status: "pending"}}
		f.fault = on("POST", "/invites", 0, 1, fault{before: true})
		inv, err := f.client(t).Invites.Create(t.Context(), "guest@acme.example", viewer.ID)
		if err != nil || inv.ID == "old" || len(f.invites) != 2 {
			t.Errorf("%v %v; %d invitations", inv, err, len(f.invites))
		}
	})
}

func TestInvite_cancelIsDoneOnce(t *testing.T) {
	for what, flt := range allOnce {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(0)
			f.management = true
			f.invites = []wInvite{{ID: "i1", Email: "a@x", Status: "pending"}, {ID: "i2", Email: "b@x", Status: "accepted"}}
			f.fault = on("DELETE", "", 0, 1, flt)
			c := f.client(t)
			err := c.Invites.Cancel(t.Context(), "i1")
			if (err == nil) != (f.invites[0].Status == "cancelled") {
				t.Errorf("%s: %v, but it is %s", what, err, f.invites[0].Status)
			}
			inv, getErr := c.Invites.Get(t.Context(), "i1")
			if getErr != nil || string(inv.Status) != f.invites[0].Status {
				t.Errorf("%s: reads %v %v", what, inv, getErr)
			}
			if err := c.Invites.Cancel(t.Context(), "nobody"); err != nil {
				t.Errorf("%s: one that is gone: %v", what, err)
			}
		})
	}
}

func TestInvite_oneJustMadeCanBeReadAndCancelled(t *testing.T) {
	f := newFake(0)
	f.management = true
	c := f.client(t)
	ctx := t.Context()
	if _, err := c.Roles.Organization(ctx); err != nil {
		t.Fatal(err)
	}
	made, err := c.Invites.Create(ctx, "guest@acme.example", viewer.ID)
	if err != nil || made.Status != InvitePending {
		t.Fatal(made, err)
	}
	read, err := c.Invites.Get(ctx, made.ID)
	if err != nil || read.Status != InvitePending || read.Role != toRole(viewer) {
		t.Errorf("made: %v %v", read, err)
	}
	if err := c.Invites.Cancel(ctx, made.ID); err != nil {
		t.Fatal(err)
	}
	if read, err = c.Invites.Get(ctx, made.ID); err != nil || read.Status != InviteCancelled {
		t.Errorf("cancelled: %v %v", read, err)
	}
	if all, err := c.Invites.List(ctx); err != nil || len(all) != 1 || all[0].Status != InviteCancelled {
		t.Errorf("listed: %v %v", all, err)
	}
}

func TestMember_removeOfOneWhoMayOnlyBeHiddenFails(t *testing.T) {
	f := newFake(3)
	delete(f.workspaces, "org")
	delete(f.workspaces, "ws")
	delete(f.members, "ws")
	if err := f.client(t).Members.Remove(t.Context(), "ws", "u0001"); !hasStatus(err, 404) || IsGone(err) {
		t.Errorf("a token that lost its access: %v", err)
	}
	f = newFake(3)
	if err := f.client(t).Members.Remove(t.Context(), "ws", "nobody"); err != nil {
		t.Errorf("one who is out already: %v", err)
	}
	if err := f.client(t).Users.Delete(t.Context(), "nobody"); err != nil {
		t.Errorf("a user who is gone already: %v", err)
	}
}

func TestMember_setRoleOfOneWhoLeftIsGone(t *testing.T) {
	f := newFake(3)
	c := f.client(t)
	if _, err := c.Members.List(t.Context(), "ws"); err != nil {
		t.Fatal(err)
	}
	delete(f.members["ws"], "u0001")
	if _, err := c.Members.SetRole(t.Context(), "ws", "u0001", toRole(admin)); !IsGone(err) {
		t.Errorf("%v", err)
	}
	if _, err := c.Members.Get(t.Context(), "ws", "u0001"); !IsGone(err) {
		t.Errorf("then read: %v", err)
	}
}
