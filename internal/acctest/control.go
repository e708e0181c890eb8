package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Call sends one request to the sandbox as the Owner and returns status and body. It
// goes past the contract check, and control calls are neither logged nor faulted.
func (e *Env) Call(method, path string, body any) (int, []byte) {
	e.t.Helper()
	return e.CallAs(e.Owner, method, path, body)
}

// CallAs is Call with another token.
func (e *Env) CallAs(token, method, path string, body any) (int, []byte) {
	e.t.Helper()
	var sent io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			e.t.Fatalf("%s %s: %v", method, path, err)
		}
		sent = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, "http://sandbox"+path, sent)
	if err != nil {
		e.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := e.control.RoundTrip(req)
	if err != nil {
		e.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		e.t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, got
}

// Control makes a call that must succeed and decodes the answer into out, if given. A
// path without a leading slash is below /_sandbox/, such as "ui/users".
func (e *Env) Control(method, path string, body any, out ...any) {
	e.t.Helper()
	e.ControlAs(e.Owner, method, path, body, out...)
}

// ControlAs is Control with another token.
func (e *Env) ControlAs(token, method, path string, body any, out ...any) {
	e.t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = "/_sandbox/" + path
	}
	status, got := e.CallAs(token, method, path, body)
	if status >= http.StatusMultipleChoices {
		e.t.Fatalf("%s %s: HTTP %d %s", method, path, status, got)
	}
	for _, o := range out {
		if err := json.Unmarshal(got, o); err != nil {
			e.t.Fatalf("%s %s: %v in %s", method, path, err, got)
		}
	}
}

// Fault is what the sandbox does to matching requests instead of answering as Tray.
type Fault struct {
	Method string `json:"method,omitempty"` // "" matches any
	// Path is a glob: * stays within a segment, ** does not.
	Path        string            `json:"path"`
	Status      int               `json:"status,omitempty"`
	Body        string            `json:"body,omitempty"`
	ContentType string            `json:"content_type,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
	RetryAfter  int               `json:"retry_after,omitempty"` // seconds
	Delay       string            `json:"delay,omitempty"`       // Go duration
	Drop        string            `json:"drop,omitempty"`        // "before" or "after" the request took effect
	Truncate    bool              `json:"truncate,omitempty"`
	Stale       bool              `json:"stale,omitempty"`
	AfterCommit bool              `json:"after_commit,omitempty"` // with Status: answer so, but act
	Times       int               `json:"times"`                  // 0 is until ClearFaults
	Skip        int               `json:"skip,omitempty"`         // let so many pass first
}

// Fault arms a fault.
func (e *Env) Fault(f Fault) {
	e.t.Helper()
	e.Control(http.MethodPost, "faults", f)
}

// Everything reports whether TRAY_TEST_FAULTS=all asks for every case, as the nightly run does.
func Everything() bool { return os.Getenv("TRAY_TEST_FAULTS") == "all" }

// ByDay is how many times, or which share, a test of everyday takes of what the nightly run takes.
func ByDay(day, night int) int {
	if Everything() {
		return night
	}
	return day
}

// Wires are the ways over which a noun is shown to work: named options, of which those without any
// are Tray as it is documented, over HTTP. What is on the wire does not depend on the command line,
// so OpenTofu sees these alone, and by day so does Terraform beside the ways that are named: the
// client's tests read every form of every answer, and one noun's life in process is like another's.
func Wires(t testing.TB, all map[string][]Option, named ...string) map[string][]Option {
	t.Helper()
	var plain []string
	for name, opts := range all {
		if len(opts) == 0 {
			plain = append(plain, name)
		}
	}
	if IsTofu() {
		return Some(t, all, plain...)
	}
	return Some(t, all, append(plain, named...)...)
}

// Some are those of many cases that one level shows, unless TRAY_TEST_FAULTS=all asks for
// every one. The client's tests put every write to every misfortune, and TestFaults a whole
// layout; what is left for one noun is that its own steps get over it.
func Some[C any](t testing.TB, all map[string]C, names ...string) map[string]C {
	t.Helper()
	if Everything() {
		return all
	}
	some := map[string]C{}
	for _, name := range names {
		c, is := all[name]
		if !is {
			t.Fatalf("there is no case %q", name)
		}
		some[name] = c
	}
	return some
}

// ClearFaults disarms all faults.
func (e *Env) ClearFaults() {
	e.t.Helper()
	e.Control(http.MethodDelete, "faults", nil)
}

// SetOptions changes /_sandbox/options in mid-test.
func (e *Env) SetOptions(changes map[string]any) {
	e.t.Helper()
	e.Control(http.MethodPatch, "options", changes)
}

// Request is one line of the sandbox's log.
type Request struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Query     string `json:"query"`
	Status    int    `json:"status"` // 0: the connection was dropped
	TokenUser string `json:"token_user"`
}

// Requests is a log, oldest first.
type Requests []Request

// Requests returns every request to Tray so far, control calls left out.
func (e *Env) Requests() Requests {
	e.t.Helper()
	var log Requests
	e.Control(http.MethodGet, "requests", nil, &log)
	return log
}

// ClearRequests empties the log.
func (e *Env) ClearRequests() {
	e.t.Helper()
	e.Control(http.MethodDelete, "requests", nil)
}

// Count is how many requests match; method "" or "*" is any, glob is as in Fault.
func (r Requests) Count(method, glob string) int { return len(r.Matching(method, glob)) }

// Matching are the requests that match.
func (r Requests) Matching(method, glob string) Requests {
	pattern := globPattern(glob)
	var some Requests
	for _, q := range r {
		if (method == "" || method == "*" || q.Method == method) && pattern.MatchString(q.Path) {
			some = append(some, q)
		}
	}
	return some
}

// asking are the calls that are a POST and change nothing.
var asking = regexp.MustCompile(`/imports/(requirements|previews)$|/releases/previews$`)

// mutating finds, among the fields of a request to GraphQL, those that change something.
// A user token that is made changes nothing.
var mutating = regexp.MustCompile(`^(create|update|upgrade|remove|import)`)

// Writes are the requests that change something.
func (r Requests) Writes() Requests {
	var some Requests
	for _, q := range r {
		if q.Method != http.MethodGet && !asking.MatchString(q.Path) && (q.Path != "/graphql" || mutating.MatchString(q.Query)) {
			some = append(some, q)
		}
	}
	return some
}

// String lists the requests one a line, for test failures.
func (r Requests) String() string {
	var b strings.Builder
	for _, q := range r {
		b.WriteString(q.Method + " " + q.Path)
		if q.Query != "" {
			b.WriteString("?" + q.Query)
		}
		b.WriteString(" " + http.StatusText(q.Status) + "\n")
	}
	return b.String()
}

func globPattern(glob string) *regexp.Regexp {
	expr := regexp.QuoteMeta(glob)
	expr = strings.ReplaceAll(expr, `\*\*`, `.*`)
	expr = strings.ReplaceAll(expr, `\*`, `[^/]*`)
	return regexp.MustCompile("^" + expr + "$")
}

// Accept is the invited person following the link in the mail.
func (e *Env) Accept(email string) {
	e.t.Helper()
	e.Control(http.MethodPost, "invites/"+url.PathEscape(email)+"/accept", map[string]any{})
}

// AcceptAll accepts every pending invitation and returns how many there were.
func (e *Env) AcceptAll() int {
	e.t.Helper()
	pending := e.State().Pending()
	for _, email := range pending {
		e.Accept(email)
	}
	return len(pending)
}

// Advance moves the sandbox's clock forward; invitations and tokens expire by it.
func (e *Env) Advance(d time.Duration) {
	e.t.Helper()
	e.Control(http.MethodPost, "clock", map[string]any{"advance": d.String()})
}

// Now is the sandbox's time, which it tells in every answer.
func (e *Env) Now() time.Time {
	e.t.Helper()
	var clock struct {
		Now time.Time `json:"now"`
	}
	e.Control(http.MethodGet, "clock", nil, &clock)
	return clock.Now
}

// NewToken makes a token: {"user": id or e-mail}, or {"api_user": {…}}, with
// "expires_in" if it shall end.
func (e *Env) NewToken(body map[string]any) string {
	e.t.Helper()
	var made struct{ Token string }
	e.Control(http.MethodPost, "tokens", body, &made)
	return made.Token
}

// RevokeToken ends a token at once.
func (e *Env) RevokeToken(token string) {
	e.t.Helper()
	e.Control(http.MethodDelete, "tokens/"+token, nil)
}

// OwnerOf makes a token of the Owner of the further organization with that name.
func (e *Env) OwnerOf(organization, ownerEmail string) string {
	e.t.Helper()
	var all struct {
		Elements []struct{ ID, Name string }
	}
	e.ControlAs(e.Operator, http.MethodGet, "/management/v1/organizations?first=100", nil, &all)
	for _, o := range all.Elements {
		if o.Name != organization {
			continue
		}
		var made struct{ Token string }
		e.ControlAs(e.Operator, http.MethodPost, "tokens", map[string]any{"organization": o.ID, "user": ownerEmail}, &made)
		return made.Token
	}
	e.t.Fatalf("there is no organization %q", organization)
	return ""
}
