package probe

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

func TestCommand_wrongArgumentsSayWhatIsWrong(t *testing.T) {
	good := strings.Repeat("t", minToken)
	for _, c := range []struct {
		url, token string
		args       string
		want       string
	}{
		{"https://tray.example", good, "-nonsense", "-nonsense"},
		{"https://tray.example", good, "surplus", `"surplus"`},
		{"https://tray.example", good, "-format yaml", "-format"},
		{"https://tray.example", good, "-only 0", `"0"`},
		{"https://tray.example", good, "-only 9-4", `"9-4"`},
		{"https://tray.example", good, "-only 1,x", `"x"`},
		{"https://tray.example", good, "-only 9999", "no question 9999"},
		{"https://tray.example", good, "-only 6", "-write"},
		{"https://tray.example", good, "-only 1", viewerToken},
		{"https://tray.example", good, "-workspace x", "for -write"},
		{"https://tray.example", good, "-write", "-workspace"},
		{"https://tray.example", good, "-write -workspace a/b -email p+%s@x.example", "-workspace"},
		{"https://tray.example", good, "-write -workspace a", "-email"},
		{"https://tray.example", good, "-write -workspace a -email p@x.example", "-email"},
		{"https://tray.example", good, "-write -workspace a -email p+%s%s@x.example", "-email"},
		{"https://tray.example", good, "-write -workspace a -email p+%d@x.example", "-email"},
		{"https://tray.example", good, "-write -workspace a -email p@%s.example", "-email"},
		{"https://tray.example", good, "-write -workspace a -email %s", "-email"},
		{"", good, "", "TRAY_API_URL"},
		{"tray.example", good, "", "scheme and a host"},
		{"https://tray.example/core/v1", good, "", "scheme and a host"},
		{"https://u:p@tray.example", good, "", "scheme and a host"},
		{"http://tray.example", good, "", "unencrypted"},
		{"https://tray.example", "", "", "TRAY_API_TOKEN"},
		{"https://tray.example", "short", "", "36 characters"},
		{"https://tray.example", good + " " + good, "", "36 characters"},
	} {
		w := &world{TB: t, env: map[string]string{"TRAY_API_URL": c.url, "TRAY_API_TOKEN": c.token}, transport: nowhere(t)}
		o := w.raw(context.Background(), strings.Fields(c.args)...)
		if o.status != 2 || o.stdout != "" || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%q at %q: status %d, %q", c.args, c.url, o.status, o.stderr)
		}
	}
}

// nowhere is a service that must not be asked.
func nowhere(t *testing.T) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent", r.Method, r.URL.Path)
		return nil, errLost
	}
}

func TestCommand_dryRunSaysWhatWouldBeMadeAndSendsNothing(t *testing.T) {
	w := newWorld(t, false, nil)
	w.transport = nowhere(t)
	o := w.raw(context.Background(), w.writing("-dry-run", "-only", "17,22")...)
	for _, want := range []string{"2 questions", "-cal@probe.example", "invitation by mail to probe+Tray-", "-eve@probe.example", w.throwaway} {
		if !strings.Contains(o.stderr, want) {
			t.Errorf("%q is missing in\n%s", want, o.stderr)
		}
	}
	if o.status != 0 || o.stdout != "" || strings.Contains(o.stderr, "-wim@") {
		t.Errorf("status %d, %q\n%s", o.status, o.stdout, o.stderr)
	}
}

func TestCommand_usageNamesTheEnvironment(t *testing.T) {
	o := (&world{TB: t, transport: nowhere(t)}).raw(context.Background(), "-h")
	if o.status != 0 || !strings.Contains(o.stderr, viewerToken) || !strings.Contains(o.stderr, "-workspace id") {
		t.Errorf("status %d\n%s", o.status, o.stderr)
	}
}

// What makes asking pointless is said before anything is made.
func TestProbe_refusesWhatCannotWork(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(w *world)
		want  string
	}{
		"a Viewer's token":     {func(w *world) { w.env["TRAY_API_TOKEN"] = w.env[viewerToken] }, "organization Admin or Owner"},
		"a token of nobody":    {func(w *world) { w.env["TRAY_API_TOKEN"] = strings.Repeat("n", minToken) }, "answered 401"},
		"no such workspace":    {func(w *world) { w.throwaway = "none" }, "answered 404"},
		"a Personal workspace": {func(w *world) { w.throwaway = w.first("Personal") }, "the Personal workspace"},
		"the organization's":   {func(w *world) { w.throwaway = w.first("Organization") }, "the Organization workspace"},
		"no service": {func(w *world) {
			w.transport = roundTrip(func(*http.Request) (*http.Response, error) { return nil, errLost })
		}, "connection reset"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, false, nil)
			before := w.state()
			c.spoil(w)
			o := w.run(context.Background(), w.writing()...)
			if o.status != 1 || o.stdout != "" || !strings.Contains(o.stderr, c.want) {
				t.Errorf("status %d, %q\n%s", o.status, o.stdout, o.stderr)
			}
			w.unchanged(before)
		})
	}
}

// first is the id of the first workspace of a type.
func (w *world) first(kind string) string {
	w.Helper()
	return pageOf(reply{body: encode(w.must("GET", "/core/v1/workspaces?first=1&type="+kind, nil))}).Elements[0].text("id")
}

func TestProbe_statusTellsFailuresFromDifferences(t *testing.T) {
	for name, c := range map[string]struct {
		only   string
		bend   bend
		status int
		why    string // Of question 6.
	}{
		"a step before the question is refused":             {"6", instead("POST", users, 0, 403), 1, "could not be prepared: no throwaway user"},
		"which is what another question finds out":          {"6,19", instead("POST", users, 0, 403), 3, "could not be prepared: no throwaway user"},
		"the service says nothing about the question":       {"6,9", instead("POST", members, 0, 503), 1, "answered 503"},
		"the service fails and another question differs":    {"6,7,31", both(instead("POST", members, 0, 429), restated("GET", user, 400, 404)), 1, "answered 429"},
		"a plain 500 is an answer":                          {"6", restated("POST", members, 400, 500), 3, ""},
		"deleting makes no workspace: nothing to ask it in": {"6,10,37,46", relisted(workspaces, withoutOurs), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, false, nil)
			w.transport = c.bend(w, w.transport)
			o := w.run(context.Background(), w.writing("-only", c.only)...)
			if got := o.finding(6); o.status != c.status || !strings.Contains(got.Why, c.why) {
				t.Errorf("status %d, %+v", o.status, o.Findings)
			}
		})
	}
}

func both(a, b bend) bend {
	return func(w *world, next http.RoundTripper) roundTrip { return a(w, b(w, next)) }
}

func TestProbe_givesUpOnAServiceThatIsGone(t *testing.T) {
	w := newWorld(t, false, nil)
	next, asked := w.transport, 0
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if asked++; asked > 1 {
			return nil, errLost
		}
		return next.RoundTrip(r)
	})
	o := w.run(context.Background())
	if o.status != 1 || asked != 1+givesUpAfter || !strings.Contains(o.finding(28).Why, "given up") {
		t.Errorf("status %d after %d requests, %+v", o.status, asked, o.finding(28))
	}
}

// The quirks of the wire change the answers to the questions about them, and to no other.
func TestProbe_quirksOfTheWireDisturbNoOtherQuestion(t *testing.T) {
	w := newWorld(t, true, map[string]any{"list_elements": "sparse", "type_shape": "object", "omit_empty_elements": true, "page_size": 3})
	o := w.run(context.Background(), w.writing()...)
	for _, e := range table {
		want := agrees
		switch {
		case e.how == byHand:
			want = notAsked
		case e.number == 3 || e.number == 26 || e.number == 27:
			want = differs
		}
		if got := o.finding(e.number); got.Verdict != want {
			t.Errorf("%d: %s %s %q", e.number, got.Verdict, got.Why, got.Answered)
		}
	}
	if o.status != 3 || len(o.Left) > 0 {
		t.Errorf("status %d, left %q", o.status, o.Left)
	}
}

func TestReport_textAndMarkdownHoldEveryQuestion(t *testing.T) {
	w := newWorld(t, false, nil)
	text, markdown := w.raw(context.Background(), "-only", "13,28,31"), w.raw(context.Background(), "-format", "markdown", "-only", "13,28,31")
	for _, want := range []string{"no.  verdict", "\n28   agrees     What do a page size out of", "first 101: 400", "13   not asked", "2 agree, 0 differ, 1 not asked."} {
		if !strings.Contains(text.stdout, want) {
			t.Errorf("%q is missing in\n%s", want, text.stdout)
		}
	}
	for line := range strings.Lines(text.stdout) {
		if len([]rune(line)) > 131 {
			t.Errorf("a long line: %s", line)
		}
	}
	if lines := strings.Split(markdown.stdout, "\n"); len(lines) < 5 || !strings.HasPrefix(lines[3], "| 28 | What do") || !strings.HasSuffix(lines[3], "| agrees |") {
		t.Errorf("%s", markdown.stdout)
	}
}
