package sandbox

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// ruleCase holds the fields of every rule's cases. The files are shared with the
// provider's rules: cases, not code.
type ruleCase struct {
	Name             string
	Allowed          bool
	From, To         string
	OrganizationRole string `json:"organization_role"`
	Role             string
	Admins, Others   int // admins count the one concerned; others are the rest of the members
	Was, Becomes     string
	Services         []string
	Blocks           bool
	Sent             int
}

func TestRules_decideTheSharedCases(t *testing.T) {
	for file, rule := range map[string]func(ruleCase) error{
		"one_owner":               func(c ruleCase) error { return ruleOneOwner(c.From, c.To) },
		"admins_are_admin":        func(c ruleCase) error { return ruleAdminsAreAdmin(c.OrganizationRole, c.Role) },
		"services_block_deletion": func(c ruleCase) error { return ruleDeletable(viewer, c.Services, c.Blocks) },
		"invite_limit":            func(c ruleCase) error { return ruleInviteLimit(c.Sent) },
		"last_admin": func(c ruleCase) error {
			if c.Was != admin || c.Becomes == admin {
				return nil // the handlers do not ask
			}
			return ruleLastAdmin(c.Admins-1, c.Others, c.Becomes == "")
		},
	} {
		text, err := os.ReadFile("../contract/rules/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var cases struct {
			Sentence string
			Cases    []ruleCase
		}
		if err := json.Unmarshal(text, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(cases.Cases) == 0 {
			t.Errorf("%s has no cases", file)
		}
		for _, c := range cases.Cases {
			t.Run(file+"/"+c.Name, func(t *testing.T) {
				err := rule(c)
				if (err == nil) != c.Allowed {
					t.Fatalf("got %v, allowed should be %v", err, c.Allowed)
				}
				var p *engine.Problem
				if err != nil && (!errors.As(err, &p) || !strings.HasPrefix(p.Message, cases.Sentence)) {
					t.Errorf("%q does not begin with %q", err, cases.Sentence)
				}
			})
		}
	}
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
