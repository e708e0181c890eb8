package policy_test

import (
	"slices"
	"strings"
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

// Its last Admin leaves a workspace that goes with whoever is still in it.
func TestTRAY003_aDeletedWorkspaceNeedsNoAdmin(t *testing.T) {
	before, _ := sales()
	for deleted, broken := range map[string]bool{"sales": false, "ops": true} {
		changes := []policy.Change{{Action: policy.DeleteWorkspace, Workspace: deleted}, leaves("ana")}
		if got := policy.TRAY003LastAdmin.Judge(before, changes, limits); (len(got) > 0) != broken {
			t.Errorf("%s is deleted: %+v", deleted, got)
		}
	}
}

func TestTRAY003_callsAWorkspaceByItsNameOrElseItsID(t *testing.T) {
	for name, want := range map[string]string{"Sales": "The workspace Sales keeps", "": "The workspace sales keeps"} {
		before, _ := sales()
		w := before.Workspaces["sales"]
		w.Name = name
		before.Workspaces["sales"] = w
		got := policy.TRAY003LastAdmin.Judge(before, []policy.Change{leaves("ana")}, limits)
		if len(got) != 1 || !strings.Contains(got[0].Detail, want) {
			t.Errorf("want %q in %+v", want, got)
		}
	}
}

// A machine that rises helps no organization that lacks Admins.
func TestMayRise_arePeopleBelowAdmin(t *testing.T) {
	o := policy.Organization{Users: map[string]policy.User{
		"ana": {Role: policy.Owner}, "ben": {Role: policy.Admin}, "cleo": {Role: policy.Contributor}, "dan": {Role: policy.Viewer, AccountType: "Regular"},
		"token": {Role: policy.Viewer, AccountType: "API"}, "tray": {Role: policy.Viewer, AccountType: "System"}, "root": {Role: policy.Admin, AccountType: "API"},
	}}
	got := o.MayRise()
	slices.Sort(got)
	if want := []string{"cleo", "dan"}; !slices.Equal(got, want) {
		t.Errorf("%v may rise, want %v", got, want)
	}
}
