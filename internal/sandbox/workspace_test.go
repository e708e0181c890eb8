package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

func TestWorkspace_refusals(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	w.addWorkspace("Sales")
	w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": ws, "name": "Payroll"})
	u, deputy := w.addUser("priya@example.com", viewer), w.addUser("deputy@example.com", admin)
	w.addMember(ws, u, viewer)
	users, patch := "/core/v1/workspaces/"+ws+"/users", "/management/v1/workspaces/"+ws
	role := func(name string) string { return workspaceRole[name].ID }
	organizationWorkspace := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].ID
	w.refuses([]refused{
		{"taken name", "POST", "/management/v1/workspaces", object{"name": "Finance"}, 409, "There already is a shared workspace"},
		{"blank name", "POST", "/management/v1/workspaces", object{"name": " "}, 400, "Invalid value for: body ("},
		{"null name", "POST", "/management/v1/workspaces", object{"name": nil}, 400, "Invalid value for: body ("},
		{"long name", "POST", "/management/v1/workspaces", object{"name": strings.Repeat("é", 256)}, 400, "Invalid value for: body ("},
		{"negative limit", "POST", "/management/v1/workspaces", object{"name": "N", "monthlyTaskLimit": -1}, 400, "Invalid value for: body ("},
		{"fractional limit", "POST", "/management/v1/workspaces", object{"name": "N", "monthlyTaskLimit": 1.5}, 400, "Invalid value for: body ("},
		{"rename to a taken name", "PATCH", patch, object{"name": "Sales"}, 409, "There already is a shared workspace"},
		{"rename to null", "PATCH", patch, object{"name": nil}, 400, "Invalid value for: body ("},
		{"delete with a project", "DELETE", patch, nil, 409, `The workspace "Finance" is not empty: it holds 1 project (Payroll)`},
		{"unknown contents", "DELETE", patch + "?contents=keep", nil, 400, "Invalid value for: query parameter contents"},
		{"delete the Organization workspace", "DELETE", "/management/v1/workspaces/" + organizationWorkspace, nil, 409, "Only shared workspaces can be deleted"},
		{"unknown workspace", "GET", "/core/v1/workspaces/none", nil, 404, "There is no such workspace"},
		{"odd id", "GET", "/core/v1/workspaces/a%2Fb", nil, 400, "Invalid value for: path parameter workspaceId"},

		{"existing member", "POST", users, object{"userId": u, "roleId": role(admin)}, 400, "This user already is in the workspace, as Viewer"},
		{"stranger", "POST", users, object{"userId": "00000000-0000-4000-8000-000000000000", "roleId": role(admin)}, 400, "Only members of the organization can be added"},
		{"organization Admin as Viewer", "POST", users, object{"userId": deputy, "roleId": role(viewer)}, 400, "An organization Owner or Admin can only be Admin"},
		{"Owner as Viewer", "PUT", users + "/" + w.ownerID(), object{"roleId": role(viewer)}, 400, "An organization Owner or Admin can only be Admin"},
		{"organization role", "POST", users, object{"userId": deputy, "roleId": organizationRole[admin].ID}, 400, "There is no such role"},
		{"odd user id", "POST", users, object{"userId": "a b", "roleId": role(viewer)}, 400, "Invalid value for: body ("},
		{"no role", "POST", users, object{"userId": deputy}, 400, "Invalid value for: body ("},
		{"change of a non-member", "PUT", users + "/" + deputy, object{"roleId": role(admin)}, 404, "There is no user"},
		{"removal of a non-member", "DELETE", users + "/" + deputy, nil, 404, "There is no user"},
		{"last Admin", "DELETE", users + "/" + w.ownerID(), nil, 400, "The last Admin of a workspace cannot be removed or demoted"},
		{"Organization workspace", "POST", "/core/v1/workspaces/" + organizationWorkspace + "/users", object{"userId": u, "roleId": role(viewer)}, 400, "Members can be managed in shared workspaces only"},
		{"Organization workspace, change", "PUT", "/core/v1/workspaces/" + organizationWorkspace + "/users/" + u, object{"roleId": role(admin)}, 400, "Members can be managed in shared workspaces only"},
		{"Organization workspace, removal", "DELETE", "/core/v1/workspaces/" + organizationWorkspace + "/users/" + u, nil, 400, "Members can be managed in shared workspaces only"},
	})
}

func TestWorkspace_absentKeepsNullClears(t *testing.T) {
	w := newWorld(t)
	ws := w.must(201, "POST", "/management/v1/workspaces", object{"name": "Finance", "description": "Money", "monthlyTaskLimit": 0}).id(t)
	want := func(body string) {
		t.Helper()
		got := w.must(200, "GET", "/core/v1/workspaces/"+ws, nil).body
		if want := fmt.Sprintf(`{"id":"%s","name":"Finance","type":"Shared"%s}`, ws, body); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	want(`,"description":"Money","monthlyTaskLimit":0`)
	w.must(200, "PATCH", "/management/v1/workspaces/"+ws, object{"name": "Finance"})
	want(`,"description":"Money","monthlyTaskLimit":0`)
	w.must(200, "PATCH", "/management/v1/workspaces/"+ws, object{"description": "", "monthlyTaskLimit": 7})
	want(`,"description":"","monthlyTaskLimit":7`)
	w.must(200, "PATCH", "/management/v1/workspaces/"+ws, object{"description": nil, "monthlyTaskLimit": nil})
	want("")
}

// A custom service went with its workspace without a word, and every workflow that used
// it broke.
func TestWorkspace_isKeptWhileItHoldsAnything(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	path := "/management/v1/workspaces/" + ws
	holds := func(projects, services int) {
		t.Helper()
		got := into[workspaceBody](t, w.must(200, "GET", path, nil))
		if got.Contents["projects"] != projects || got.Contents["services"] != services || *got.ProjectCount != projects || len(got.Contents) != 4 {
			t.Errorf("it holds %v, %d projects", got.Contents, *got.ProjectCount)
		}
	}
	holds(0, 0)
	w.must(201, "POST", "/_sandbox/ui/services", object{"workspace": "Finance", "owner": "owner@example.com", "name": "Ledger"})
	holds(0, 1)
	got := w.must(409, "DELETE", path, nil)
	want := `{"message":"The workspace \"Finance\" is not empty: it holds 1 custom service (Ledger)","code":"workspace_not_empty"}`
	if got.body != want {
		t.Errorf("it says %s", got.body)
	}
	for _, name := range []string{"Payroll", "Audit"} {
		w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Finance", "name": name})
	}
	holds(2, 1)
	if got := w.must(409, "DELETE", path, nil).message(t); !strings.HasSuffix(got, "it holds 2 projects (Audit, Payroll) and 1 custom service (Ledger)") {
		t.Error(got)
	}
	w.must(409, "DELETE", "/_sandbox/ui/workspaces/Finance", nil)
	w.must(204, "DELETE", path+"?contents=delete", nil)
	if s := w.state(); len(s.Projects)+len(s.Services) != 0 {
		t.Errorf("left are %+v and %+v", s.Projects, s.Services)
	}
}

func TestWorkspace_deletionTakesMembershipsAndTokensWithIt(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	token := w.scopedToken(ws, contributor, 1)
	w.must(201, "POST", "/_sandbox/ui/projects", object{"workspace": "Finance", "name": "Payroll"})
	w.must(204, "DELETE", "/management/v1/workspaces/"+ws+"?contents=delete", nil)
	w.must(404, "GET", "/core/v1/workspaces/"+ws, nil)
	if got := w.as(token, "GET", "/core/v1/workspaces", nil); got.status != 401 {
		t.Errorf("the workspace's token answers %d", got.status)
	}
	if s := w.state(); len(s.Projects) != 0 {
		t.Errorf("projects are left: %+v", s.Projects)
	}
}

func TestWorkspace_planLimitsSharedOnesOnly(t *testing.T) {
	w := newWorld(t, func(o *OpenOptions) { o.Plan = "Pro" })
	for i := range 3 {
		w.addWorkspace(fmt.Sprintf("W%d", i))
	}
	w.refuses([]refused{
		{"fourth", "POST", "/management/v1/workspaces", object{"name": "W4"}, 403, "The plan allows no more shared workspaces: pro includes 3"},
		{"fourth in the UI", "POST", "/_sandbox/ui/workspaces", object{"name": "W4"}, 403, "The plan allows no more shared workspaces"},
	})
	w.must(201, "POST", "/_sandbox/ui/workspaces", object{"name": "W4", "force": true})
	u := w.addUser("leaver@example.com", viewer)
	w.must(204, "DELETE", "/core/v1/users/"+u, nil) // its workspace is made in spite of the limit
}

func TestWorkspace_embeddedOrganizationHasItsWorkspaceAndNoPersonalOfTheOwner(t *testing.T) {
	w := newWorld(t, func(o *OpenOptions) { o.Embedded = true })
	list := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces", nil)).Elements
	if len(list) != 2 || list[0].Type != "Organization" || list[1].Type != "Embedded" {
		t.Fatalf("workspaces are %+v", list)
	}
	u := w.addUser("priya@example.com", viewer)
	w.addMember(list[1].ID, u, contributor)
	w.must(409, "DELETE", "/management/v1/workspaces/"+list[1].ID, nil)
	if got := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Embedded&type=Personal", nil)).Elements; len(got) != 2 {
		t.Errorf("two types select %+v", got)
	}
}

func TestWorkspace_tokenScopedToOneSeesNothingElse(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	sales := w.addWorkspace("Sales")
	token := w.scopedToken(ws, admin, 1)
	robot := into[struct{ Elements []anyID }](t, w.must(200, "GET", "/core/v1/users?email=robot-1@api-users.invalid", nil)).Elements[0].ID
	w.addMember(sales, robot, admin) // its token still is for the other one
	organizationWorkspace := into[struct{ Elements []anyID }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].ID
	for _, hidden := range []string{sales, organizationWorkspace} {
		if got := w.as(token, "GET", "/core/v1/workspaces/"+hidden, nil); got.status != 404 {
			t.Errorf("another workspace answers %d %s", got.status, got.body)
		}
	}
	got := into[struct{ Elements []workspaceBody }](t, w.as(token, "GET", "/core/v1/workspaces", nil)).Elements
	if len(got) != 1 || got[0].ID != ws {
		t.Errorf("it sees %+v", got)
	}
}

type anyID struct{ ID string }

func TestMember_lifeInAWorkspace(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	u := w.addUser("priya@example.com", viewer)
	path := "/core/v1/workspaces/" + ws + "/users"
	for _, step := range []struct {
		method, path string
		body         any
	}{
		{"POST", path, object{"userId": u, "roleId": strings.ToUpper(workspaceRole[viewer].ID), "unknown": true}},
		{"PUT", path + "/" + u, object{"roleId": workspaceRole[admin].ID}},
		{"DELETE", path + "/" + w.ownerID(), nil}, // no longer the last Admin
	} {
		if got := w.must(200, step.method, step.path, step.body).body; got != "{}" {
			t.Errorf("%s %s answered %s", step.method, step.path, got)
		}
	}
	want := fmt.Sprintf(`{"workspaceId":"%s","id":"%s","email":"priya@example.com","accountType":"Regular","role":{"id":"%s","name":"Admin"}}`,
		ws, u, workspaceRole[admin].ID)
	if got := w.must(200, "GET", path+"/"+u, nil).body; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := w.must(200, "GET", path, nil).body; !strings.Contains(got, `"elements":[`+want+`]`) {
		t.Errorf("the list is %s", got)
	}
	w.set(object{"list_elements": "sparse"})
	if got := w.must(200, "GET", path, nil).body; !strings.Contains(got, `"elements":[{"id":"`+u+`","name":"priya"}]`) {
		t.Errorf("the sparse list is %s", got)
	}
	w.set(object{"protect_last_admin": false})
	w.must(200, "DELETE", path+"/"+u, nil)
	w.must(404, "GET", path+"/"+u, nil)
}

func TestMember_everyoneIsInTheOrganizationWorkspaceByOrganizationRole(t *testing.T) {
	w := newWorld(t)
	u := w.addUser("priya@example.com", contributor)
	ws := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].ID
	list := into[struct{ Elements []memberBody }](t, w.must(200, "GET", "/core/v1/workspaces/"+ws+"/users", nil)).Elements
	if len(list) != 2 || list[0].Role.Name != owner || list[1].ID != u || *list[1].Role != organizationRole[contributor] {
		t.Errorf("its users are %+v", list)
	}
	roles := into[struct{ Elements []role }](t, w.must(200, "GET", "/core/v1/workspaces/"+ws+"/roles", nil)).Elements
	if len(roles) != 4 || roles[0] != organizationRole[owner] {
		t.Errorf("its roles are %+v", roles)
	}
}

func TestRole_idsAreTheSameEverywhereAndDifferByScope(t *testing.T) {
	w, other := newWorld(t), newWorld(t, func(o *OpenOptions) { o.Organization = "Other" })
	a, b := w.addWorkspace("A"), w.addWorkspace("B")
	inA := w.must(200, "GET", "/core/v1/workspaces/"+a+"/roles", nil).body
	if inB := w.must(200, "GET", "/core/v1/workspaces/"+b+"/roles", nil).body; elementsOf(inA) != elementsOf(inB) {
		t.Errorf("%s differs from %s", inA, inB)
	}
	here, there := w.must(200, "GET", "/core/v1/roles", nil).body, other.must(200, "GET", "/core/v1/roles", nil).body
	if elementsOf(here) != elementsOf(there) {
		t.Errorf("%s differs from %s", here, there)
	}
	for _, name := range workspaceRoles {
		if organizationRole[name].ID == workspaceRole[name].ID {
			t.Errorf("%s has one id in both scopes", name)
		}
	}
}

// elementsOf leaves out the cursors, which belong to one list.
func elementsOf(page string) string { before, _, _ := strings.Cut(page, `"pageInfo"`); return before }
