package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// operate makes a request as the operator and wants a status.
func (w *world) operate(status int, method, path string, body any) reply {
	w.Helper()
	got := w.as(w.sandbox.OperatorToken(), method, path, body)
	if got.status != status {
		w.Fatalf("%s %s answered %d %s, want %d", method, path, got.status, got.body, status)
	}
	return got
}

const allOrganizations = "/management/v1/organizations"

// openOrganization makes a further organization and returns its id and a token of its Owner.
func (w *world) openOrganization(name string, more object) (id, token string) {
	w.Helper()
	body := object{"name": name, "ownerEmail": "platform@acme.example"}
	for field, value := range more {
		body[field] = value
	}
	id = w.operate(201, "POST", allOrganizations, body).id(w)
	made := w.operate(201, "POST", "/_sandbox/tokens", object{"organization": id, "user": body["ownerEmail"]})
	return id, into[tokenBody](w, made).Token
}

// inside is the same sandbox for the holder of another token.
type inside struct {
	*world
	token string
}

func (i inside) must(status int, method, path string, body any) reply {
	i.Helper()
	got := i.as(i.token, method, path, body)
	if got.status != status {
		i.Fatalf("%s %s answered %d %s, want %d", method, path, got.status, got.body, status)
	}
	return got
}

func (w *world) files() []string {
	w.Helper()
	found, err := filepath.Glob(w.sandbox.store.path + "*.organization-*")
	if err != nil {
		w.Fatal(err)
	}
	return found
}

func TestOperator_opensAnOrganizationWithItsOwnerAndWorkspaces(t *testing.T) {
	w := newWorld(t)
	made := into[organizationBody](t, w.operate(201, "POST", allOrganizations,
		object{"name": "Acme (staging)", "ownerEmail": "Platform.Team@acme.example", "plan": "team", "embedded": true, "sso": true}))
	if made.Name != "Acme (staging)" || made.Plan != "team" || !made.Embedded || !made.SSO || made.OwnerEmail != "Platform.Team@acme.example" ||
		made.OrganizationWorkspaceID == "" || made.EmbeddedWorkspaceID == "" || *made.UserCount != 1 || *made.SharedWorkspaceCount != 0 {
		t.Errorf("made %+v", made)
	}
	token := into[tokenBody](t, w.operate(201, "POST", "/_sandbox/tokens", object{"organization": made.ID, "user": made.OwnerID})).Token
	s := into[stateBody](t, w.as(token, "GET", "/_sandbox/state", nil))
	if len(s.Users) != 1 || s.Users[0].Name != "Platform Team" || s.Users[0].Role.Name != owner || len(s.Workspaces) != 2 {
		t.Errorf("it holds %+v", s)
	}
	plain := into[organizationBody](t, w.operate(201, "POST", allOrganizations, object{"name": "Acme (dev)", "ownerEmail": "x@acme.example"}))
	if plain.Plan != "enterprise" || plain.Embedded || plain.SSO || plain.EmbeddedWorkspaceID != "" {
		t.Errorf("made %+v", plain)
	}
	list := into[struct{ Elements []organizationBody }](t, w.operate(200, "GET", allOrganizations, nil))
	names := []string{}
	for _, o := range list.Elements {
		names = append(names, o.Name)
	}
	if !slices.Equal(names, []string{"Sandbox", "Acme (staging)", "Acme (dev)"}) {
		t.Errorf("listed %v", names)
	}
	first := into[struct{ PageInfo pageInfo }](t, w.operate(200, "GET", allOrganizations+"?first=2", nil)).PageInfo
	rest := into[struct{ Elements []organizationBody }](t, w.operate(200, "GET", allOrganizations+"?first=2&cursor="+first.EndCursor, nil))
	if !first.HasNextPage || len(rest.Elements) != 1 || rest.Elements[0].ID != plain.ID {
		t.Errorf("the second page is %+v after %+v", rest, first)
	}
}

func TestOperator_belongsToNoOrganization(t *testing.T) {
	w := newWorld(t)
	if got := w.operate(200, "GET", "/management/v1", nil).body; got != `{"version":"1","operator":true}` {
		t.Errorf("the probe says %s", got)
	}
	for _, r := range slices.Concat(routes, controlRoutes) {
		path := strings.NewReplacer("{workspaceId}", "x", "{userId}", "x", "{inviteId}", "x", "{organizationId}", "x",
			"{invite}", "x", "{user}", "x", "{workspace}", "x", "{token}", "x").Replace(r.Pattern)
		got := w.as(w.sandbox.OperatorToken(), r.Method, path, object{})
		want := `{"message":"An operator opens, changes and closes organizations and belongs to none: use a token of the organization","code":"operator"}`
		if !r.operator && (got.status != 403 || got.body != want) {
			t.Errorf("%s %s answered %d %s", r.Method, path, got.status, got.body)
		}
		if r.right == RightOperate {
			if got := w.as(w.sandbox.OwnerToken(), r.Method, path, object{}); got.status != 403 || !strings.Contains(got.body, "open, change and close organizations") {
				t.Errorf("%s %s by an Owner answered %d %s", r.Method, path, got.status, got.body)
			}
		}
	}
	w.operate(404, "GET", "/core/v1/nothing", nil)
	log := into[[]logged](t, w.must(200, "GET", "/_sandbox/requests", nil))
	if log[0].TokenUser != "operator" {
		t.Errorf("the log calls the operator %q", log[0].TokenUser)
	}
}

func TestOperator_badRequestsMakeNothing(t *testing.T) {
	w := newWorld(t, onFile(t))
	for name, body := range map[string]any{
		"no name": object{"ownerEmail": "a@acme.example"}, "blank": object{"name": " ", "ownerEmail": "a@acme.example"}, "no owner": object{"name": "A"},
		"no address": object{"name": "A", "ownerEmail": "boss"}, "unknown plan": object{"name": "A", "ownerEmail": "a@acme.example", "plan": "gold"},
		"not a switch": object{"name": "A", "ownerEmail": "a@acme.example", "embedded": "yes"}, "no object": `[]`,
	} {
		if got := w.as(w.sandbox.OperatorToken(), "POST", allOrganizations, body); got.status != 400 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	w.openOrganization("Acme", nil)
	for _, name := range []string{"Acme", "Sandbox"} {
		w.operate(409, "POST", allOrganizations, object{"name": name, "ownerEmail": "a@acme.example"})
	}
	if got := w.files(); len(got) != 1+2 { // with -wal and -shm
		t.Errorf("there are the files %v", got)
	}
	w.operate(400, "POST", "/_sandbox/tokens", object{"user": "owner@example.com"})
	w.operate(404, "POST", "/_sandbox/tokens", object{"user": "owner@example.com", "organization": "none"})
	w.must(403, "POST", "/_sandbox/tokens", object{"user": "owner@example.com", "organization": "another"})
}

// Whatever a token of one organization asks, nothing of the other is in the answer.
func TestOrganizations_areIsolated(t *testing.T) {
	for name, place := range map[string]func(*OpenOptions){"memory": func(*OpenOptions) {}, "files": onFile(t)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, place)
			_, token := w.openOrganization("Acme (staging)", nil)
			_, sibling := w.openOrganization("Acme (prod)", nil)
			there := inside{w, token}
			ids := map[string]string{}
			for _, one := range []inside{{w, w.sandbox.OwnerToken()}, there, {w, sibling}} {
				fill(one)
				s := one.must(200, "GET", "/_sandbox/state", nil)
				for _, id := range idsOf(into[stateBody](t, s)) {
					if other, taken := ids[id]; taken && other != one.token {
						t.Errorf("the id %s is in two organizations", id)
					}
					ids[id] = one.token
				}
			}
			for _, one := range []inside{{w, w.sandbox.OwnerToken()}, there, {w, sibling}} {
				for _, path := range []string{"/core/v1/users?first=1000", "/core/v1/workspaces?first=100", "/management/v1/invites?first=1000",
					"/management/v1/organization", "/_sandbox/state", "/management/v1"} {
					answer := one.must(200, "GET", path, nil).body
					for id, token := range ids {
						if token != one.token && strings.Contains(answer, id) {
							t.Errorf("%s holds %s of another organization", path, id)
						}
					}
				}
			}
			foreign := there.must(200, "GET", "/management/v1", nil)
			user := into[struct{ User struct{ ID string } }](t, foreign).User.ID
			w.must(404, "GET", "/core/v1/users/"+user, nil)
			w.must(404, "POST", "/_sandbox/tokens", object{"user": user})
			w.must(404, "DELETE", "/_sandbox/tokens/"+token, nil)
			there.must(404, "GET", "/core/v1/users/"+w.ownerID(), nil)
		})
	}
}

// fill makes the same things in each organization.
func fill(one inside) {
	one.Helper()
	user := one.must(200, "POST", "/core/v1/users",
		object{"name": "Priya", "email": "priya@example.com", "organizationRoleId": organizationRole[viewer].ID}).id(one)
	ws := one.must(201, "POST", "/management/v1/workspaces", object{"name": "Finance"}).id(one)
	one.must(200, "POST", "/core/v1/workspaces/"+ws+"/users", object{"userId": user, "roleId": workspaceRole[viewer].ID})
	one.must(200, "POST", "/core/v1/invites", object{"email": "kim@example.com", "organizationRoleId": organizationRole[viewer].ID})
	one.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Finance", "name": "P"})
	one.must(201, "POST", "/_sandbox/ui/services", object{"workspace": "Finance", "name": "S", "owner": "priya@example.com"})
}

func idsOf(s stateBody) []string {
	ids := []string{s.Organization.ID}
	for _, u := range s.Users {
		ids = append(ids, u.ID)
	}
	for _, ws := range s.Workspaces {
		ids = append(ids, ws.ID)
	}
	for _, i := range s.Invites {
		ids = append(ids, i.ID)
	}
	for _, p := range s.Projects {
		ids = append(ids, p.ID)
	}
	for _, v := range s.Services {
		ids = append(ids, v.ID)
	}
	return ids
}

func TestOrganizations_haveAControlPlaneEach(t *testing.T) {
	w := newWorld(t)
	_, token := w.openOrganization("Acme", object{"sso": true})
	there := inside{w, token}
	there.must(201, "POST", "/_sandbox/faults", object{"path": "**", "status": 503})
	there.must(503, "GET", "/core/v1/roles", nil)
	w.must(200, "GET", "/core/v1/roles", nil)
	there.must(204, "DELETE", "/_sandbox/faults", nil)
	there.must(200, "POST", "/_sandbox/clock", object{"advance": "24h"})
	there.must(200, "PATCH", "/_sandbox/options", object{"list_elements": "sparse"})
	if got := into[clockBody](t, w.must(200, "GET", "/_sandbox/clock", nil)).Now; got != timestamp(epoch) {
		t.Errorf("the first organization's clock shows %s", got)
	}
	if o := into[Options](t, w.must(200, "GET", "/_sandbox/options", nil)); o != DefaultOptions() {
		t.Errorf("the first organization's options are %+v", o)
	}
	if got := into[[]logged](t, there.must(200, "GET", "/_sandbox/requests", nil)); len(got) != 1 || got[0].TokenUser != "platform@acme.example" {
		t.Errorf("the log there holds %+v", got)
	}
	before := there.must(200, "GET", "/management/v1/organization", nil).body
	there.must(201, "POST", "/management/v1/workspaces", object{"name": "Finance"})
	w.addWorkspace("Sales")
	there.must(204, "POST", "/_sandbox/reset", nil)
	if got := w.as(token, "GET", "/management/v1", nil); got.status != 401 {
		t.Errorf("a reset leaves a token that was made since: %d", got.status)
	}
	if got := w.shared(); got != "Sales" {
		t.Errorf("a reset there left the first organization with %s", got)
	}
	id := into[organizationBody](t, reply{body: before}).ID
	again := into[tokenBody](t, w.operate(201, "POST", "/_sandbox/tokens", object{"organization": id, "user": "platform@acme.example"})).Token
	if got := w.as(again, "GET", "/management/v1/organization", nil).body; got != before {
		t.Errorf("before: %s\nafter:  %s", before, got)
	}
}

func TestOrganizations_aNameBelongsToOne(t *testing.T) {
	w := newWorld(t, onFile(t))
	id, token := w.openOrganization("A", nil)
	there := inside{w, token}
	w.openOrganization("B", nil)
	for _, taken := range []string{"B", "Sandbox"} {
		w.operate(409, "PATCH", allOrganizations+"/"+id, object{"name": taken})
		there.must(409, "PATCH", "/management/v1/organization", object{"name": taken})
	}
	w.must(409, "PATCH", "/management/v1/organization", object{"name": "A"})
	there.must(200, "PATCH", "/management/v1/organization", object{"name": "A"})
	there.must(200, "PATCH", "/management/v1/organization", object{"name": "C"})
	if got := into[struct{ Elements []workspaceBody }](t, there.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].Name; got != "C" {
		t.Errorf("its workspace is named %q", got)
	}
	w.must(200, "PATCH", "/management/v1/organization", object{"name": "A"})
	there.must(409, "POST", "/_sandbox/reset", nil) // It would be A again.
	w.operate(200, "PATCH", allOrganizations+"/"+w.must(200, "GET", "/management/v1/organization", nil).id(t), object{"name": "D"})
	there.must(204, "POST", "/_sandbox/reset", nil)
}

func TestOperator_changesPlanAndSingleSignOn(t *testing.T) {
	w := newWorld(t)
	id, token := w.openOrganization("Acme", nil)
	there := inside{w, token}
	for n := range 4 {
		there.must(201, "POST", "/management/v1/workspaces", object{"name": fmt.Sprint("W", n)})
	}
	refusal := w.operate(409, "PATCH", allOrganizations+"/"+id, object{"plan": "pro", "name": "Half"})
	if !strings.Contains(refusal.body, "pro includes 3 shared workspaces and the organization has 4") {
		t.Errorf("refused with %s", refusal.body)
	}
	got := into[organizationBody](t, w.operate(200, "PATCH", allOrganizations+"/"+id, object{"plan": "team", "sso": true}))
	if got.Name != "Acme" || got.Plan != "team" || !got.SSO || *got.SharedWorkspaceCount != 4 {
		t.Errorf("changed to %+v", got)
	}
	if seen := into[organizationBody](t, there.must(200, "GET", "/management/v1/organization", nil)); seen.Plan != "team" || !seen.SSO || seen.UserCount != nil {
		t.Errorf("its Owner sees %+v", seen)
	}
	w.operate(400, "PATCH", allOrganizations+"/"+id, object{"plan": "gold"})
	w.operate(404, "PATCH", allOrganizations+"/none", object{"plan": "pro"})
}

func TestOperator_deletesWhatNobodyUses(t *testing.T) {
	w := newWorld(t, onFile(t))
	id, token := w.openOrganization("Acme", nil)
	there := inside{w, token}
	fill(there)
	refusal := w.operate(409, "DELETE", allOrganizations+"/"+id, nil)
	if !strings.Contains(refusal.body, "1 users (priya@example.com) and 1 shared workspaces (Finance)") {
		t.Errorf("refused with %s", refusal.body)
	}
	there.must(204, "DELETE", "/_sandbox/ui/users/priya@example.com?force=true", nil)
	for range 2 { // Finance, and what is left of Priya.
		list := into[struct{ Elements []workspaceBody }](t, there.must(200, "GET", "/core/v1/workspaces?type=Shared", nil)).Elements
		there.must(204, "DELETE", "/management/v1/workspaces/"+list[0].ID+"?contents=delete", nil)
	}
	w.operate(204, "DELETE", allOrganizations+"/"+id, nil)
	if got := w.as(token, "GET", "/management/v1", nil); got.status != 401 {
		t.Errorf("a token of a deleted organization answers %d", got.status)
	}
	if got := w.files(); len(got) != 0 {
		t.Errorf("it left %v", got)
	}
	w.operate(404, "GET", allOrganizations+"/"+id, nil)
	w.operate(409, "DELETE", allOrganizations+"/"+w.must(200, "GET", "/management/v1/organization", nil).id(t), nil)
	if again, _ := w.openOrganization("Acme", nil); again == id {
		t.Error("another organization of the same name has the old one's id")
	}
}

func TestOrganizations_aResetOfTheFirstRemovesTheFurtherOnes(t *testing.T) {
	w := newWorld(t, onFile(t))
	other := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.path })
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
	if len(other.sandbox.children.open) != 1 {
		t.Errorf("the other handle keeps %d organizations open", len(other.sandbox.children.open))
	}
}

// A create that breaks off leaves a file that nobody has registered.
func TestOrganizations_leftoverOfACrashIsReplaced(t *testing.T) {
	w := newWorld(t, onFile(t))
	leftover, err := New(OpenOptions{Path: w.sandbox.childPath(2), Organization: "Leftover", OwnerEmail: "old@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	old := leftover.OwnerToken()
	if err := leftover.Close(); err != nil {
		t.Fatal(err)
	}
	for _, side := range []string{"-wal", "-shm"} {
		if err := os.WriteFile(w.sandbox.childPath(2)+side, []byte("left"), 0o600); err != nil {
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
	other := newWorld(t, func(o *OpenOptions) { o.Path = w.sandbox.store.path })
	if err := removeDatabase(w.sandbox.childPath(2)); err != nil {
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
	if _, err := os.Stat(w.sandbox.childPath(2)); !errors.Is(err, fs.ErrNotExist) {
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
	path := w.sandbox.store.path
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

func TestCommand_operatorTokens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	secret, owners := strings.Repeat("o", 36), strings.Repeat("t", 36)
	p := startProcess(t, "-listen", "127.0.0.1:0", "-path", path, "-operator-token", secret)
	if p.operator != secret {
		t.Errorf("the operator's token is %s", p.operator)
	}
	p.end(t, os.Interrupt)
	status, out, _ := run("call", "-path", path, "-operator", "POST", allOrganizations, `{"name":"Acme","ownerEmail":"a@acme.example"}`)
	if status != 0 || !strings.HasPrefix(out, "201 Created\n") {
		t.Fatalf("status %d, %q", status, out)
	}
	status, out, _ = run("call", "-path", path, "-organization", "Acme", "GET", "/core/v1/users")
	if status != 0 || !strings.Contains(out, "a@acme.example") || strings.Contains(out, "owner@example.com") {
		t.Errorf("status %d, %q", status, out)
	}
	if status, _, errs := run("-listen", "127.0.0.1:0", "-path", memoryPath, "-token", owners, "-operator-token", owners); status != 1 || !strings.Contains(errs, "another than the Owner's") {
		t.Errorf("status %d, %q", status, errs)
	}
	if status, _, errs := run("-listen", "127.0.0.1:0", "-path", memoryPath, "-operator-token", "short"); status != 1 || !strings.Contains(errs, "36 characters") {
		t.Errorf("status %d, %q", status, errs)
	}
}

// A token that is derived from one that can be guessed must not outlive it.
func TestCommand_aSecretTokenMakesTheOperatorsSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	tokens := func(with ...Setting) (string, string) {
		s, err := New(OpenOptions{Path: path}, with...)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.OwnerToken(), s.OperatorToken()
	}
	_, guessable := tokens()
	_, secret := tokens(WithToken(strings.Repeat("t", 36)))
	if secret == guessable {
		t.Error("the operator's token stayed as it was")
	}
	tokens(WithOperatorToken(strings.Repeat("o", 36)))
	if _, given := tokens(WithToken(strings.Repeat("u", 36))); given != strings.Repeat("o", 36) {
		t.Error("a token that was given was replaced")
	}
}
