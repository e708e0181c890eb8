package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

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
	first := into[struct{ PageInfo engine.PageInfo }](t, w.operate(200, "GET", allOrganizations+"?first=2", nil)).PageInfo
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
		if r.Pattern == graphPath { // which has words of its own
			want = `{"message":"User is not authorized to access this resource with an explicit deny"}`
		}
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
	log := into[[]engine.Logged](t, w.must(200, "GET", "/_sandbox/requests", nil))
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
	for range 2 { // Finance, and what is left of Priya
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
	if status, _, errs := run("-listen", "127.0.0.1:0", "-path", engine.MemoryPath, "-token", owners, "-operator-token", owners); status != 1 || !strings.Contains(errs, "another than the Owner's") {
		t.Errorf("status %d, %q", status, errs)
	}
	if status, _, errs := run("-listen", "127.0.0.1:0", "-path", path, "-operator-token", p.token); status != 1 || !strings.Contains(errs, "another than the Owner's") {
		t.Errorf("the Owner's token became the operator's: status %d, %q", status, errs)
	}
	if status, _, errs := run("-listen", "127.0.0.1:0", "-path", path, "-organization", "Acme", "-token", owners); status != 1 || !strings.Contains(errs, "first organization of a file only") {
		t.Errorf("status %d, %q", status, errs)
	}
	if status, _, errs := run("-listen", "127.0.0.1:0", "-path", engine.MemoryPath, "-operator-token", "short"); status != 1 || !strings.Contains(errs, "36 characters") {
		t.Errorf("status %d, %q", status, errs)
	}
}

// Whoever gives one token keeps the other.
func TestCommand_eachTokenIsGivenAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	tokens := func(with ...Setting) (string, string) {
		s, err := New(OpenOptions{Path: path}, with...)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.OwnerToken(), s.OperatorToken()
	}
	owners, operators := tokens()
	if _, now := tokens(WithToken(strings.Repeat("t", 36))); now != operators {
		t.Error("the operator's token changed with the Owner's")
	}
	if now, _ := tokens(WithOperatorToken(strings.Repeat("o", 36))); now != strings.Repeat("t", 36) || now == owners {
		t.Error("the Owner's token changed with the operator's")
	}
}
