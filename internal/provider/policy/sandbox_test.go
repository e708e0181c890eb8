package policy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// nobody is an id of no user, which is how a stranger is added to a workspace.
const nobody = "00000000-0000-4000-8000-000000000000"

// stage is the organization of one case, built in a sandbox of its own.
type stage struct {
	*acctest.Env
	t          *testing.T
	token      string
	workspaces map[string]string // the case's id → the sandbox's
	roles      map[string]map[string]string
}

// The sandbox, asked to do what a case does, refuses and allows what the case says. What
// only a plan can know, such as how many others leave with somebody, it cannot see.
func TestRule_casesPutToTheSandbox(t *testing.T) {
	for _, c := range ruleCases(t) {
		t.Run(c.Code+"/"+c.Name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, c.Before)
			var refusals []string
			for _, a := range c.Changes {
				if status, body := s.do(a); status >= http.StatusBadRequest {
					refusals = append(refusals, fmt.Sprintf("%s %s: HTTP %d %s", a.Action, a.Who, status, body))
				}
			}
			if (c.Server == "refuses") != (len(refusals) > 0) {
				t.Errorf("the case says that the server %s; refused: %q", c.Server, refusals)
			}
		})
	}
}

func newStage(t *testing.T, before policy.Organization) *stage {
	s := &stage{Env: acctest.Start(t), t: t, workspaces: map[string]string{}, roles: map[string]map[string]string{}}
	s.token = s.Owner
	for email, u := range before.Users {
		s.settle(email, u)
	}
	for email := range before.Invited {
		s.Control("POST", "/core/v1/invites", s.invitation(email, policy.Viewer))
	}
	for i := range before.InvitesToday {
		s.Control("POST", "/core/v1/invites", s.invitation(fmt.Sprintf("filler%d@example.com", i), policy.Viewer))
	}
	for id, w := range before.Workspaces {
		s.furnish(id, w)
	}
	if before.Self != "" {
		s.token = s.NewToken(map[string]any{"user": before.Self})
	}
	return s
}

func (s *stage) settle(email string, u policy.User) {
	if email != acctest.OwnerEmail {
		made := map[string]any{"email": email, "name": email, "role": u.Role}
		if u.AccountType != "" {
			made["account_type"] = u.AccountType
		}
		s.Control("POST", "ui/users", made)
	}
	if len(u.Services) > 0 {
		s.SetOptions(map[string]any{"services_block_deletion": true})
	}
	for _, name := range u.Services {
		s.Control("POST", "ui/services", map[string]any{"owner": email, "name": name})
	}
}

// furnish makes a workspace with exactly these members: who makes one is its Admin
// otherwise.
func (s *stage) furnish(id string, w policy.Workspace) {
	var made struct{ ID string }
	s.Control("POST", "ui/workspaces", map[string]any{"name": w.Name}, &made)
	s.workspaces[id] = made.ID
	for email, role := range w.Members {
		s.Control("PUT", "ui/workspaces/"+made.ID+"/members/"+url.PathEscape(email), map[string]any{"role": role, "force": true})
	}
	if _, stays := w.Members[acctest.OwnerEmail]; !stays {
		s.Control("DELETE", "ui/workspaces/"+made.ID+"/members/"+acctest.OwnerEmail+"?force=true", nil)
	}
}

// do is the request that a client would send for a change.
func (s *stage) do(a policy.Change) (int, string) {
	user, members := "/core/v1/users/"+s.userID(a.Who), "/core/v1/workspaces/"+s.workspaces[a.Workspace]+"/users"
	switch a.Action {
	case policy.AddMember:
		return s.send("POST", members, map[string]any{"userId": s.userID(a.Who), "roleId": s.role("workspaces/"+s.workspaces[a.Workspace]+"/roles", a.Role)})
	case policy.SetMember:
		return s.send("PUT", members+"/"+s.userID(a.Who), map[string]any{"roleId": s.role("workspaces/"+s.workspaces[a.Workspace]+"/roles", a.Role)})
	case policy.RemoveMember:
		return s.send("DELETE", members+"/"+s.userID(a.Who), nil)
	case policy.Invite:
		return s.send("POST", "/core/v1/invites", s.invitation(a.Who, a.Role))
	case policy.CreateUser:
		body := s.invitation(a.Who, a.Role)
		body["name"] = a.Who
		return s.send("POST", "/core/v1/users", body)
	case policy.SetOrgRole:
		return s.send("PUT", user+"/roles", map[string]any{"roleId": s.role("roles", a.Role)})
	case policy.DeleteUser:
		return s.send("DELETE", user, nil)
	case policy.CreateWorkspace:
		return s.send("POST", "/management/v1/workspaces", map[string]any{"name": a.Name})
	case policy.Manage: // changes nothing
		return http.StatusOK, ""
	}
	s.t.Fatalf("no request for %q", a.Action)
	return 0, ""
}

func (s *stage) invitation(email, role string) map[string]any {
	return map[string]any{"email": email, "organizationRoleId": s.role("roles", role)}
}

func (s *stage) userID(email string) string {
	for _, u := range s.State().Users {
		if u.Email == email {
			return u.ID
		}
	}
	return nobody
}

// role finds a role's id in one of the two lists.
func (s *stage) role(list, name string) string {
	if s.roles[list] == nil {
		var page struct{ Elements []struct{ ID, Name string } }
		s.Control("GET", "/core/v1/"+list, nil, &page)
		s.roles[list] = map[string]string{}
		for _, r := range page.Elements {
			s.roles[list][r.Name] = r.ID
		}
	}
	if name == "owner" {
		name = policy.Owner
	}
	return s.roles[list][name]
}

func (s *stage) send(method, path string, body any) (int, string) {
	sent := &bytes.Buffer{}
	if body != nil {
		if err := json.NewEncoder(sent).Encode(body); err != nil {
			s.t.Fatal(err)
		}
	}
	req, err := http.NewRequest(method, s.URL+path, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(got)
}
