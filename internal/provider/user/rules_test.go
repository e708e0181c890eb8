package user

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func TestLastInvite_prefersTheOpenOne(t *testing.T) {
	all := []tray.Invite{
		{ID: "1", Email: "ana@example.com", Status: tray.InviteExpired},
		{ID: "2", Email: "Ana@Example.com", Status: tray.InvitePending},
		{ID: "3", Email: "ben@example.com", Status: tray.InvitePending},
		{ID: "4", Email: "ana@example.com", Status: tray.InviteCancelled},
	}
	for name, c := range map[string]struct {
		invites   []tray.Invite
		id        string
		status    string
		cancelled bool
	}{
		"none":                    {nil, "", "", false},
		"somebody else's":         {all[2:3], "", "", false},
		"expired":                 {all[:1], "1", "expired", false},
		"open":                    {all[:2], "2", "invited", false},
		"open, older":             {all, "2", "invited", false},
		"cancelled":               {all[3:], "", "", true},
		"expired, then cancelled": {[]tray.Invite{all[0], all[3]}, "", "", true},
		"accepted":                {[]tray.Invite{all[0], {ID: "5", Email: "ana@example.com", Status: tray.InviteAccepted}}, "", "", false},
	} {
		i, status, cancelled := lastInvite(c.invites, "ANA@example.com")
		id := ""
		if i != nil {
			id = i.ID
		}
		if id != c.id || status != c.status || cancelled != c.cancelled {
			t.Errorf("%s: got %q %q %v, want %q %q %v", name, id, status, cancelled, c.id, c.status, c.cancelled)
		}
	}
}

func TestInviteStatus_goesByTheDate(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, i := range map[string]*tray.Invite{
		"":        nil,
		"invited": {Expires: now.Add(time.Second)},
		"expired": {Expires: now},
	} {
		if got := inviteStatus(i, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := inviteStatus(&tray.Invite{}, now); got != "invited" {
		t.Errorf("without a date: %q", got)
	}
}

func TestChangeOf_seesOnlyWhatTrayMustDo(t *testing.T) {
	state := func(status, role, onboarding string) model {
		return model{Email: base.EmailValue("ana@example.com"), OrganizationRole: base.RoleValue(role),
			Status: types.StringValue(status), Onboarding: types.StringValue(onboarding)}
	}
	for name, c := range map[string]struct {
		state, plan model
		want        changeKind
	}{
		"the same":                 {state("active", "Viewer", "invite"), state("", "Viewer", "invite"), changeNothing},
		"another spelling":         {state("active", "Viewer", "invite"), state("", "view-only", "invite"), changeNothing},
		"another role":             {state("active", "Viewer", "invite"), state("", "Admin", "invite"), changeRole},
		"another role, invited":    {state("invited", "Viewer", "invite"), state("", "Admin", "invite"), changeRole},
		"expired":                  {state("expired", "Viewer", "invite"), state("", "Viewer", "invite"), changeJoin},
		"created after all":        {state("invited", "Viewer", "invite"), state("", "Viewer", "create"), changeJoin},
		"onboarding of the active": {state("active", "Viewer", "invite"), state("", "Viewer", "create"), changeNothing},
	} {
		if got := changeOf(c.state, c.plan); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	unknownRole := state("", "", "invite")
	unknownRole.OrganizationRole = base.Role{StringValue: types.StringUnknown()}
	if got := changeOf(state("active", "Viewer", "invite"), unknownRole); got != changeRole {
		t.Errorf("an unknown role: got %v, want a change", got)
	}
}

func TestNameProblem_saysWhoChooses(t *testing.T) {
	for name, c := range map[string]struct {
		onboarding, wanted string
		want               string // part of the problem, "" for none
	}{
		"invited without": {"invite", "", ""},
		"invited with":    {"invite", "Ana", "chooses the name"},
		"created with":    {"create", "Ana", ""},
		"created without": {"create", "", "needs a name"},
	} {
		got := nameProblem(c.onboarding, c.wanted)
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q in it", name, got, c.want)
		}
	}
}

func TestOwner_isNeitherGivenNorTaken(t *testing.T) {
	r := &userResource{}
	gets := func(from, to string) func(*diagnostics) bool {
		return func(diags *diagnostics) bool { return r.mayRank("ana@example.com", from, base.RoleValue(to), diags) }
	}
	leaves := func(role, how string) func(*diagnostics) bool {
		return func(diags *diagnostics) bool {
			return r.mayLeave(base.EmailValue("ana@example.com"), role, how, path.Empty(), diags)
		}
	}
	for name, c := range map[string]struct {
		may     func(*diagnostics) bool
		refused bool
	}{
		"given":             {gets("Admin", "owner"), true},
		"given to the new":  {gets("", "Owner"), true},
		"taken":             {gets("Owner", "Admin"), true},
		"kept":              {gets("Owner", "OWNER"), false},
		"somebody else":     {gets("Admin", "Viewer"), false},
		"deleted":           {leaves("Owner", "delete"), true},
		"demoted":           {leaves("Owner", "demote"), true},
		"forgotten":         {leaves("Owner", "keep"), false},
		"another forgotten": {leaves("Admin", "delete"), false},
	} {
		var diags diagnostics
		if may := c.may(&diags); may == c.refused || diags.HasError() != c.refused {
			t.Errorf("%s: may is %t with %v", name, may, diags)
		}
	}
}

func TestModel_keepsWhatThePlanPromised(t *testing.T) {
	plan := model{Status: types.StringValue("invited"), ID: types.StringNull(), Name: types.StringNull(), AccountType: types.StringNull(),
		InviteID: types.StringUnknown(), InviteExpiresAt: types.StringUnknown()}
	got := plan.joined(&tray.User{ID: "u", Name: "Ana"}).asPlanned(plan)
	if got.Status.ValueString() != "invited" || !got.ID.IsNull() || !got.Name.IsNull() {
		t.Errorf("a promise was broken: %+v", got)
	}
	if got.InviteID.IsUnknown() || got.InviteExpiresAt.IsUnknown() {
		t.Errorf("something stayed unknown: %+v", got)
	}
}

func TestModel_anInvitationWithoutADateHasNone(t *testing.T) {
	m := model{}.waiting(&tray.Invite{ID: "i"}, "invited")
	if !m.InviteExpiresAt.IsNull() {
		t.Errorf("expires at %v", m.InviteExpiresAt)
	}
	if i := m.invite(); i == nil || !i.Expires.IsZero() {
		t.Errorf("the state remembers %+v", i)
	}
}
