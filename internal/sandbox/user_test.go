package sandbox

import (
	"strings"
	"testing"
)

// refused is a request that must be answered with this status and a message that begins
// so.
type refused struct {
	why, method, path string
	body              any
	status            int
	message           string
}

func (w *world) refuses(cases []refused) {
	w.Helper()
	before := w.must(200, "GET", "/_sandbox/state", nil).body
	for _, c := range cases {
		got := w.as(w.sandbox.OwnerToken(), c.method, c.path, c.body)
		message := into[struct{ Message string }](w, got).Message
		if got.status != c.status || !strings.HasPrefix(message, c.message) {
			w.Errorf("%s: %s %s answered %d %q, want %d %q", c.why, c.method, c.path, got.status, message, c.status, c.message)
		}
	}
	if after := w.must(200, "GET", "/_sandbox/state", nil).body; after != before {
		w.Errorf("a refused request changed something:\n%s\n%s", before, after)
	}
}

func (w *world) ownerID() string {
	w.Helper()
	return into[organizationBody](w, w.must(200, "GET", "/management/v1/organization", nil)).OwnerID
}

func TestUser_refusals(t *testing.T) {
	w := newWorld(t)
	w.addUser("Priya@example.com", viewer)
	role := organizationRole[viewer].ID
	invalid := "Invalid value for: body ("
	own := "/core/v1/users/" + w.ownerID()
	w.refuses([]refused{
		{"known address", "POST", "/core/v1/users", object{"name": "P", "email": "PRIYA@example.com", "organizationRoleId": role}, 400, "There already is a user"},
		{"second Owner", "POST", "/core/v1/users", object{"name": "P", "email": "p2@example.com", "organizationRoleId": organizationRole[owner].ID}, 400, "An organization has one Owner"},
		{"role that is no UUID", "POST", "/core/v1/users", object{"name": "P", "email": "p2@example.com", "organizationRoleId": "Viewer"}, 400, invalid},
		{"workspace role", "POST", "/core/v1/users", object{"name": "P", "email": "p2@example.com", "organizationRoleId": workspaceRole[viewer].ID}, 400, "There is no such role"},
		{"no address", "POST", "/core/v1/users", object{"name": "P", "email": "p2", "organizationRoleId": role}, 400, ""},
		{"null address", "POST", "/core/v1/users", object{"name": "P", "email": nil, "organizationRoleId": role}, 400, invalid},
		{"empty name", "POST", "/core/v1/users", object{"name": " ", "email": "p2@example.com", "organizationRoleId": role}, 400, invalid},
		{"misspelled field", "POST", "/core/v1/users", object{"Name": "P", "email": "p2@example.com", "organizationRoleId": role}, 400, invalid},
		{"number for a text", "POST", "/core/v1/users", object{"name": 1, "email": "p2@example.com", "organizationRoleId": role}, 400, invalid},
		{"no body", "POST", "/core/v1/users", nil, 400, invalid},
		{"array", "POST", "/core/v1/users", "[]", 400, invalid},
		{"two values", "POST", "/core/v1/users", "{} {}", 400, invalid},
		{"Owner demoted", "PUT", own + "/roles", object{"roleId": role}, 400, "An organization has one Owner"},
		{"Owner deleted", "DELETE", own, nil, 400, "An organization has one Owner"},
		{"nobody", "GET", "/core/v1/users/nobody", nil, 404, "There is no user"},
		{"nobody deleted", "DELETE", "/core/v1/users/nobody", nil, 404, "There is no user"},
		{"odd id", "GET", "/core/v1/users/a_b", nil, 400, "Invalid value for: path parameter userId"},
		{"bad filter", "GET", "/core/v1/users?email=x", nil, 400, "Invalid value for: query parameter email"},
	})
}

func TestUser_addressIsFoundInAnySpellingAndKeptAsSpelled(t *testing.T) {
	w := newWorld(t)
	w.addUser("Priya.Shah@Example.com", viewer)
	got := into[struct{ Elements []userBody }](t, w.must(200, "GET", "/core/v1/users?email=priya.shah@example.COM", nil)).Elements
	if len(got) != 1 || got[0].Email != "Priya.Shah@Example.com" || got[0].AccountType != "Regular" || got[0].Role.Name != viewer {
		t.Errorf("got %+v", got)
	}
}

func TestUser_newAdminIsRaisedInEveryWorkspaceAndNotLoweredAfterwards(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	u := w.addUser("priya@example.com", contributor)
	w.addMember(ws, u, viewer)
	for _, role := range []string{admin, contributor} {
		if got := w.must(200, "PUT", "/core/v1/users/"+u+"/roles", object{"roleId": organizationRole[role].ID}); got.body != "{}" {
			t.Errorf("the answer is %s", got.body)
		}
		if got := into[memberBody](t, w.must(200, "GET", "/core/v1/workspaces/"+ws+"/users/"+u, nil)).Role.Name; got != admin {
			t.Errorf("as organization %s: workspace role %s", role, got)
		}
	}
}

// state is the answer of /_sandbox/state.
func (w *world) state() stateBody {
	w.Helper()
	return into[stateBody](w, w.must(200, "GET", "/_sandbox/state", nil))
}

func TestUser_deletionMovesPersonalThingsToAWorkspaceOfTheirName(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	u := w.must(201, "POST", "/_sandbox/ui/users", object{"email": "priya@example.com", "name": "Priya Shah"}).id(t)
	w.addMember(ws, u, viewer)
	w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Priya Shah", "name": "Hers"})
	w.must(201, "POST", "/_sandbox/ui/services", object{"owner": "priya@example.com", "name": "Billing"})
	deputy := w.addUser("deputy@example.com", admin)
	if got := w.as(w.token(deputy), "DELETE", "/core/v1/users/"+u, nil); got.status != 204 || got.body != "" {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	s := w.state()
	var kept []workspaceBody
	for _, one := range s.Workspaces {
		if one.Name == "Priya Shah" {
			kept = append(kept, one)
		}
	}
	if len(kept) != 1 || kept[0].Type != "Shared" || *kept[0].ProjectCount != 1 {
		t.Errorf("the workspaces of that name are %+v", kept)
	}
	if len(s.Services) != 1 || s.Services[0].Owner != "deputy@example.com" {
		t.Errorf("services are %+v", s.Services)
	}
	for _, m := range s.Members {
		if m.Email == "priya@example.com" || m.Workspace == "Priya Shah" && m != (stateMember{"Priya Shah", m.WorkspaceID, "deputy@example.com", admin}) {
			t.Errorf("member %+v is left", m)
		}
	}
	w.must(404, "GET", "/core/v1/users/"+u, nil)
	w.must(404, "GET", "/core/v1/workspaces/"+ws+"/users/"+u, nil)
}

func TestUser_customServicesBlockDeletionWhenTheOptionSaysSo(t *testing.T) {
	w := newWorld(t)
	u := w.addUser("priya@example.com", viewer)
	for _, name := range []string{"Zeta", "Billing"} {
		w.must(201, "POST", "/_sandbox/ui/services", object{"owner": u, "name": name})
	}
	w.set(object{"services_block_deletion": true})
	w.refuses([]refused{{"services", "DELETE", "/core/v1/users/" + u, nil, 400,
		"A user who owns custom services cannot be deleted: move these first: Billing, Zeta"}})
	w.set(object{"services_block_deletion": false})
	w.must(204, "DELETE", "/core/v1/users/"+u, nil)
}

func TestUser_apiUsersAreListedWithoutAPersonalWorkspace(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	made := into[tokenBody](t, w.must(201, "POST", "/_sandbox/tokens", object{"api_user": object{"name": "CI Robot", "role": "contributor", "workspace": "Finance"}}))
	u := into[userBody](t, w.must(200, "GET", "/core/v1/users/"+made.UserID, nil))
	if u.AccountType != "API" || u.Email == "" || u.Role.Name != contributor {
		t.Errorf("user is %+v", u)
	}
	m := into[memberBody](t, w.must(200, "GET", "/core/v1/workspaces/"+ws+"/users/"+made.UserID, nil))
	if m.AccountType != "API" || m.Email != "" || m.Role.Name != contributor {
		t.Errorf("member is %+v", m)
	}
	for _, one := range w.state().Workspaces {
		if one.Name == "CI Robot" {
			t.Errorf("there is a workspace %+v", one)
		}
	}
	w.must(204, "DELETE", "/core/v1/users/"+made.UserID, nil)
	if got := w.as(made.Token, "GET", "/management/v1", nil); got.status != 401 {
		t.Errorf("the token of the deleted API user answers %d", got.status)
	}
	w.must(400, "POST", "/_sandbox/tokens", object{"api_user": object{"name": "Boss", "role": "Owner"}})
}

func TestUser_wireQuirks(t *testing.T) {
	w := newWorld(t)
	id := w.ownerID()
	w.set(object{"list_elements": "sparse"})
	got := w.must(200, "GET", "/core/v1/users", nil).body
	if !strings.Contains(got, `"elements":[{"id":"`+id+`","name":"Olivia Owner"}]`) {
		t.Errorf("sparse: %s", got)
	}
	if got := w.must(200, "GET", "/core/v1/users/"+id, nil).body; !strings.Contains(got, `"email":"owner@example.com"`) {
		t.Errorf("a single user is never sparse: %s", got)
	}
	w.set(object{"list_elements": "full", "type_shape": "object"})
	for path, want := range map[string]string{
		"/core/v1/users": `"accountType":{"Regular":{}}`, "/core/v1/users/" + id: `"accountType":{"Regular":{}}`,
		"/core/v1/workspaces": `"type":{"Organization":{}}`,
	} {
		if got := w.must(200, "GET", path, nil).body; !strings.Contains(got, want) {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := w.must(201, "POST", "/management/v1/workspaces", object{"name": "A"}).body; !strings.Contains(got, `"type":"Shared"`) {
		t.Errorf("the management plane has no quirks: %s", got)
	}
}
