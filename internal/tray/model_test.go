package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// inBubble hides testing.T.Deadline, which rapid asks for and a synctest bubble forbids.
type inBubble struct{ testing.TB }

// act is one thing done through the client, drawn beforehand so that several can run
// at once.
type act struct {
	kind, ws, user string
	role           wRole
}

func drawAct(t *rapid.T, kinds []string, users int) act {
	return act{
		kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
		ws:   rapid.SampledFrom([]string{"ws", "ws2"}).Draw(t, "ws"),
		user: userID(rapid.IntRange(1, users).Draw(t, "user")),
		role: rapid.SampledFrom(fakeRoles[1:]).Draw(t, "role"),
	}
}

// truth is what the server holds of an act's object: its role, "" for absent.
func truth(f *fake, a act) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.members[a.ws][a.user]
}

// run carries an act out and says what it read, or how it failed.
func (a act) run(ctx context.Context, c *Client) (read string, err error) {
	var m *Member
	switch a.kind {
	case "get":
		m, err = c.Members.Get(ctx, a.ws, a.user)
	case "add":
		m, err = c.Members.Add(ctx, a.ws, a.user, toRole(a.role))
	case "set":
		m, err = c.Members.SetRole(ctx, a.ws, a.user, toRole(a.role))
	case "remove":
		err = c.Members.Remove(ctx, a.ws, a.user)
	case "user role":
		_, err = c.Users.SetRole(ctx, a.user, toRole(a.role))
	case "list", "pages":
		return a.runList(ctx, c)
	}
	if m != nil && err == nil {
		read = m.Role.ID
	}
	if a.kind == "get" && IsGone(err) {
		err = nil
	}
	return read, err
}

func (a act) runList(ctx context.Context, c *Client) (string, error) {
	all, err := c.Members.List(ctx, a.ws)
	if a.kind == "pages" {
		all, err = nil, nil
		for members, pageErr := range c.Members.Pages(ctx, a.ws) {
			all, err = append(all, members...), pageErr
		}
	}
	for _, m := range all {
		if m.UserID == a.user {
			return m.Role.ID, err
		}
	}
	return "", err
}

// allowed is what a read may answer while writes are under way: what the server held
// before or after, in the order that writes to one object take.
type allowed map[string]map[string]bool

func (w allowed) add(a act, role string) {
	k := a.ws + "/" + a.user
	if w[k] == nil {
		w[k] = map[string]bool{}
	}
	w[k][role] = true
}

// modelOrganization is two workspaces with some of the users in each.
func modelOrganization(t *rapid.T, users int) *fake {
	f := newFake(users)
	f.page = rapid.IntRange(1, users+2).Draw(t, "page")
	f.sparse = rapid.Bool().Draw(t, "sparse")
	f.noEmail = rapid.Bool().Draw(t, "no e-mail")
	f.latency = 10 * time.Millisecond
	f.workspaces["ws2"] = wWorkspace{ID: "ws2", Name: "Other", Type: "Shared"}
	f.members["ws2"] = map[string]string{}
	for i := range users {
		if rapid.Bool().Draw(t, "member") {
			f.members["ws2"][userID(i+1)] = contributor.ID
		}
	}
	return f
}

// drawFaults makes some requests go wrong, never so often in a row that retries run
// out on that account alone.
func drawFaults(t *rapid.T) func(int, *http.Request) *fault {
	kinds := []*fault{nil, nil, nil, nil, {before: true}, {after: true}, {truncate: true}, {status: 502, done: true},
		{status: 503, body: page503}, {status: 429, body: `{}`}, {status: 500, body: page503, done: true}}
	script := rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 40).Draw(t, "faults")
	return func(n int, _ *http.Request) *fault { return script[n%len(script)] }
}

// Whatever is read, written, dropped or repeated, in whatever order and however much
// at once: a read answers what the server holds, a write that reports success was
// done, one that reports failure was not, unless it says that it cannot tell.
func TestModel_cacheNeverContradictsTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(t *rapid.T) {
			const users = 7
			f := modelOrganization(t, users)
			if rapid.Bool().Draw(t, "with faults") {
				f.fault = drawFaults(t)
			}
			c := newModelClient(t, f)
			kinds := []string{"get", "get", "list", "pages", "add", "set", "remove", "user role"}
			for range rapid.IntRange(1, 12).Draw(t, "rounds") {
				acts := make([]act, rapid.IntRange(1, 8).Draw(t, "at once"))
				for i := range acts {
					acts[i] = drawAct(t, kinds, users)
				}
				round(t, f, c, acts)
			}
			settleDown(t, f, c, users)
		})
	})
}

func newModelClient(t *rapid.T, f *fake) *Client {
	c, err := New(Config{BaseURL: "https://api.test", Token: canary, Transport: f, RequestsPerSecond: 1e6, MaxRetries: 8})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// round runs acts at once and checks each answer against what it may have seen.
func round(t *rapid.T, f *fake, c *Client, acts []act) {
	may := allowed{}
	for _, a := range acts {
		may.add(a, truth(f, a))
		switch a.kind {
		case "add", "set":
			may.add(a, a.role.ID)
		case "remove":
			may.add(a, "")
		case "user role": // raises the roles in both workspaces
			for _, ws := range []string{"ws", "ws2"} {
				b := act{ws: ws, user: a.user}
				may.add(b, truth(f, b))
				if truth(f, b) != "" || len(acts) > 1 {
					may.add(b, admin.ID)
				}
			}
		}
	}
	var (
		all      sync.WaitGroup
		mu       sync.Mutex
		problems []string
	)
	for _, a := range acts {
		all.Go(func() {
			before := truth(f, a)
			read, err := a.run(context.Background(), c)
			after := truth(f, a)
			if wrong := a.judge(before, after, read, err, may, len(acts) == 1); wrong != "" {
				mu.Lock()
				problems = append(problems, fmt.Sprintf("%+v: %s (before %q, after %q, read %q, %v)", a, wrong, before, after, read, err))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for _, p := range problems {
		t.Error(p)
	}
}

// judge says what is wrong with an act's outcome, "" if nothing. Alone, it must match
// the server exactly; among others, it must be something that was true meanwhile.
func (a act) judge(before, after, read string, err error, may allowed, alone bool) string {
	var e *Error
	if err != nil && !errors.As(err, &e) {
		return "the error is not an Error"
	}
	reading := a.kind == "get" || a.kind == "list" || a.kind == "pages"
	switch {
	case a.kind == "user role":
		return ""
	case reading && err != nil:
		return "" // an error is not a wrong answer
	case reading && alone && read != after:
		return "the answer is wrong"
	case reading && !may[a.ws+"/"+a.user][read]:
		return "the answer was never true"
	case reading || !alone:
		return ""
	case err != nil && !e.Ambiguous && before != after:
		return "it failed, but was done"
	case err == nil && a.kind == "remove" && after != "":
		return "it succeeded, but is still there"
	case err == nil && a.kind != "remove" && (after != a.role.ID || read != a.role.ID):
		return "it succeeded, but was not done"
	case a.kind == "add" && err == nil && before != "":
		return "it raced a membership"
	}
	return ""
}

// settleDown lets nothing go wrong any more and compares everything.
func settleDown(t *rapid.T, f *fake, c *Client, users int) {
	f.fault = nil
	for _, ws := range []string{"ws", "ws2"} {
		for i := range users {
			for _, kind := range []string{"get", "list", "pages"} {
				a := act{kind: kind, ws: ws, user: userID(i + 1)}
				read, err := a.run(context.Background(), c)
				if want := truth(f, a); err != nil || read != want {
					t.Errorf("in the end %+v reads %q, %v; the server holds %q", a, read, err, want)
				}
			}
		}
	}
}
