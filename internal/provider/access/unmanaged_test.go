package access

import (
	"slices"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func names(s Shadow) (all []string) {
	for _, u := range s.Users {
		all = append(all, "user "+u.ID)
	}
	for _, i := range s.Invitations {
		all = append(all, "invitation "+i.Email)
	}
	for _, w := range s.Workspaces {
		all = append(all, "workspace "+w.ID)
	}
	for _, m := range s.Memberships {
		all = append(all, "membership "+m.Workspace.ID+" "+m.Member.UserID)
	}
	return all
}

func TestUnmanaged_showsWhatNobodyNamed(t *testing.T) {
	t.Parallel()
	robot := user("robot", "Viewer")
	robot.AccountType = tray.AccountAPI
	robotMember := member(shared, "robot", "Viewer")
	robotMember.AccountType = tray.AccountAPI
	second := tray.Workspace{ID: "w9", Name: "sales-prod", Type: tray.WorkspaceShared}
	other := tray.Workspace{ID: "w5", Name: "hr", Type: tray.WorkspaceShared}
	inv := Inventory{
		Users:      []tray.User{user("zoe", "Viewer"), user("ana", "Viewer"), user("boss", "Owner"), robot},
		Workspaces: []tray.Workspace{shared, other, everyone, personal1},
		Members: map[string][]tray.Member{
			"w1": {member(shared, "ana", "Admin"), member(shared, "zoe", "Viewer"), member(shared, "boss", "Admin"), robotMember},
			"w5": {member(other, "ana", "Viewer")},
		},
	}
	twice := inv
	twice.Workspaces = append(slices.Clone(inv.Workspaces), second)
	invites := []tray.Invite{{Email: "new@example.com", Status: tray.InvitePending}, {Email: "old@example.com", Status: tray.InviteExpired}}
	robots := []tray.AccountType{tray.AccountAPI, tray.AccountSystem}

	cases := map[string]struct {
		inv     Inventory
		invites []tray.Invite
		named   Named
		want    []string
	}{
		"nothing is compared without a list": {inv, invites, Named{}, nil},
		"people": {inv, invites, Named{Users: []string{"ANA@example.com", "boss@example.com"}, IgnoreAccountTypes: robots},
			[]string{"user zoe", "invitation new@example.com"}},
		"an empty list names nobody": {inv, nil, Named{Users: []string{}}, []string{"user ana", "user boss", "user robot", "user zoe"}},
		"workspaces by name and id":  {inv, nil, Named{Workspaces: []string{"sales-prod"}}, []string{"workspace w5"}},
		"a name that two have":       {twice, nil, Named{Workspaces: []string{"sales-prod", "w5"}}, []string{"workspace w1", "workspace w9"}},
		"memberships": {inv, nil, Named{Memberships: map[string][]string{"sales-prod": {"Ana@example.com"}}, IgnoreAccountTypes: robots, IgnoreOrgAdmins: true},
			[]string{"membership w5 ana", "membership w1 zoe"}},
		"memberships of everybody": {inv, nil, Named{Memberships: map[string][]string{"w1": {"ana@example.com"}, "sales-prod": {"zoe@example.com"}, "hr": {"ana@example.com"}}},
			[]string{"membership w1 boss", "membership w1 robot"}},
	}
	for name, c := range cases {
		if got := names(Unmanaged(c.inv, c.invites, c.named)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
