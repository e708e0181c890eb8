package sandbox

import (
	"fmt"
	"testing"
)

// scene is what one cell of the table is tried on: a workspace with a second Admin and a
// target member, a target user, a pending invite.
type scene struct {
	workspace, member, user, invite, free string
	service                               service
	environment                           string // of service
	held
}

// tries holds for each right the requests that exercise it, each good enough to succeed
// where the right is held.
var tries = map[Right][]func(s scene, n int) (string, string, any){
	RightListWorkspaces:        {get("/core/v1/workspaces")},
	RightListOrganizationRoles: {get("/core/v1/roles")},
	RightListUsers:             {get("/core/v1/users")},
	RightReadOrganization:      {get("/management/v1"), get("/management/v1/organization")},
	RightControl:               {get("/_sandbox/options")},
	RightOperate: {get("/management/v1/organizations"), get("/management/v1/organizations/x"), func(scene, int) (string, string, any) {
		return "POST", "/management/v1/organizations", object{"name": "New", "ownerEmail": "new@example.com"}
	}, func(scene, int) (string, string, any) {
		return "PATCH", "/management/v1/organizations/x", object{"name": "New"}
	}, func(scene, int) (string, string, any) {
		return "DELETE", "/management/v1/organizations/x", nil
	}},
	RightRenameOrganization: {func(_ scene, n int) (string, string, any) {
		return "PATCH", "/management/v1/organization", object{"name": fmt.Sprintf("Name %d", n)}
	}},
	RightReadSettings:        {get("/management/v1/organization/settings")},
	RightSetAlerting:         {setting("alertingWorkflowId", "w-1"), setting("alertingWorkflowId", nil)},
	RightSetEmbeddedID:       {setting("embeddedId", "acme")},
	RightSetWizardCSS:        {setting("configWizardCss", "a { color: red }")},
	RightLetAdminsMakeTokens: {setting("allowWorkspaceAdminTokens", true)},
	RightReadUser: {func(s scene, _ int) (string, string, any) {
		return "GET", "/core/v1/users/" + s.user, nil
	}},
	RightInvite: {func(_ scene, n int) (string, string, any) {
		return "POST", "/core/v1/invites", object{"email": fmt.Sprintf("i%d@example.com", n), "organizationRoleId": organizationRole[viewer].ID}
	}},
	RightReadInvites: {get("/management/v1/invites"), func(s scene, _ int) (string, string, any) {
		return "DELETE", "/management/v1/invites/" + s.invite, nil
	}},
	RightManageUsers: {
		func(_ scene, n int) (string, string, any) {
			return "POST", "/core/v1/users", object{"name": "N", "email": fmt.Sprintf("c%d@example.com", n), "organizationRoleId": organizationRole[viewer].ID}
		},
		func(s scene, _ int) (string, string, any) {
			return "PUT", "/core/v1/users/" + s.user + "/roles", object{"roleId": organizationRole[contributor].ID}
		},
		func(s scene, _ int) (string, string, any) { return "DELETE", "/core/v1/users/" + s.user, nil },
	},
	RightCreateWorkspace: {func(_ scene, n int) (string, string, any) {
		return "POST", "/management/v1/workspaces", object{"name": fmt.Sprintf("Made %d", n)}
	}},
	RightReadWorkspace: {inWorkspace("GET", "/core/v1", "", nil), inWorkspace("GET", "/management/v1", "", nil)},
	RightListRoles:     {inWorkspace("GET", "/core/v1", "/roles", nil)},
	RightReadMembers: {inWorkspace("GET", "/core/v1", "/users", nil), func(s scene, _ int) (string, string, any) {
		return "GET", "/core/v1/workspaces/" + s.workspace + "/users/" + s.member, nil
	}},
	RightManageMembers: {
		func(s scene, _ int) (string, string, any) {
			return "POST", "/core/v1/workspaces/" + s.workspace + "/users", object{"userId": s.free, "roleId": workspaceRole[viewer].ID}
		},
		func(s scene, _ int) (string, string, any) {
			return "PUT", "/core/v1/workspaces/" + s.workspace + "/users/" + s.member, object{"roleId": workspaceRole[admin].ID}
		},
		func(s scene, _ int) (string, string, any) {
			return "DELETE", "/core/v1/workspaces/" + s.workspace + "/users/" + s.member, nil
		},
	},
	RightEditWorkspace:   {inWorkspace("PATCH", "/management/v1", "", object{"description": "New"})},
	RightSetTaskLimit:    {inWorkspace("PATCH", "/management/v1", "", object{"monthlyTaskLimit": 5})},
	RightDeleteWorkspace: {inWorkspace("DELETE", "/management/v1", "?contents=delete", nil)},
}

func get(path string) func(scene, int) (string, string, any) {
	return func(scene, int) (string, string, any) { return "GET", path, nil }
}

func setting(name string, value any) func(scene, int) (string, string, any) {
	return func(scene, int) (string, string, any) {
		return "PATCH", "/management/v1/organization/settings", object{name: value}
	}
}

func inWorkspace(method, plane, rest string, body any) func(scene, int) (string, string, any) {
	return func(s scene, _ int) (string, string, any) {
		return method, plane + "/workspaces/" + s.workspace + rest, body
	}
}

// cast sets a scene and returns the token of somebody who has the standing in it: a
// person's, or where scoped and possible, one that is made for a single workspace. It
// returns no token where the standing has none of that kind.
func (w *world) cast(standing Standing, scoped bool, n int) (scene, string) {
	w.Helper()
	s := scene{workspace: w.addWorkspace(fmt.Sprintf("Workspace %d", n))}
	s.member, s.user, s.free = w.person(n, "member", viewer), w.person(n, "user", viewer), w.person(n, "free", viewer)
	w.addMember(s.workspace, s.member, viewer)
	s.service, s.environment = w.service(s.workspace, s.member, "Service")
	s.held = w.hold(s, n)
	s.invite = into[struct{ InviteID string }](w, w.must(200, "POST", "/core/v1/invites",
		object{"email": fmt.Sprintf("pending%d@example.com", n), "organizationRoleId": organizationRole[viewer].ID})).InviteID
	local := map[Standing]string{StandingWorkspaceAdmin: admin, StandingWorkspaceContributor: contributor,
		StandingWorkspaceViewer: viewer, StandingScoped: admin}[standing]
	inOrganization := map[Standing]string{StandingAdmin: admin, StandingContributor: contributor, StandingViewer: viewer,
		StandingOutsider: contributor}[standing]
	switch {
	case scoped && standing == StandingOutsider:
		return s, w.scopedToken(w.addWorkspace(fmt.Sprintf("Other %d", n)), admin, n)
	case scoped && local != "":
		return s, w.scopedToken(s.workspace, local, n)
	case scoped || standing == StandingScoped:
		return s, ""
	case standing == StandingOwner:
		return s, w.sandbox.OwnerToken()
	case local != "":
		actor := w.person(n, "actor", viewer)
		w.addMember(s.workspace, actor, local)
		return s, w.token(actor)
	}
	return s, w.token(w.person(n, "actor", inOrganization))
}

func (w *world) person(n int, what, role string) string {
	w.Helper()
	return w.addUser(fmt.Sprintf("%s%d@example.com", what, n), role)
}

func (w *world) scopedToken(workspace, role string, n int) string {
	w.Helper()
	return into[struct{ Token string }](w, w.must(201, "POST", "/_sandbox/tokens", object{"api_user": object{
		"name": fmt.Sprintf("Robot %d", n), "workspace": workspace, "workspace_role": role}})).Token
}

func TestRBAC_everyOperationHasARow(t *testing.T) {
	for _, o := range Operations() {
		if overOrganization[o.Right] == nil && overWorkspace[o.Right] == nil {
			t.Errorf("%s asks for %q, which the table does not have", o.OperationID, o.Right)
		}
	}
	for right, cells := range overOrganization {
		if len(cells) != len(organizationStandings) {
			t.Errorf("the row of %q has %d cells", right, len(cells))
		}
	}
	for right, cells := range overWorkspace {
		if len(cells) != len(workspaceStandings) {
			t.Errorf("the row of %q has %d cells", right, len(cells))
		}
	}
}

// The sentences of the organization set-up page, without the table.
func TestRBAC_sayWhatTheSetUpPageSays(t *testing.T) {
	w := newWorld(t)
	shared := w.addWorkspace("Shared")
	organizationWorkspace := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Organization", nil)).Elements[0].ID
	personal := into[struct{ Elements []workspaceBody }](t, w.must(200, "GET", "/core/v1/workspaces?type=Personal", nil)).Elements[0].ID
	outsider := w.token(w.addUser("outsider@example.com", contributor))
	deputy := w.token(w.addUser("deputy@example.com", admin))
	for _, c := range []struct {
		why, token, path string
		status           int
	}{
		{"Contributors can only access shared workspaces they are given access to", outsider, shared, 404},
		{"all users have controlled access to the Organization workspace", outsider, organizationWorkspace, 200},
		{"a personal workspace is its person's", outsider, personal, 404},
		{"Admins can access other users' assets in any workspace", deputy, personal, 200},
		{"Admins need not be members", deputy, shared, 200},
	} {
		if got := w.as(c.token, "GET", "/core/v1/workspaces/"+c.path, nil); got.status != c.status {
			t.Errorf("%s: got %d %s", c.why, got.status, got.body)
		}
	}
}

func TestRBAC_contributorsCreateWorkspacesWhenTheOptionSaysSo(t *testing.T) {
	w := newWorld(t)
	token := w.token(w.addUser("carl@example.com", contributor))
	if got := w.as(token, "POST", "/management/v1/workspaces", object{"name": "Mine"}); got.status != 403 {
		t.Errorf("without the option: %d %s", got.status, got.body)
	}
	w.set(object{"contributors_create_workspaces": true})
	if got := w.as(token, "POST", "/management/v1/workspaces", object{"name": "Mine"}); got.status != 201 {
		t.Errorf("with the option: %d %s", got.status, got.body)
	}
}

func TestRBAC_badTokensAreUnauthorizedInTheServicesOwnWords(t *testing.T) {
	w := newWorld(t)
	gone := w.addUser("gone@example.com", admin)
	goneToken := w.token(gone)
	w.must(204, "DELETE", "/core/v1/users/"+gone, nil)
	revoked := w.token("owner@example.com")
	w.must(204, "DELETE", "/_sandbox/tokens/"+revoked, nil)
	expiring := into[struct{ Token string }](t, w.must(201, "POST", "/_sandbox/tokens", object{"user": "owner@example.com", "expires_in": "1h"})).Token
	if got := w.as(expiring, "GET", "/core/v1/roles", nil); got.status != 200 {
		t.Errorf("a token within its time answered %d", got.status)
	}
	w.must(200, "POST", "/_sandbox/clock", object{"advance": "1h"})
	for what, token := range map[string]string{"no token": "", "unknown": "x", "of a deleted user": goneToken, "revoked": revoked, "expired": expiring} {
		for _, path := range []string{"/core/v1/roles", "/management/v1", "/_sandbox/state", "/nowhere"} {
			got := w.as(token, "GET", path, nil)
			if got.status != 401 || got.body != `{"message":"The request is unauthorized"}` {
				t.Errorf("%s on %s: %d %s", what, path, got.status, got.body)
			}
		}
	}
}
