package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// world is a sandbox under test with its clock standing still.
type world struct {
	testing.TB
	sandbox *Sandbox
	now     time.Time
}

var epoch = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// newWorld opens a sandbox in memory; adjust may change what is opened. Tests about files
// and processes name a file.
func newWorld(t testing.TB, adjust ...func(*OpenOptions)) *world {
	t.Helper()
	o := OpenOptions{Path: engine.MemoryPath}
	for _, a := range adjust {
		a(&o)
	}
	w := &world{TB: t, now: epoch}
	s, err := New(o, WithClock(func() time.Time { return w.now }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w.sandbox = s
	return w
}

// reply is an answer as a client sees it.
type reply struct {
	status int
	header http.Header
	body   string
}

// as makes a request with a token. The body is a string of JSON, or anything that encodes
// to it, or nil.
func (w *world) as(token, method, path string, body any) reply {
	w.Helper()
	res, err := w.sandbox.Transport().RoundTrip(w.request(token, method, path, body))
	if err != nil {
		w.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.Fatalf("%s %s: %v", method, path, err)
	}
	return reply{res.StatusCode, res.Header, string(text)}
}

func (w *world) request(token, method, path string, body any) *http.Request {
	w.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			w.Fatal(err)
		}
		in = strings.NewReader(string(encoded))
	}
	r := httptest.NewRequest(method, "http://sandbox"+path, in)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

// must makes a request as the Owner and wants this status.
func (w *world) must(status int, method, path string, body any) reply {
	w.Helper()
	got := w.as(w.sandbox.OwnerToken(), method, path, body)
	if got.status != status {
		w.Fatalf("%s %s answered %d %s, want %d", method, path, got.status, got.body, status)
	}
	return got
}

// into decodes a reply.
func into[T any](t testing.TB, r reply) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("%q: %v", r.body, err)
	}
	return v
}

// object is what decoding into any makes of a JSON object.
type object = map[string]any

// id is the id of a created object.
func (r reply) id(t testing.TB) string { return into[struct{ ID string }](t, r).ID }

func (w *world) addUser(email, role string) string {
	w.Helper()
	return w.must(200, "POST", "/core/v1/users",
		object{"name": strings.Split(email, "@")[0], "email": email, "organizationRoleId": organizationRole[role].ID}).id(w)
}

func (w *world) addWorkspace(name string) string {
	w.Helper()
	return w.must(201, "POST", "/management/v1/workspaces", object{"name": name}).id(w)
}

func (w *world) addMember(workspace, user, role string) {
	w.Helper()
	w.must(200, "POST", "/core/v1/workspaces/"+workspace+"/users", object{"userId": user, "roleId": workspaceRole[role].ID})
}

// token is a new token that acts as a user.
func (w *world) token(user string) string {
	w.Helper()
	return into[struct{ Token string }](w, w.must(201, "POST", "/_sandbox/tokens", object{"user": user})).Token
}

func (w *world) set(options object) {
	w.Helper()
	w.must(200, "PATCH", "/_sandbox/options", options)
}

func TestSandbox_beginsWithOwnerOrganizationAndPersonalWorkspace(t *testing.T) {
	w := newWorld(t)
	list := into[struct{ Elements []struct{ Name, Type string } }](t, w.must(200, "GET", "/core/v1/workspaces", nil))
	if len(list.Elements) != 2 || list.Elements[0].Type != "Organization" || list.Elements[1].Type != "Personal" {
		t.Errorf("workspaces are %+v", list.Elements)
	}
	o := into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil))
	if o.Name != "Sandbox" || o.OwnerEmail != "owner@example.com" || o.Plan != "enterprise" {
		t.Errorf("organization is %+v", o)
	}
	ws := w.addWorkspace("Finance")
	u := w.addUser("priya@example.com", viewer)
	w.addMember(ws, u, contributor)
	m := into[memberBody](t, w.must(200, "GET", "/core/v1/workspaces/"+ws+"/users/"+u, nil))
	if m.Role.Name != contributor || m.Email != "priya@example.com" {
		t.Errorf("member is %+v", m)
	}
}

// onFile makes newWorld open a fresh file.
func onFile(t testing.TB) func(*OpenOptions) {
	return func(o *OpenOptions) { o.Path = filepath.Join(t.TempDir(), "sandbox.db") }
}

// sql does to the file what no request does.
func (w *world) sql(statements ...string) {
	w.Helper()
	err := w.sandbox.store.update(w.Context(), func(t *tx) error {
		for _, one := range statements {
			if _, err := t.Exec(one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// snapshot is the file that the first fault answers from.
func (w *world) snapshot() (name string) {
	w.Helper()
	err := w.sandbox.store.view(w.Context(), func(t *tx) error {
		all, err := engine.Faults(t.Tx)
		if err == nil {
			name = all[0].Snapshot
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return name
}
