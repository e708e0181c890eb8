package sandbox

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
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

// openOrganization makes a further organization and returns its id and a token of its
// Owner.
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
	found, err := filepath.Glob(w.sandbox.store.Path() + "*.organization-*")
	if err != nil {
		w.Fatal(err)
	}
	return found
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
	if got := into[clockBody](t, w.must(200, "GET", "/_sandbox/clock", nil)).Now; got != engine.Timestamp(epoch) {
		t.Errorf("the first organization's clock shows %s", got)
	}
	if o := into[Options](t, w.must(200, "GET", "/_sandbox/options", nil)); o != DefaultOptions() {
		t.Errorf("the first organization's options are %+v", o)
	}
	if got := into[[]engine.Logged](t, there.must(200, "GET", "/_sandbox/requests", nil)); len(got) != 1 || got[0].TokenUser != "platform@acme.example" {
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
	there.must(409, "POST", "/_sandbox/reset", nil) // it would be A again
	w.operate(200, "PATCH", allOrganizations+"/"+w.must(200, "GET", "/management/v1/organization", nil).id(t), object{"name": "D"})
	there.must(204, "POST", "/_sandbox/reset", nil)
}
