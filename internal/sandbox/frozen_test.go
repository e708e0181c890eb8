package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// elsewhereDocument is an organization that has other ids and names of roles than the
// sandbox, two Owners, and an address twice in two states of an invitation.
const elsewhereDocument = `{
  "taken_at": "2026-11-01T12:00:00Z", "unseen": ["x"], "management": true, "self": {"id": "u-1", "email": "a@example.com", "role": {"id": "r-adm", "name": "Admin"}},
  "refused": [{"path": "/core/v1/workspaces/w-2/users", "status": 403, "message": "The request is forbidden"}],
  "contents": {"w-1": {"projects": 2}}, "environment_services": {"e-9": {"name": "slack", "version": "1"}},
  "organization": {"id": "o-1", "name": "Acme", "plan": "", "embedded": false, "sso": true, "ownerId": "u-2", "ownerEmail": "b@example.com", "organizationWorkspaceId": "w-0"},
  "organization_roles": [{"id": "r-own", "name": "Owner"}, {"id": "r-adm", "name": "Admin"}, {"id": "r-see", "name": "View Only"}],
  "workspace_roles": [{"id": "r-ws", "name": "View Only"}],
  "nouns": {
    "users": [{"ID": "u-1", "Email": "a@example.com", "Name": "A", "AccountType": "API", "Role": "Admin"},
              {"ID": "u-2", "Email": "b@example.com", "Name": "B", "AccountType": "Regular", "Role": "Owner"},
              {"ID": "u-3", "Email": "c@example.com", "Name": "C", "AccountType": "Regular", "Role": "Owner"}],
    "workspaces": [{"ID": "w-0", "Name": "Acme", "Type": "Organization"}, {"ID": "w-1", "Name": "sales", "Type": "Shared", "Description": "d", "TaskLimit": 7},
                   {"ID": "w-2", "Name": "hr", "Type": "Shared"}],
    "members": [{"WorkspaceID": "w-1", "UserID": "u-1", "Email": "a@example.com", "AccountType": "API", "Role": "View Only"},
                {"WorkspaceID": "w-1", "UserID": "u-9", "Email": "", "AccountType": "Regular", "Role": "View Only"}],
    "invites": [{"ID": "i-1", "Email": "z@example.com", "Role": "View Only", "Status": "expired", "Created": "2026-10-01T00:00:00Z", "Expires": "2026-10-08T00:00:00Z"},
                {"ID": "i-2", "Email": "z@example.com", "Role": "View Only", "Status": "pending", "Created": "2026-11-01T00:00:00Z", "Expires": "2026-11-08T00:00:00Z"}],
    "settings": [{"alertingWorkflowId": "wf", "allowWorkspaceAdminTokens": true, "embeddedId": null, "configWizardCss": null}],
    "services": [{"ID": "s-1", "UniqueName": "AbC_crm", "WorkspaceID": "w-1", "OwnerID": "u-1", "Name": "CRM", "Kind": "oauth2", "Version": 3,
                  "Details": {"tokenUrl": "https://crm.example/token", "scopes": [{"scope": "read", "description": "Reads"}], "userDataSchema": {}, "credentialsSchema": {"type": "object"}}}],
    "environments": [{"ID": "e-1", "ServiceID": "s-1", "Title": "Production", "Default": true, "ClientID": "client", "Scopes": []},
                     {"ID": "e-2", "ServiceID": "s-1", "Title": "Test", "Default": false, "ClientID": "other", "Scopes": [{"scope": "write", "description": "Writes"}]}],
    "agent_groups": [{"ID": "g-1", "WorkspaceID": "w-1", "Name": "Plant"}],
    "agents": [{"ID": "ag-1", "GroupID": "g-1", "Name": "Press", "Enabled": false, "Registered": true, "Connected": true}],
    "authentications": [{"ID": "00000000-0000-4000-8000-00000000000a", "WorkspaceID": "w-1", "OwnerID": "u-1", "Name": "Mine", "EnvironmentID": "e-9", "Scopes": ["read"], "AgentGroupID": "g-1"}],
    "projects": [{"ID": "00000000-0000-4000-8000-00000000000b", "WorkspaceID": "w-1", "Name": "Orders", "Description": "d", "Created": "2026-09-01T00:00:00Z", "Workflows": 3, "SolutionID": "00000000-0000-4000-8000-00000000000c"}],
    "api_users": [{"ID": "u-1", "WorkspaceID": "w-1", "Created": "2026-09-01T00:00:00Z"}]
  }
}`

func frozenFile(t *testing.T) string {
	t.Helper()
	content, err := Freeze([]byte(elsewhereDocument))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "org.db")
	if err := os.WriteFile(path, content, 0o400); err != nil {
		t.Fatal(err)
	}
	return path
}

func ask(t *testing.T, s http.RoundTripper, token, method, path string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "https://sandbox.invalid"+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := s.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// A snapshot answers as its organization did: with its own ids and names, at its own time;
// what was refused is refused, and nothing can be changed.
func TestFrozen_answersAsTheOrganizationDid(t *testing.T) {
	path := frozenFile(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, token, err := Open(OpenOptions{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/management/v1", 200, `"user":{"id":"u-1","email":"a@example.com","role":{"id":"r-adm","name":"Admin"},"workspaceId":"w-1"}`},
		{"GET", "/management/v1/organization", 200, `"id":"o-1"`},
		{"GET", "/management/v1/organization/settings", 200, `"allowWorkspaceAdminTokens":true`},
		{"GET", "/core/v1/roles", 200, `{"id":"r-see","name":"View Only"}`},
		{"GET", "/core/v1/users/u-3", 200, `"role":{"id":"r-own","name":"Owner"}`},
		{"GET", "/core/v1/users/u-7", 404, `no user`},
		{"GET", "/core/v1/workspaces/w-1/roles", 200, `"r-ws"`},
		{"GET", "/core/v1/workspaces/w-1/users", 200, `"id":"u-9"`},
		{"GET", "/core/v1/workspaces/w-1/users/u-1", 200, `"role":{"id":"r-ws","name":"View Only"}`},
		{"GET", "/core/v1/workspaces/w-1", 200, `"monthlyTaskLimit":7`},
		{"GET", "/management/v1/workspaces/w-1", 200, `"contents":{"authentications":0,"onPremAgentGroups":0,"projects":2,"services":0}`},
		{"GET", "/core/v1/workspaces/w-2/users", 403, `The request is forbidden`},
		{"GET", "/core/v1/workspaces/w-2/users/u-1", 403, `The request is forbidden`},
		{"GET", "/management/v1/invites", 200, `"status":"expired"`},
		{"GET", "/management/v1/invites", 200, `"status":"pending"`},
		{"GET", "/management/v1/services", 200, `"clientId":"client","tokenUrl":"https://crm.example/token","scopes":[{"scope":"read","description":"Reads"}]`},
		{"GET", "/management/v1/services/s-1", 200, `"version":3`},
		{"GET", "/management/v1/services/AbC_crm/versions/3/environments", 200, `"id":"e-2"`},
		{"GET", "/core/v1/services/AbC_crm/versions/3/environments", 200, `"scopes":[{"scope":"write","description":"Writes"}]`},
		{"GET", "/core/v1/workspaces/w-1/on-prem-agent-groups", 200, `"id":"g-1"`},
		{"GET", "/core/v1/workspaces/w-1/on-prem-agent-groups/g-1/agents/ag-1", 200, `"registered":true,"connected":true,"enabled":false`},
		{"GET", "/management/v1/workspaces/w-1/authentications", 200, `"service":{"name":"slack","version":"1"}`},
		{"GET", "/core/v1/authentications/00000000-0000-4000-8000-00000000000a", 200, `"onPremAgentGroupId":"g-1"`},
		{"GET", "/management/v1/workspaces/w-1/api-users", 200, `"organizationRole":{"id":"r-adm","name":"Admin"},"workspaceRole":{"id":"r-ws","name":"View Only"}`},
		{"GET", "/core/v1/authentications/00000000-0000-4000-8000-00000000000a/full", 403, `no snapshot holds credentials`},
		{"GET", "/management/v1/workspaces/w-1/api-users/u-1/tokens", 403, `no snapshot holds API tokens`},
		{"GET", "/management/v1/workspaces/w-1/projects", 200, `"name":"Orders","description":"d","createdAt":"2026-09-01T00:00:00Z","workflowCount":3,"solutionId":"00000000-0000-4000-8000-00000000000c"`},
		{"GET", "/management/v1/projects/00000000-0000-4000-8000-00000000000b", 200, `"workspaceId":"w-1"`},
		{"GET", "/management/v1/workspaces/w-1/solutions", 403, `no snapshot holds solutions`},
		{"GET", "/core/v1/projects/00000000-0000-4000-8000-00000000000b/versions", 403, `no snapshot holds versions of projects`},
		{"GET", "/core/v1/connectors", 403, `no snapshot holds connectors`},
		{"GET", "/core/v1/subscriptions", 403, `no snapshot holds subscriptions`},
		{"GET", "/core/v1/services/slack/versions/1/environments", 403, `no snapshot holds services which the management plane does not list`},
		{"POST", "/core/v1/invites", 405, `read_only`},
		{"DELETE", "/core/v1/users/u-1", 405, `read_only`},
		{"POST", "/_sandbox/reset", 405, `read_only`},
	} {
		status, body := ask(t, s, token, c.method, c.path)
		if status != c.status || !strings.Contains(body, c.body) {
			t.Errorf("%s %s: %d %s, want %d and %s", c.method, c.path, status, body, c.status, c.body)
		}
	}
	if status, _ := ask(t, s, "somebody-else's-token-of-thirty-six-letters", "GET", "/core/v1/users"); status != 401 {
		t.Errorf("a foreign token reads: %d", status)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed (%v)", err)
	}
}

// Using a snapshot as a sandbox would change it.
func TestFrozen_isNoSandbox(t *testing.T) {
	path := frozenFile(t)
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := New(OpenOptions{Path: path}); err == nil || !strings.Contains(err.Error(), "read_only = true") {
		if err == nil {
			_ = s.Close()
		}
		t.Errorf("it opens as a sandbox: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("to refuse it has changed it (%v)", err)
	}
	mine := filepath.Join(t.TempDir(), "sandbox.db")
	s, err := New(OpenOptions{Path: mine})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{mine, text} {
		if _, _, err := Open(OpenOptions{Path: other, ReadOnly: true}); err == nil || !strings.Contains(err.Error(), "is no snapshot") {
			t.Errorf("%s opens as a snapshot: %v", other, err)
		}
	}
}

// A document that says something which nobody takes in, or leaves something out, would make
// a snapshot in which things are missing unseen.
func TestFreeze_takesAllOrNothing(t *testing.T) {
	for name, c := range map[string][2]string{
		"another field": {`"unseen": ["x"]`, `"unseen": ["x"], "gadgets": []`},
		"another noun":  {`"settings": [`, `"gadgets": [], "settings": [`},
		"a noun less":   {`"invites": [`, `"gadgets": [`},
		"no user field": {`"Name": "A"`, `"Nickname": "A"`},
	} {
		if _, err := Freeze([]byte(strings.Replace(elsewhereDocument, c[0], c[1], 1))); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

// verbatim are nouns of which a snapshot holds what was answered, beside the tables.
var verbatim = map[*noun]bool{&roleNoun: true, &organizationNoun: true, &operatorNoun: true}

// A noun that can be listed is in snapshots: until it says how (restore), this fails.
func TestFrozen_takesInEveryNounThatCanBeListed(t *testing.T) {
	for _, n := range nouns {
		for _, r := range n.routes {
			if r.Method == http.MethodGet && !strings.HasSuffix(r.Pattern, "}") && n.restore == nil && !verbatim[n] && r.unheld == "" {
				t.Errorf("GET %s lists what no snapshot takes in: give the noun a restore, or say that it is unheld", r.Pattern)
			}
		}
	}
}
