package sandbox

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

func TestControl_needsAnOrganizationAdminsToken(t *testing.T) {
	w := newWorld(t)
	deputy, carl := w.token(w.addUser("deputy@example.com", admin)), w.token(w.addUser("carl@example.com", contributor))
	for _, r := range controlRoutes {
		path := strings.NewReplacer("{invite}", "x", "{user}", "x", "{workspace}", "x", "{token}", "x").Replace(r.Pattern)
		if got := w.as(carl, r.Method, path, object{}); got.status != 403 {
			t.Errorf("%s %s by a Contributor answered %d", r.Method, path, got.status)
		}
		if got := w.as("", r.Method, path, object{}); got.status != 401 {
			t.Errorf("%s %s without a token answered %d", r.Method, path, got.status)
		}
	}
	if got := w.as(deputy, "GET", "/_sandbox/options", nil); got.status != 200 {
		t.Errorf("an Admin got %d", got.status)
	}
	w.must(404, "GET", "/_sandbox/nothing", nil)
}

func TestControl_requestLogHoldsEverythingButTheControlPlane(t *testing.T) {
	w := newWorld(t)
	if got := w.must(200, "GET", "/_sandbox/requests", nil).body; got != "[]" {
		t.Errorf("an empty log is %s", got)
	}
	first := w.must(200, "GET", "/core/v1/users?first=2&email=a@example.com", nil)
	w.as("nobody's token", "GET", "/management/v1", nil)
	w.must(404, "PUT", "/core/v1/roles", nil)
	want := `[{"method":"GET","path":"/core/v1/users","query":"first=2&email=a@example.com","status":200,"token_user":"owner@example.com"},` +
		`{"method":"GET","path":"/management/v1","query":"","status":401,"token_user":""},` +
		`{"method":"PUT","path":"/core/v1/roles","query":"","status":404,"token_user":"owner@example.com"}]`
	if got := w.must(200, "GET", "/_sandbox/requests", nil).body; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := first.header.Get("X-Request-Id"); got != "req_1" {
		t.Errorf("the first request's id is %q", got)
	}
	w.must(204, "DELETE", "/_sandbox/requests", nil)
	if got := w.must(200, "GET", "/_sandbox/requests", nil).body; got != "[]" {
		t.Errorf("a cleared log is %s", got)
	}
}

func TestControl_unknownPathsAndMethodsAre404(t *testing.T) {
	w := newWorld(t)
	for _, c := range [][2]string{{"GET", "/"}, {"GET", "/core/v1"}, {"GET", "/core/v1/roles/"}, {"DELETE", "/core/v1/roles"},
		{"POST", "/core/v1/workspaces"}, {"PATCH", "/core/v1/users/x"}, {"GET", "/core/v1//users"}, {"GET", "/cdk/v1/x"}, {"HEAD", "/core/v1/roles"}} {
		got := w.must(404, c[0], c[1], nil)
		if into[struct{ Message string }](t, got).Message == "" {
			t.Errorf("%s %s: %s", c[0], c[1], got.body)
		}
	}
}

func TestControl_withoutTheManagementPlaneItIsAnUnknownPath(t *testing.T) {
	w := newWorld(t)
	w.set(object{"management": false})
	want := w.must(404, "GET", "/core/v2", nil).body
	for _, o := range Operations() {
		if !strings.HasPrefix(o.Path, managementPrefix) {
			continue
		}
		path := strings.NewReplacer("{workspaceId}", "x", "{inviteId}", "x", "{organizationId}", "x").Replace(o.Path)
		if got := w.must(404, o.Method, path, object{"name": "A"}).body; got != want {
			t.Errorf("%s %s answered %s, want %s", o.Method, path, got, want)
		}
	}
	w.must(200, "GET", "/core/v1/workspaces", nil)
}

func TestControl_optionsAreCheckedAndOnlyTheGivenOnesChange(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{"list_elements":"half"}`, `{"type_shape":"int"}`, `{"page_size":0}`, `{"page_size":1001}`, `{"rate":-1}`,
		`{"latency":"soon"}`, `{"latency":"-1s"}`, `{"list_element":"full"}`, `[]`, ``} {
		w.must(400, "PATCH", "/_sandbox/options", body)
	}
	got := into[Options](t, w.must(200, "PATCH", "/_sandbox/options", object{"page_size": 3, "sso": true}))
	want := DefaultOptions()
	want.PageSize, want.SSO = 3, true
	if got != want || into[Options](t, w.must(200, "GET", "/_sandbox/options", nil)) != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil)).SSO {
		t.Error("the organization does not show its SSO")
	}
}

func TestControl_clockOnlyGoesForward(t *testing.T) {
	w := newWorld(t)
	got := into[clockBody](t, w.must(200, "POST", "/_sandbox/clock", object{"advance": "36h"}))
	if want := engine.Timestamp(epoch.Add(36 * time.Hour)); got.Now != want || into[clockBody](t, w.must(200, "GET", "/_sandbox/clock", nil)).Now != want {
		t.Errorf("now is %s, want %s", got.Now, want)
	}
	for _, body := range []string{`{"advance":"-1h"}`, `{"advance":"tomorrow"}`, `{}`, `{"advance":null}`} {
		w.must(400, "POST", "/_sandbox/clock", body)
	}
}

func TestControl_resetGoesBackToTheSeed(t *testing.T) {
	w := newWorld(t)
	before := w.must(200, "GET", "/_sandbox/state", nil).body
	first := w.addUser("priya@example.com", admin)
	token := w.token(first)
	w.addMember(w.addWorkspace("Finance"), first, admin)
	w.invite("kim@example.com", viewer)
	w.must(201, "POST", "/_sandbox/faults", object{"path": "**", "status": 500})
	w.advance("240h")
	w.set(object{"page_size": 1, "sso": true})
	w.must(204, "POST", "/_sandbox/reset", nil)
	if after := w.must(200, "GET", "/_sandbox/state", nil).body; after != before {
		t.Errorf("before: %s\nafter:  %s", before, after)
	}
	if got := w.as(token, "GET", "/management/v1", nil); got.status != 401 {
		t.Errorf("an old token answers %d", got.status)
	}
	if got := into[Options](t, w.must(200, "GET", "/_sandbox/options", nil)); got != DefaultOptions() {
		t.Errorf("options are %+v", got)
	}
	if got := into[clockBody](t, w.must(200, "GET", "/_sandbox/clock", nil)).Now; got != engine.Timestamp(epoch) {
		t.Errorf("the clock shows %s", got)
	}
	if got := into[[]engine.Logged](t, w.must(200, "GET", "/_sandbox/requests", nil)); len(got) != 1 {
		t.Errorf("the log holds %+v", got)
	}
	if again := w.addUser("priya@example.com", admin); again != first {
		t.Errorf("the same user gets another id: %s, then %s", first, again)
	}
}

func TestControl_resetGoesBackToTheOptionsOfTheCommandLine(t *testing.T) {
	s, err := New(OpenOptions{Path: filepath.Join(t.TempDir(), "s.db")}, WithOptions([]byte(`{"page_size":4}`)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := &world{TB: t, sandbox: s}
	w.set(object{"page_size": 9})
	w.must(204, "POST", "/_sandbox/reset", nil)
	if got := into[Options](t, w.must(200, "GET", "/_sandbox/options", nil)).PageSize; got != 4 {
		t.Errorf("page_size is %d", got)
	}
}

func TestControl_tokens(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{}`, `{"user":"owner@example.com","api_user":{"name":"x"}}`, `{"user":"owner@example.com","expires_in":"soon"}`,
		`{"api_user":{"name":" "}}`, `{"api_user":{"name":"a","role":"Boss"}}`, `{"api_user":{"name":"a","workspace":"Sandbox"}}`} {
		w.must(400, "POST", "/_sandbox/tokens", body)
	}
	w.must(404, "POST", "/_sandbox/tokens", object{"user": "nobody@example.com"})
	got := into[tokenBody](t, w.must(201, "POST", "/_sandbox/tokens", object{"user": "OWNER@example.com", "expires_in": "1h"}))
	if len(got.Token) < minTokenLength || got.Expires == nil || *got.Expires != engine.Timestamp(epoch.Add(time.Hour)) {
		t.Errorf("got %+v", got)
	}
	w.must(409, "DELETE", "/_sandbox/tokens/"+w.sandbox.OwnerToken(), nil)
	missing := w.must(404, "DELETE", "/_sandbox/tokens/secret-token", nil)
	if strings.Contains(missing.body, "secret-token") {
		t.Errorf("the answer repeats the token: %s", missing.body)
	}
	w.must(204, "DELETE", "/_sandbox/tokens/"+got.Token, nil)
}

func TestUI_peopleChangeThingsBehindTheAPIsBack(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/_sandbox/ui/workspaces", object{"name": "Finance"})
	w.must(201, "POST", "/_sandbox/ui/workspaces", object{"name": "Finance"}) // twice the same name
	w.must(201, "POST", "/_sandbox/ui/users", object{"email": "sys@example.com", "name": "System", "account_type": "System"})
	w.must(201, "POST", "/_sandbox/ui/users", object{"email": "priya@example.com", "name": "Priya", "role": "View Only"})
	w.must(200, "PUT", "/_sandbox/ui/users/priya@example.com", object{"name": "Priya Shah", "email": "priya.shah@example.com", "role": "contributor"})
	w.must(200, "PUT", "/_sandbox/ui/workspaces/Finance/members/priya.shah@example.com", object{"role": "Viewer"})
	w.must(200, "PUT", "/_sandbox/ui/workspaces/Finance/members/priya.shah@example.com", object{"role": "Admin"})
	w.must(200, "PATCH", "/_sandbox/ui/workspaces/Finance", object{"name": "Money", "monthlyTaskLimit": 9})
	w.must(204, "DELETE", "/_sandbox/ui/workspaces/Finance", nil) // the second one, now alone of that name
	s := w.state()
	if got := w.shared(); got != "Money" {
		t.Errorf("shared workspaces are %s", got)
	}
	var mine []stateMember
	for _, m := range s.Members {
		if m.Workspace == "Money" {
			mine = append(mine, m)
		}
	}
	if len(mine) != 2 || mine[1] != (stateMember{"Money", mine[1].WorkspaceID, "priya.shah@example.com", admin}) {
		t.Errorf("members are %+v", mine)
	}
	if len(s.Users) != 3 || s.Users[1].Role.Name != contributor || s.Users[1].Name != "Priya Shah" || s.Users[2].AccountType != "System" {
		t.Errorf("users are %+v", s.Users)
	}
	w.must(204, "DELETE", "/_sandbox/ui/workspaces/Money/members/priya.shah@example.com", nil)
	w.must(204, "DELETE", "/_sandbox/ui/users/priya.shah@example.com", nil)
}

func TestUI_rulesHoldUnlessForced(t *testing.T) {
	w := newWorld(t)
	ws := w.addWorkspace("Finance")
	deputy := w.addUser("deputy@example.com", admin)
	w.addMember(ws, deputy, admin)
	member := "/_sandbox/ui/workspaces/" + ws + "/members/"
	w.refuses([]refused{
		{"Admin as Viewer", "PUT", member + deputy, object{"role": "Viewer"}, 400, "An organization Owner or Admin"},
		{"a second Owner", "PUT", "/_sandbox/ui/users/" + deputy, object{"role": "Owner"}, 400, "An organization has one Owner"},
		{"made Owner", "POST", "/_sandbox/ui/users", object{"email": "x@example.com", "role": "Owner", "force": true}, 400, "An organization has one Owner"},
		{"Owner deleted", "DELETE", "/_sandbox/ui/users/owner@example.com", object{"force": true}, 400, "An organization has one Owner"},
		{"unknown type", "POST", "/_sandbox/ui/workspaces", object{"name": "X", "type": "Odd"}, 400, "There is no workspace type"},
		{"second Organization workspace", "POST", "/_sandbox/ui/workspaces", object{"name": "X", "type": "Organization"}, 400, "An organization has one"},
	})
	w.must(200, "PUT", member+deputy, object{"role": "Viewer", "force": true})
	w.must(204, "DELETE", member+"owner@example.com?force=true", nil) // the last Admin
	w.must(200, "PUT", "/_sandbox/ui/users/"+deputy, object{"role": "Owner", "force": true})
	if got := into[organizationBody](t, w.must(200, "GET", "/management/v1/organization", nil)).OwnerEmail; got != "deputy@example.com" {
		t.Errorf("the Owner is %s", got)
	}
}

func TestAssumptions_areNumberedInOrderAndCitedOnesExist(t *testing.T) {
	for i, a := range Assumptions() {
		if a.Number != i+1 || a.Question == "" || a.Chosen == "" || a.Probe == "" {
			t.Errorf("assumption at place %d: %+v", i+1, a)
		}
	}
	for _, o := range Operations() {
		for _, n := range o.Assumptions {
			if n < 1 || n > len(Assumptions()) {
				t.Errorf("%s cites assumption %d", o.OperationID, n)
			}
		}
	}
}

func TestMatrices_sayWhatTheSeedsSay(t *testing.T) {
	rights := map[string]string{}
	for _, g := range Matrices() {
		own := ""
		if g.Own {
			own = "*"
		}
		rights[g.Matrix+"/"+g.Thing+"/"+g.Role] = g.Rights + own
	}
	for cell, want := range map[string]string{
		"assets/Projects, workflows and solutions/Contributor": "CRUD*", "assets/Projects, workflows and solutions/Viewer": "R*",
		"assets/Custom services/Viewer": "", "assets/Custom services/Owner": "CRUD", "assets/Authentications/Viewer": "R*",
		"logs/Logs/Contributor": "RU", "logs/Logs/Viewer": "R", "settings/People/Admin": "CRUD", "settings/Workspaces/Viewer": "R*",
	} {
		if got, known := rights[cell]; !known || got != want {
			t.Errorf("%s is %q (known: %v), want %q", cell, got, known, want)
		}
	}
	if len(rights) != 4*13 {
		t.Errorf("there are %d cells", len(rights))
	}
}

func FuzzBody_neverBreaksTheSandbox(f *testing.F) {
	w := newWorld(f, func(o *OpenOptions) { o.Path = engine.MemoryPath })
	ws := w.addWorkspace("Finance")
	paths := [][2]string{{"POST", "/core/v1/users"}, {"POST", "/core/v1/invites"}, {"POST", "/core/v1/workspaces/" + ws + "/users"},
		{"PUT", "/core/v1/users/" + w.ownerID() + "/roles"}, {"PUT", "/core/v1/workspaces/" + ws + "/users/" + w.ownerID()},
		{"POST", "/management/v1/workspaces"}, {"PATCH", "/management/v1/workspaces/" + ws}, {"POST", "/_sandbox/ui/users"}}
	for i := range paths {
		for _, body := range []string{`{}`, `{"name":"A","email":"a@example.com","organizationRoleId":"` + organizationRole[viewer].ID + `"}`,
			`{"userId":"x","roleId":"` + workspaceRole[admin].ID + `"}`, `{"name":null,"description":null,"monthlyTaskLimit":1e3}`,
			`{"name":"\u0000","email":"\ud800@x"}`, `[`, `{"name":{}}`, "{\"name\":\"\xff\"}", ``, `{"monthlyTaskLimit":9223372036854775808}`} {
			f.Add(uint8(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		to := paths[int(which)%len(paths)]
		got := (&world{TB: t, sandbox: w.sandbox}).as(w.sandbox.OwnerToken(), to[0], to[1], body)
		if got.status >= 500 || !json.Valid([]byte(got.body)) {
			t.Errorf("%s %s with %q answered %d %s", to[0], to[1], body, got.status, got.body)
		}
	})
}

// A table that a list of tables forgets leaks from one test into the next.
func TestControl_resetEmptiesTablesThatNobodyNamed(t *testing.T) {
	w := newWorld(t)
	w.sql("CREATE TABLE later (id INTEGER)", "INSERT INTO later (id) VALUES (1)")
	w.must(204, "POST", "/_sandbox/reset", nil)
	var left int
	err := w.sandbox.store.view(t.Context(), func(t *tx) error { return t.Row("SELECT count(*) FROM later").Scan(&left) })
	if err != nil || left != 0 {
		t.Errorf("%d rows are left, %v", left, err)
	}
}

// What a noun declares is what is served, listed and decided.
func TestNouns_sayAllOfThemselves(t *testing.T) {
	w := newWorld(t)
	state := into[map[string]any](t, w.must(200, "GET", "/_sandbox/state", nil))
	seen := map[string]bool{}
	for _, n := range nouns {
		if (n.state != nil) != (n.name != "") || n.name != "" && state[n.name] == nil {
			t.Errorf("the noun %q is not in the state", n.name)
		}
		if n.contents != nil && n.name == "" {
			t.Error("contents of workspaces have no name on the wire")
		}
		for _, r := range append(n.routes, n.actions...) {
			cells, known := overOrganization[r.right]
			if !known {
				cells, known = overWorkspace[r.right]
			}
			if !known || len(cells) == 0 {
				t.Errorf("nobody decides who may %s", r.right)
			}
			if key := r.Method + " " + r.Pattern; seen[key] {
				t.Errorf("%s is served twice", key)
			} else {
				seen[key] = true
			}
		}
	}
}
