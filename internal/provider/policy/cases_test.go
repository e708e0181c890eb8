package policy_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// ruleCase is one case of testdata/rules, which the pure functions and the sandbox share.
type ruleCase struct {
	Code    string
	Name    string
	Before  policy.Organization
	Changes []policy.Change
	Limits  policy.Limits
	// Refused says whether the rule of that code objects.
	Refused bool
	// Server is what the service says to the changes themselves: "refuses", "allows", or
	// "cannot see" for what only a plan can know.
	Server string
	// Who are the people that the violation names, when the case says.
	Who         []string
	Provisional bool
}

func ruleCases(t *testing.T) []ruleCase {
	t.Helper()
	files, err := filepath.Glob("testdata/rules/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var all []ruleCase
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var raw []json.RawMessage
		if err := json.Unmarshal(text, &raw); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, one := range raw {
			all = append(all, decodeCase(t, name, one))
		}
	}
	return all
}

func decodeCase(t *testing.T, name string, raw json.RawMessage) ruleCase {
	t.Helper()
	c := ruleCase{Limits: policy.Limits{MaxRemovals: -1, MaxRemovalPercent: 25, MinOrgAdmins: 1}}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		t.Fatalf("%s: %v in %s", name, err, raw)
	}
	if !slices.Contains([]string{"refuses", "allows", "cannot see"}, c.Server) || c.Refused == (c.Server == "allows") {
		t.Fatalf("%s: case %q contradicts itself", name, c.Name)
	}
	return c
}

func TestRule_casesJudgedByTheFunctions(t *testing.T) {
	for _, c := range ruleCases(t) {
		t.Run(c.Code+"/"+c.Name, func(t *testing.T) {
			snapshot, _ := json.Marshal(c.Before)
			var broken []policy.Violation
			for _, v := range policy.CheckAll(c.Before, c.Changes, c.Limits) {
				if v.Code == c.Code {
					broken = append(broken, v)
				}
			}
			if c.Refused != (len(broken) > 0) {
				t.Fatalf("refused = %v, want %v: %+v", len(broken) > 0, c.Refused, broken)
			}
			for _, v := range broken {
				requireSpeaking(t, v, c)
			}
			if after, _ := json.Marshal(c.Before); !bytes.Equal(snapshot, after) {
				t.Errorf("judging changed the organization from %s to %s", snapshot, after)
			}
		})
	}
}

// requireSpeaking checks that a violation names who is concerned, what to do, and changes
// that exist.
func requireSpeaking(t *testing.T, v policy.Violation, c ruleCase) {
	t.Helper()
	if v.Provisional != c.Provisional {
		t.Errorf("provisional = %v, want %v", v.Provisional, c.Provisional)
	}
	if c.Who != nil && !slices.Equal(v.Who, c.Who) {
		t.Errorf("who = %v, want %v", v.Who, c.Who)
	}
	for _, who := range c.Who {
		if !strings.Contains(v.Detail, who) {
			t.Errorf("the detail does not name %s: %s", who, v.Detail)
		}
	}
	if len(v.Changes) == 0 || v.Summary == "" {
		t.Errorf("nothing is to blame: %+v", v)
	}
	for _, i := range v.Changes {
		if i < 0 || i >= len(c.Changes) {
			t.Errorf("change %d of %d", i, len(c.Changes))
		}
	}
}

// Terraform plans in no particular order, so a verdict must not depend on it.
func TestRule_verdictsDoNotDependOnTheOrder(t *testing.T) {
	for _, c := range ruleCases(t) {
		turned := slices.Clone(c.Changes)
		slices.Reverse(turned)
		for _, r := range policy.All {
			one, other := r(c.Before, c.Changes, c.Limits), r(c.Before, turned, c.Limits)
			if len(one) != len(other) {
				t.Errorf("%s/%s: %d violations one way, %d the other", c.Code, c.Name, len(one), len(other))
			}
		}
	}
}

func TestRule_everyCodeHasCasesBothWays(t *testing.T) {
	seen := map[string]int{}
	for _, c := range ruleCases(t) {
		if c.Refused {
			seen[c.Code] |= 1
		} else {
			seen[c.Code] |= 2
		}
	}
	for _, code := range []string{"TRAY001", "TRAY002", "TRAY003", "TRAY004", "TRAY005", "TRAY006", "TRAY007", "TRAY008", "TRAY009", "TRAY012"} {
		if seen[code] != 3 {
			t.Errorf("%s has no cases for both verdicts", code)
		}
	}
}
