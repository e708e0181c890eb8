package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// ruleCase is one of contract/rules, which the provider's rules share: cases, not code.
// What is left out here only a plan can know.
type ruleCase struct {
	Code, Name string
	Before     struct {
		Users map[string]struct {
			Role        string
			AccountType string `json:"account_type"`
			Services    []string
		}
		Invited    map[string]bool
		Workspaces map[string]struct {
			Name, Type string
			Members    map[string]string
		}
		InvitesToday int `json:"invites_today"`
		Self         string
		Embedded     string
		Namespace    string
	}
	Changes  []ruleChange
	Server   string // "refuses", "allows" or "cannot see"
	Sentence string // with which a refusal begins
}

type ruleChange struct {
	Action, Who, Workspace, Role string
	Object                       struct{ Name string }
}

// The sandbox, asked to do what a case does, refuses and allows what the case says.
func TestRules_decideTheSharedCases(t *testing.T) {
	files, err := filepath.Glob("../contract/rules/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("the cases are %q: %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []ruleCase
		if err := json.Unmarshal(text, &cases); err != nil || len(cases) == 0 {
			t.Fatalf("%s has %d cases: %v", file, len(cases), err)
		}
		for _, c := range cases {
			t.Run(c.Code+"/"+c.Name, func(t *testing.T) { c.decide(t) })
		}
	}
}

func (c ruleCase) decide(t *testing.T) {
	t.Parallel()
	s := c.build(t)
	refused := false
	for _, change := range c.Changes {
		got := s.do(change)
		if got.status < http.StatusBadRequest {
			continue
		}
		refused = true
		if message := into[struct{ Message string }](t, got).Message; c.Sentence == "" || !strings.HasPrefix(message, c.Sentence) {
			t.Errorf("%s %s: HTTP %d %q does not begin with %q", change.Action, change.Who, got.status, message, c.Sentence)
		}
	}
	if refused != (c.Server == "refuses") {
		t.Errorf("the case says that the server %s; refused is %t", c.Server, refused)
	}
}

// situation is the organization of one case.
type situation struct {
	*world
	by         string            // the token that makes the changes
	people     map[string]string // ids by address
	workspaces map[string]string // ids by those of the case
}

const ownerOfSituation = "owner@example.com"

func (c ruleCase) build(t *testing.T) *situation {
	w := newWorld(t, func(o *OpenOptions) { o.Embedded = c.Before.Embedded == "yes" })
	s := &situation{world: w, by: w.sandbox.OwnerToken(), people: map[string]string{}, workspaces: map[string]string{}}
	s.people[ownerOfSituation] = into[struct{ Elements []struct{ ID string } }](t, w.must(200, "GET", "/core/v1/users?first=1", nil)).Elements[0].ID
	for email, u := range c.Before.Users {
		if email != ownerOfSituation {
			made := object{"email": email, "name": email, "role": u.Role}
			if u.AccountType != "" {
				made["account_type"] = u.AccountType
			}
			s.people[email] = w.must(201, "POST", "/_sandbox/ui/users", made).id(t)
		}
		for _, name := range u.Services {
			w.set(object{"services_block_deletion": true})
			w.must(201, "POST", "/_sandbox/ui/services", object{"owner": email, "name": name})
		}
	}
	for email := range c.Before.Invited {
		w.must(200, "POST", "/core/v1/invites", s.invitation(email, viewer))
	}
	for i := range c.Before.InvitesToday {
		w.must(200, "POST", "/core/v1/invites", s.invitation(fmt.Sprintf("filler%d@example.com", i), viewer))
	}
	for id, there := range c.Before.Workspaces {
		if there.Type == "" || there.Type == typeShared {
			s.workspaces[id] = s.fill(there.Name, there.Members)
			continue
		}
		s.workspaces[id] = into[struct{ Elements []struct{ ID string } }](t, w.must(200, "GET", "/core/v1/workspaces?type="+there.Type, nil)).Elements[0].ID
	}
	if c.Before.Namespace != "" {
		w.must(200, "PUT", "/_sandbox/ui/organization/connector-namespace", object{"namespace": c.Before.Namespace})
	}
	if c.Before.Self != "" {
		s.by = w.token(c.Before.Self)
	}
	return s
}

// fill makes a workspace with exactly these members: who makes one is its Admin otherwise.
func (s *situation) fill(name string, members map[string]string) string {
	id := s.must(201, "POST", "/_sandbox/ui/workspaces", object{"name": name}).id(s)
	for email, role := range members {
		s.must(200, "PUT", "/_sandbox/ui/workspaces/"+id+"/members/"+url.PathEscape(email), object{"role": role, "force": true})
	}
	if _, stays := members[ownerOfSituation]; !stays {
		s.must(204, "DELETE", "/_sandbox/ui/workspaces/"+id+"/members/"+ownerOfSituation+"?force=true", nil)
	}
	return id
}

// do makes the request that a client would send for a change.
func (s *situation) do(c ruleChange) reply {
	s.Helper()
	user, members := "/core/v1/users/"+s.person(c.Who), "/core/v1/workspaces/"+s.workspaces[c.Workspace]+"/users"
	inWorkspace := workspaceRole[roleNames(c.Role)].ID
	switch c.Action {
	case "add member":
		return s.as(s.by, "POST", members, object{"userId": s.person(c.Who), "roleId": inWorkspace})
	case "set member":
		return s.as(s.by, "PUT", members+"/"+s.person(c.Who), object{"roleId": inWorkspace})
	case "remove member":
		if s.workspaces[c.Workspace] == "" {
			return reply{status: http.StatusOK} // nothing is there to leave
		}
		return s.as(s.by, "DELETE", members+"/"+s.person(c.Who), nil)
	case "invite":
		return s.as(s.by, "POST", "/core/v1/invites", s.invitation(c.Who, c.Role))
	case "create user":
		body := s.invitation(c.Who, c.Role)
		body["name"] = c.Who
		got := s.as(s.by, "POST", "/core/v1/users", body)
		if got.status < http.StatusBadRequest {
			s.people[c.Who] = got.id(s)
		}
		return got
	case "set organization role":
		return s.as(s.by, "PUT", user+"/roles", object{"roleId": organizationRole[roleNames(c.Role)].ID})
	case "delete user":
		return s.as(s.by, "DELETE", user, nil)
	case "create API user":
		return s.as(s.by, "POST", "/management/v1/workspaces/"+s.workspaces[c.Workspace]+"/api-users", object{"name": c.Who, "workspaceRoleId": inWorkspace})
	case "use Embedded":
		return s.as(s.by, "POST", "/graphql", object{
			"query":     "mutation($in: CreateExternalUserInput!) { createExternalUser(input: $in) { userId } }",
			"variables": object{"in": object{"name": c.Who, "externalUserId": c.Who}},
		})
	case "create object":
		return s.as(s.by, "POST", "/management/v1/workspaces", object{"name": c.Object.Name})
	case "deploy connector":
		name, version, _ := strings.Cut(c.Object.Name, "/")
		return s.as(s.by, "POST", cdk+name+"/versions/"+version+"/deploy-connector-from-source", sourceOf(s, name, version))
	case "manage", "adopt member", "name owner": // these change nothing
		return reply{status: http.StatusOK}
	}
	s.Fatalf("no request for %q", c.Action)
	return reply{}
}

func (s *situation) invitation(email, role string) object {
	return object{"email": email, "organizationRoleId": organizationRole[roleNames(role)].ID}
}

// person is the id of somebody, or one that nobody has.
func (s *situation) person(email string) string {
	if id := s.people[email]; id != "" {
		return id
	}
	return "00000000-0000-4000-8000-000000000000"
}

// named is a role as Tray's list has it.
func roleNames(role string) string {
	for _, known := range []string{owner, admin, contributor, viewer} {
		if strings.EqualFold(role, known) {
			return known
		}
	}
	return role
}

func TestRules_limitSharedWorkspacesByPlan(t *testing.T) {
	for plan, most := range map[string]int{"pro": 3, "team": 20} {
		if err := rulePlanLimit(plan, most-1); err != nil {
			t.Errorf("%s refuses workspace %d: %v", plan, most, err)
		}
		var p *engine.Problem
		if err := rulePlanLimit(plan, most); !errors.As(err, &p) || p.Status != 403 {
			t.Errorf("%s: workspace %d got %v, want a 403", plan, most+1, err)
		}
	}
	if err := rulePlanLimit("enterprise", 10_000); err != nil {
		t.Error(err)
	}
}
