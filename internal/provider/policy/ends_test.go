package policy_test

import (
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// Access that ends by a date which was applied before is no removal for the guardrails; the
// last Admin is the last one all the same.
func TestRule_endsAreNoRemovalsForTheGuardrails(t *testing.T) {
	members := map[string]string{"owner@example.com": "Admin", "a@example.com": "Viewer", "b@example.com": "Viewer", "c@example.com": "Viewer", "d@example.com": "Viewer"}
	before := policy.Organization{Workspaces: map[string]policy.Workspace{"sales": {Name: "sales", Members: members}}}
	limits := policy.Limits{MaxRemovals: 0, MaxRemovalPercent: 25}
	for _, ends := range []bool{true, false} {
		var changes []policy.Change
		for _, who := range []string{"a@example.com", "b@example.com", "c@example.com", "d@example.com"} {
			changes = append(changes, policy.Change{Action: policy.RemoveMember, Who: who, Workspace: "sales", Ends: ends})
		}
		if broken := policy.TRAY005Removals.Judge(before, changes, limits); (len(broken) > 0) == ends {
			t.Errorf("ends = %t, and TRAY005 says %v", ends, broken)
		}
		last := []policy.Change{{Action: policy.RemoveMember, Who: "owner@example.com", Workspace: "sales", Ends: ends}}
		if len(policy.TRAY003LastAdmin.Judge(before, last, limits)) != 1 {
			t.Errorf("ends = %t, and TRAY003 does not mind", ends)
		}
	}
}
