package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// world is an organization in the sandbox, with the people and tokens that the questions want.
type world struct {
	testing.TB
	sandbox   *sandbox.Sandbox
	throwaway string
	env       map[string]string
	transport http.RoundTripper
}

var epoch = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// newWorld opens a sandbox in which an API user with the role Admin asks. Options are what PATCH /_sandbox/options takes.
func newWorld(t testing.TB, embedded bool, options map[string]any) *world {
	t.Helper()
	s, err := sandbox.New(sandbox.OpenOptions{Path: ":memory:", Embedded: embedded}, sandbox.WithClock(func() time.Time { return epoch }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &world{TB: t, sandbox: s, transport: s.Transport(), env: map[string]string{"TRAY_API_URL": "http://localhost"}}
	w.must("POST", "/_sandbox/ui/workspaces", map[string]any{"name": "Sales"})
	w.throwaway = w.must("POST", "/_sandbox/ui/workspaces", map[string]any{"name": "To throw away"}).text("id")
	for i := range 11 {
		w.must("POST", "/_sandbox/ui/users", map[string]any{"email": fmt.Sprintf("person-%d@people.example", i), "name": fmt.Sprint("Person ", i)})
	}
	for variable, who := range map[string]map[string]any{
		"TRAY_API_TOKEN": {"name": "terraform", "role": "Admin"},
		viewerToken:      {"name": "looker", "role": "Viewer", "workspace": "Sales", "workspace_role": "Viewer"},
		workspaceToken:   {"name": "scoped", "workspace": "Sales", "workspace_role": "Viewer"},
	} {
		w.env[variable] = w.must("POST", "/_sandbox/tokens", map[string]any{"api_user": who}).text("token")
	}
	if options != nil {
		w.must("PATCH", "/_sandbox/options", options)
	}
	return w
}

// must makes a request as the Owner.
func (w *world) must(method, path string, body any) object {
	w.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		w.Fatal(err)
	}
	r := httptest.NewRequest(method, "http://sandbox"+path, bytes.NewReader(encoded))
	r.Header.Set("Authorization", "Bearer "+w.sandbox.OwnerToken())
	res, err := w.sandbox.Transport().RoundTrip(r)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		w.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, text, err)
	}
	return reply{body: text}.object()
}

// state is all there is, without the invitations that are over: those stay in the books.
func (w *world) state() string {
	w.Helper()
	all := w.must("GET", "/_sandbox/state", nil)
	var invites []object
	if err := json.Unmarshal(all["invites"], &invites); err != nil {
		w.Fatal(err)
	}
	invites = slices.DeleteFunc(invites, func(o object) bool { return o.text("status") != "pending" })
	all["invites"], _ = json.Marshal(invites)
	return canonical(all)
}

// canonical is JSON with the fields in one order.
func canonical(o object) string {
	var v any
	if err := json.Unmarshal(encode(o), &v); err != nil {
		panic(err) // It was JSON.
	}
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// unchanged wants the state to be as it was.
func (w *world) unchanged(before string) {
	w.Helper()
	if changes := diff(before, w.state()); changes != "" {
		w.Errorf("the organization has changed:\n%s", changes)
	}
}

// diff is the lines that one text has and the other has not.
func diff(before, after string) string {
	if before == after {
		return ""
	}
	changes := "in the order of lines, or:\n"
	old, now := strings.Split(before, "\n"), strings.Split(after, "\n")
	for _, line := range old {
		if !slices.Contains(now, line) {
			changes += "- " + line + "\n"
		}
	}
	for _, line := range now {
		if !slices.Contains(old, line) {
			changes += "+ " + line + "\n"
		}
	}
	return changes
}

// outcomeOf is what a run of the program came to.
type outcomeOf struct {
	status         int
	stdout, stderr string
	Requests       int
	Findings       []shown
	Left           []string
}

type shown struct {
	Number   int
	Verdict  verdict
	Answered []string
	Why      string
}

// noWaiting is a clock that no wait takes time on.
var noWaiting = clock{func() time.Time { return epoch }, func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}

// run runs the whole program and decodes its JSON.
func (w *world) run(ctx context.Context, args ...string) outcomeOf {
	w.Helper()
	o := w.raw(ctx, append([]string{"-format", "json"}, args...)...)
	if o.stdout != "" {
		if err := json.Unmarshal([]byte(o.stdout), &o); err != nil {
			w.Fatalf("%v in %s", err, o.stdout)
		}
	}
	return o
}

func (w *world) raw(ctx context.Context, args ...string) outcomeOf {
	var stdout, stderr strings.Builder
	p := Program{Questions: questions(), Env: func(name string) string { return w.env[name] }, Stdout: &stdout, Stderr: &stderr,
		transport: w.transport, clock: noWaiting}
	status := p.Run(ctx, args)
	return outcomeOf{status: status, stdout: stdout.String(), stderr: stderr.String()}
}

// writing are the arguments for asking everything.
func (w *world) writing(more ...string) []string {
	return append([]string{"-write", "-workspace", w.throwaway, "-email", "probe+%s@probe.example"}, more...)
}

// questions are the sandbox's assumptions, as main hands them over.
func questions() []Question {
	var all []Question
	for _, a := range sandbox.Assumptions() {
		all = append(all, Question{Number: a.Number, Text: a.Question, Assumed: a.Chosen, ByHand: a.Probe})
	}
	return all
}

func (o outcomeOf) finding(number int) shown {
	i := slices.IndexFunc(o.Findings, func(f shown) bool { return f.Number == number })
	if i < 0 {
		return shown{}
	}
	return o.Findings[i]
}

// roundTrip is a transport as a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func encode(o object) []byte {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // Raw JSON always encodes.
	}
	return text
}
