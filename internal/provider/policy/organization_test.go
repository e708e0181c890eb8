package policy_test

import (
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// A person passes from one resource to another, in whichever order the two are planned.
func TestAfter_whatGivesIsStrongerThanWhatTakes(t *testing.T) {
	before := policy.Organization{Workspaces: map[string]policy.Workspace{"w": {Members: map[string]string{"ana": policy.Viewer}}}}
	gives := policy.Change{Action: policy.SetMember, Workspace: "w", Who: "ana", Role: policy.Admin}
	takes := policy.Change{Action: policy.RemoveMember, Workspace: "w", Who: "ana"}
	for _, changes := range [][]policy.Change{{gives, takes}, {takes, gives}} {
		if got := before.After(changes).Workspaces["w"].Members["ana"]; got != policy.Admin {
			t.Errorf("after %v ana is %q", changes, got)
		}
	}
}

// Tray raises an Admin of the organization in every workspace, so that the last Admin of one
// may leave.
func TestAfter_anAdminOfTheOrganizationIsAdminInTheWorkspaces(t *testing.T) {
	before := policy.Organization{
		Users:      map[string]policy.User{"ana": {Role: policy.Viewer}},
		Workspaces: map[string]policy.Workspace{"w": {Members: map[string]string{"ana": policy.Viewer, "ben": policy.Admin}}, "other": {Members: map[string]string{}}},
	}
	rises := policy.Change{Action: policy.SetOrgRole, Who: "ana", Role: policy.Admin}
	after := before.After([]policy.Change{rises})
	if _, joined := after.Workspaces["other"].Members["ana"]; after.Workspaces["w"].Members["ana"] != policy.Admin || joined {
		t.Errorf("after: %+v", after.Workspaces)
	}
	leaves := policy.Change{Action: policy.RemoveMember, Workspace: "w", Who: "ben"}
	if got := policy.TRAY003LastAdmin.Judge(before, []policy.Change{rises, leaves}, policy.Limits{}); len(got) > 0 {
		t.Errorf("the Admin leaves beside another: %+v", got)
	}
}

func TestTRAY005_aLossCountsOnce(t *testing.T) {
	before := policy.Organization{Workspaces: map[string]policy.Workspace{"sales": {Members: map[string]string{"ana": policy.Viewer, "ben": policy.Viewer}}}}
	one := policy.Limits{MaxRemovals: 1, MaxRemovalPercent: 100}
	for who, broken := range map[string]bool{"ana": false, "ben": true} {
		changes := []policy.Change{leaves("ana"), leaves(who)}
		if got := policy.TRAY005Removals.Judge(before, changes, one); (len(got) > 0) != broken {
			t.Errorf("ana leaves, and %s: %+v", who, got)
		}
	}
}
