package sandbox

import (
	"strings"
	"testing"
	"time"
)

func newAPIUser(name, role string) object {
	return object{"name": name, "workspaceRoleId": workspaceRole[role].ID}
}

func withRole(in object, role string) object {
	in["organizationRoleId"] = organizationRole[role].ID
	return in
}

type madeToken struct{ ID, Value, Expires string }

func TestAPIToken_authenticatesWithItsUsersRolesUntilItExpires(t *testing.T) {
	w := newWorld(t)
	finance, sales := w.addWorkspace("Finance"), w.addWorkspace("Sales")
	users := "/management/v1/workspaces/" + finance + "/api-users"
	for _, c := range []struct {
		name       string
		in         object
		list, away int // of users, and of another workspace
	}{
		{"scoped", newAPIUser("scoped", contributor), 403, 404}, {"viewer", withRole(newAPIUser("viewer", viewer), viewer), 403, 404},
		{"admin", withRole(newAPIUser("admin", admin), admin), 200, 200},
	} {
		user := users + "/" + w.must(201, "POST", users, c.in).id(t)
		made := into[madeToken](t, w.must(201, "POST", user+"/tokens", object{"name": "ci", "expires": w.now.Add(time.Hour).Format(time.RFC3339)}))
		for path, want := range map[string]int{"/core/v1/workspaces/" + finance: 200, "/core/v1/users": c.list, "/core/v1/workspaces/" + sales: c.away} {
			if got := w.as(made.Value, "GET", path, nil); got.status != want {
				t.Errorf("%s: %s answers %d %s, want %d", c.name, path, got.status, got.body, want)
			}
		}
		w.now = w.now.Add(time.Hour)
		if got := w.as(made.Value, "GET", "/core/v1/workspaces", nil); got.status != 401 {
			t.Errorf("%s: an expired token answers %d", c.name, got.status)
		}
		if got := w.must(200, "GET", user+"/tokens", nil).body; strings.Contains(got, made.ID) {
			t.Errorf("%s: an expired token is listed: %s", c.name, got)
		}
		w.must(404, "GET", user+"/tokens/"+made.ID, nil)
		forever := into[madeToken](t, w.must(201, "POST", user+"/tokens", object{"name": "ci"}))
		w.must(204, "DELETE", user+"/tokens/"+forever.ID, nil)
		if got := w.as(forever.Value, "GET", "/core/v1/workspaces", nil); got.status != 401 {
			t.Errorf("%s: a revoked token answers %d", c.name, got.status)
		}
	}
}

func TestAPIToken_isShownOnce(t *testing.T) {
	w := newWorld(t)
	users := "/management/v1/workspaces/" + w.addWorkspace("Finance") + "/api-users"
	user := users + "/" + w.must(201, "POST", users, newAPIUser("Robot", viewer)).id(t)
	made := into[madeToken](t, w.must(201, "POST", user+"/tokens", object{"name": "ci"}))
	for _, path := range []string{user + "/tokens", user + "/tokens/" + made.ID, user, "/_sandbox/state", "/_sandbox/timeline"} {
		if strings.Contains(w.must(200, "GET", path, nil).body, made.Value) {
			t.Errorf("%s shows the token", path)
		}
	}
	w.must(204, "DELETE", "/_sandbox/ui/api-tokens/ci", nil)
	w.must(404, "GET", user+"/tokens/"+made.ID, nil)
}

func TestAPIUser_isOfSharedWorkspacesAndListedAmongUsers(t *testing.T) {
	w := newWorld(t)
	organization := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].ID
	finance := w.addWorkspace("Finance")
	users := "/management/v1/workspaces/" + finance + "/api-users"
	made := into[apiUserBody](t, w.must(201, "POST", users, newAPIUser("Größe & Co", viewer)))
	if u := into[userBody](t, w.must(200, "GET", "/core/v1/users/"+made.ID, nil)); u.AccountType != accountAPI || u.Email != made.Email || u.Role.Name != viewer {
		t.Errorf("among users it is %+v", u)
	}
	if other := into[apiUserBody](t, w.must(201, "POST", users, newAPIUser("Größe, Co", viewer))); other.Email == made.Email {
		t.Error("two have one address")
	}
	w.refuses([]refused{
		{"not shared", "POST", "/management/v1/workspaces/" + organization + "/api-users", newAPIUser("A", viewer), 400, "API users can be made in shared workspaces only: this is the Organization workspace"},
		{"name taken", "POST", users, newAPIUser("Größe & Co", viewer), 409, `There already is an API user named "Größe & Co"`},
		{"Owner", "POST", users, withRole(newAPIUser("A", viewer), owner), 400, "An organization has one Owner: the role cannot be given"},
		{"Admins are Admin", "POST", users, withRole(newAPIUser("A", viewer), admin), 400, "An organization Owner or Admin can only be Admin in a shared workspace"},
		{"no role", "POST", users, object{"name": "A"}, 400, "Invalid value for: body (Missing required field at 'workspaceRoleId')"},
		{"past", "POST", users + "/" + made.ID + "/tokens", object{"name": "A", "expires": "2026-11-21T12:00:00Z"}, 400, "Invalid value for: body (expected a time that is yet to come at 'expires'"},
		{"no time", "POST", users + "/" + made.ID + "/tokens", object{"name": "A", "expires": "soon"}, 400, "Invalid value for: body (expected a time such as"},
	})
	w.must(200, "PATCH", users+"/"+made.ID, withRole(object{"name": "Renamed", "workspaceRoleId": workspaceRole[admin].ID}, contributor))
	if got := into[apiUserBody](t, w.must(200, "GET", users+"/"+made.ID, nil)); got.Name != "Renamed" || got.WorkspaceRole.Name != admin || got.OrganizationRole.Name != contributor {
		t.Errorf("it became %+v", got)
	}
	w.must(204, "DELETE", "/management/v1/workspaces/"+finance, nil)
	w.must(404, "GET", "/core/v1/users/"+made.ID, nil)
}

func TestAPIUser_ofAWorkspaceAdminIsAViewer(t *testing.T) {
	w := newWorld(t)
	finance := w.addWorkspace("Finance")
	u := w.addUser("wanda@example.com", viewer)
	w.addMember(finance, u, admin)
	token, users := w.token(u), "/management/v1/workspaces/"+finance+"/api-users"
	if got := w.as(token, "POST", users, newAPIUser("Hers", viewer)); got.status != 403 {
		t.Errorf("while the setting is off: %d %s", got.status, got.body)
	}
	w.must(200, "PATCH", "/management/v1/organization/settings", object{"allowWorkspaceAdminTokens": true})
	if got := w.as(token, "POST", users, withRole(newAPIUser("Hers", admin), admin)); got.status != 403 || !strings.Contains(got.body, "choose the organization role") {
		t.Errorf("with an organization role: %d %s", got.status, got.body)
	}
	got := w.as(token, "POST", users, newAPIUser("Hers", contributor))
	if b := into[apiUserBody](t, got); got.status != 201 || b.OrganizationRole.Name != viewer {
		t.Errorf("without one: %d %s", got.status, got.body)
	}
}
