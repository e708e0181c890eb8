package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

func TestOrganizations_aResetOfTheFirstRemovesTheFurtherOnes(t *testing.T) {
	w := newWorld(t, onFile(t))
	other := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.Path() })
	id, token := w.openOrganization("Acme", nil)
	if got := other.as(token, "GET", "/management/v1", nil); got.status != 200 {
		t.Fatalf("the other handle answers %d", got.status)
	}
	w.must(204, "POST", "/_sandbox/reset", nil)
	if got := w.files(); len(got) != 0 {
		t.Errorf("it left %v", got)
	}
	again, anew := w.openOrganization("Acme", nil)
	if again != id {
		t.Error("after a reset ids are others")
	}
	if got := other.as(anew, "GET", "/management/v1/organization", nil); got.status != 200 || got.id(t) != id {
		t.Errorf("the other handle, which has the old file open, answers %d %s", got.status, got.body)
	}
	if len(other.sandbox.tenants.open) != 1 {
		t.Errorf("the other handle keeps %d organizations open", len(other.sandbox.tenants.open))
	}
}

// A create that breaks off leaves a file that nobody has registered.
func TestOrganizations_leftoverOfACrashIsReplaced(t *testing.T) {
	w := newWorld(t, onFile(t))
	leftover, err := New(OpenOptions{Path: w.sandbox.tenantPath(2), Organization: "Leftover", OwnerEmail: "old@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	old := leftover.OwnerToken()
	if err := leftover.Close(); err != nil {
		t.Fatal(err)
	}
	for _, side := range []string{"-wal", "-shm"} {
		if err := os.WriteFile(w.sandbox.tenantPath(2)+side, []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.as(old, "GET", "/management/v1", nil); got.status != 401 {
		t.Errorf("a file that is not registered is asked: %d", got.status)
	}
	_, token := w.openOrganization("Acme", nil)
	if got := w.as(token, "GET", "/management/v1/organization", nil); !strings.Contains(got.body, `"name":"Acme"`) {
		t.Errorf("the new organization is %s", got.body)
	}
	if got := w.as(old, "GET", "/management/v1", nil); got.status != 401 {
		t.Errorf("the leftover's token answers %d", got.status)
	}
}

// A create whose commit fails must leave no organization, and no file.
func TestOrganizations_createThatFailsLeavesNothing(t *testing.T) {
	w := newWorld(t, onFile(t))
	err := w.sandbox.store.update(t.Context(), func(tr *tx) error {
		c := &call{tx: tr, sandbox: w.sandbox, route: &route{}, body: []byte(`{"name":"Acme","ownerEmail":"a@acme.example"}`)}
		if err := c.identify(tr); !errors.Is(err, errUnauthorized) {
			return err
		}
		if _, err := createOrganization(c); err != nil {
			return err
		}
		for _, f := range c.afterwards {
			f(false)
		}
		return errors.New("power cut")
	})
	if err == nil || err.Error() != "power cut" {
		t.Fatal(err)
	}
	if got := w.files(); len(got) != 0 {
		t.Errorf("it left %v", got)
	}
	if got := into[struct{ Elements []any }](t, w.operate(200, "GET", allOrganizations, nil)).Elements; len(got) != 1 {
		t.Errorf("there are %d organizations", len(got))
	}
}

func TestOrganizations_aLostFileConcernsItsOrganizationOnly(t *testing.T) {
	w := newWorld(t, onFile(t))
	lost, lostToken := w.openOrganization("Lost", nil)
	_, token := w.openOrganization("Kept", nil)
	other := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.Path() })
	if err := engine.Remove(w.sandbox.tenantPath(2)); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]int{token: 200, lostToken: 401, w.sandbox.OwnerToken(): 200, "nobody's": 401} {
		if got := other.as(token, "GET", "/management/v1", nil); got.status != want {
			t.Errorf("got %d %s, want %d", got.status, got.body, want)
		}
	}
	if got := other.operate(500, "GET", allOrganizations+"/"+lost, nil); !strings.Contains(got.body, "has lost its file") {
		t.Errorf("got %s", got.body)
	}
	if _, err := os.Stat(w.sandbox.tenantPath(2)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty file has taken its place: %v", err)
	}
	other.operate(204, "DELETE", allOrganizations+"/"+lost, nil)
	other.operate(200, "GET", allOrganizations, nil)
}

func TestOrganizations_areSharedByProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	w := newWorld(t, func(o *OpenOptions) { o.Path = path })
	p := startProcess(t, "-listen", "127.0.0.1:0", "-path", path)
	if p.operator != w.sandbox.OperatorToken() {
		t.Fatal("the two processes have different operators")
	}
	id, token := w.openOrganization("Acme", nil)
	p.token = token // made after the process began
	const each = 20
	var writers sync.WaitGroup
	failures := make(chan string, 2*each)
	writers.Go(func() {
		for n := range each {
			if status, err := p.send("POST", "/core/v1/users", newUserBody("theirs", n)); err != nil || status != 200 {
				failures <- fmt.Sprintf("the process answered %d, %v", status, err)
			}
		}
	})
	writers.Go(func() {
		for n := range each {
			if got := w.as(token, "POST", "/core/v1/users", newUserBody("ours", n)); got.status != 200 {
				failures <- fmt.Sprintf("in process: %d %s", got.status, got.body)
			}
		}
	})
	writers.Wait()
	close(failures)
	for failure := range failures {
		t.Error(failure)
	}
	if got := into[organizationBody](t, w.operate(200, "GET", allOrganizations+"/"+id, nil)); *got.UserCount != 2*each+1 {
		t.Errorf("there are %d users", *got.UserCount)
	}
	if got := len(w.state().Users); got != 1 {
		t.Errorf("%d users are in the first organization", got)
	}
	p.end(t, syscall.SIGTERM)
}

// API users of a further organization are made by the operator or its Owner.
func TestOrganizations_tokensForAPIUsers(t *testing.T) {
	w := newWorld(t)
	id, token := w.openOrganization("Acme", nil)
	there := inside{w, token}
	there.must(201, "POST", "/management/v1/workspaces", object{"name": "Finance"})
	robot := object{"name": "Robot", "workspace": "Finance"}
	made := into[tokenBody](t, w.operate(201, "POST", "/_sandbox/tokens", object{"organization": id, "api_user": robot, "expires_in": "1h"}))
	w.must(404, "POST", "/_sandbox/tokens", object{"api_user": robot}) // the first has no such workspace
	if got := w.as(made.Token, "GET", "/core/v1/workspaces", nil); got.status != 200 || !strings.Contains(got.body, "Finance") {
		t.Errorf("the API user got %d %s", got.status, got.body)
	}
	there.must(200, "POST", "/_sandbox/clock", object{"advance": "2h"})
	if got := w.as(made.Token, "GET", "/core/v1/workspaces", nil); got.status != 401 {
		t.Errorf("an expired token answers %d", got.status)
	}
	there.must(201, "POST", "/_sandbox/tokens", object{"organization": id, "user": "platform@acme.example"})
}

// Handles that open one organization at once make one.
func TestOrganizations_aNameIsTakenOnceHoweverManyTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	worlds := make([]*world, 4)
	for i := range worlds {
		worlds[i] = newWorld(t, func(o *OpenOptions) { o.Path = path })
	}
	answers := make(chan int, len(worlds))
	var all sync.WaitGroup
	for _, w := range worlds {
		all.Go(func() {
			answers <- w.as(w.sandbox.OperatorToken(), "POST", allOrganizations, object{"name": "Acme", "ownerEmail": "a@acme.example"}).status
		})
	}
	all.Wait()
	close(answers)
	got := map[int]int{}
	for status := range answers {
		got[status]++
	}
	if got[http.StatusCreated] != 1 || got[http.StatusConflict] != len(worlds)-1 {
		t.Errorf("the answers are %v", got)
	}
}

func TestOpen_findsAFurtherOrganization(t *testing.T) {
	w := newWorld(t, onFile(t))
	id, _ := w.openOrganization("Acme", object{"embedded": true})
	path := w.sandbox.store.Path()
	opens := func(o OpenOptions) string {
		t.Helper()
		o.Path = path
		rt, token, err := Open(o)
		if err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		res, err := rt.RoundTrip(w.request(token, "GET", "/management/v1/organization", nil))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode == http.StatusForbidden {
			return "operator"
		}
		var o2 [4096]byte
		n, _ := res.Body.Read(o2[:])
		return into[organizationBody](t, reply{body: string(o2[:n])}).Name
	}
	for want, all := range map[string][]OpenOptions{
		"Acme":     {{Organization: "Acme"}, {Organization: id}, {Organization: "Acme", OwnerEmail: "platform@acme.example", Plan: "enterprise", Embedded: true}},
		"Sandbox":  {{}, {Organization: "Sandbox"}},
		"operator": {{Operator: true}, {Operator: true, Organization: "Sandbox"}},
	} {
		for _, o := range all {
			if got := opens(o); got != want {
				t.Errorf("%+v opened %q, want %q", o, got, want)
			}
		}
	}
	for _, o := range []OpenOptions{{Organization: "Acme", OwnerEmail: "x@example.com"}, {Organization: "Acme", Plan: "pro"}, {Organization: "Nobody"}} {
		o.Path = path
		if _, _, err := Open(o); err == nil || !strings.Contains(err.Error(), path) || (o.Organization == "Nobody") != strings.Contains(err.Error(), "operator = true") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	w.operate(200, "PATCH", allOrganizations+"/"+id, object{"name": "Umbrella", "plan": "team"})
	if opens(OpenOptions{Organization: "Umbrella", Plan: "team"}) != "Umbrella" || opens(OpenOptions{Organization: "Acme"}) != "Umbrella" {
		t.Error("a renamed organization is not found by both names")
	}
	w.openOrganization("Acme", nil)
	if got := opens(OpenOptions{Organization: "Acme"}); got != "Acme" {
		t.Errorf("the former name finds %q although another has it now", got)
	}
}
