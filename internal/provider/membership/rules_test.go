package membership

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func TestMember_organizationAdminsAreAdmins(t *testing.T) {
	for _, c := range []struct {
		organization, planned, workspace string
		refused                          bool
	}{
		{"Owner", "", "Viewer", true}, {"Owner", "", "Admin", false}, {"Admin", "", "Contributor", true}, {"admin", "", "ADMIN", false},
		{"Contributor", "", "Viewer", false}, {"Viewer", "", "Admin", false}, {"View Only", "", "Contributor", false}, {"", "", "Viewer", false},
		{"Admin", "Contributor", "Viewer", false}, {"Viewer", "Admin", "Contributor", true}, // what the plan makes of the person counts
	} {
		p := &base.Provider{Ledger: &base.Ledger{}}
		if c.planned != "" {
			p.Ledger.Session.Plan(policy.Change{Action: policy.SetOrgRole, Who: "ana@example.com", Role: c.planned})
		}
		var diags diag.Diagnostics
		who := &tray.User{ID: "1", Email: "Ana@example.com", Role: tray.Role{Name: c.organization}}
		r := memberResource{base.Resource{Provider: p}}
		if ok := r.planRank(model{Email: base.EmailValue("ana@example.com"), Role: base.RoleValue(c.workspace)}, who, &diags); ok == c.refused || diags.HasError() != c.refused {
			t.Errorf("%v: refused is %t with %v", c, !ok, diags)
		}
	}
}

// Without a reference the membership may be planned before the tray_user that demotes the
// person: what is not known yet is no error, and once that is planned it is.
func TestMember_organizationAdminsMayBeDemotedInTheSamePlan(t *testing.T) {
	who := &tray.User{ID: "1", Email: "ana@example.com", Role: tray.Role{Name: policy.Admin}}
	for stance, refused := range map[policy.Stance]bool{policy.InState: false, policy.Keeps: true} {
		p := &base.Provider{Ledger: &base.Ledger{}}
		p.Ledger.Session.Stand(policy.Claim{Mark: "m", Stance: stance, Object: policy.Object{Type: "tray_user", ID: "1", Name: "ana@example.com"}})
		var diags diag.Diagnostics
		r := memberResource{base.Resource{Provider: p}}
		if ok := r.planRank(model{Email: base.EmailValue("ana@example.com"), Role: base.RoleValue("Viewer")}, who, &diags); ok == refused || len(diags) != 1 {
			t.Errorf("stance %v: refused is %t with %v", stance, !ok, diags)
		}
	}
}

func TestMember_onlySharedAndEmbeddedWorkspacesTakeMembers(t *testing.T) {
	for kind, takes := range map[tray.WorkspaceType]bool{
		tray.WorkspaceShared: true, tray.WorkspaceEmbedded: true, "": true, "Brand new": true,
		tray.WorkspaceOrganization: false, tray.WorkspacePersonal: false, tray.WorkspacePersonalExternal: false,
	} {
		if why := takesMembers(&tray.Workspace{Name: "x", Type: kind}); (why == "") != takes {
			t.Errorf("a workspace of type %q: %q, want it to take members: %t", kind, why, takes)
		}
	}
}

func TestMember_bothNamesMustBeOnePerson(t *testing.T) {
	ana := &tray.User{ID: "1", Email: "Ana@example.com"}
	for name, c := range map[string]struct {
		email base.Email
		who   *tray.User
		want  bool
	}{
		"the same":            {base.EmailValue("ana@example.com"), ana, true},
		"another":             {base.EmailValue("bob@example.com"), ana, false},
		"not given":           {base.EmailNull(), ana, true},
		"not known yet":       {base.Email{StringValue: types.StringUnknown()}, ana, true},
		"address not visible": {base.EmailValue("bob@example.com"), &tray.User{ID: "1"}, true},
	} {
		var diags diag.Diagnostics
		if got := samePerson(model{Email: c.email}, c.who, &diags); got != c.want || diags.HasError() == c.want {
			t.Errorf("%s: %t with %v, want %t", name, got, diags, c.want)
		}
	}
}

func TestMember_identityIsTheNameGiven(t *testing.T) {
	ws, id, email := types.StringValue("w"), types.StringValue("1"), base.EmailValue("Ana@Example.com")
	byEmail := identity{WorkspaceID: ws, Email: types.StringValue("ana@example.com"), UserID: types.StringNull()}
	byID := identity{WorkspaceID: ws, Email: types.StringNull(), UserID: id}
	for name, c := range map[string]struct {
		m       model
		byEmail bool
		want    identity
	}{
		"by e-mail":                      {model{WorkspaceID: ws, UserID: id, Email: email}, true, byEmail},
		"by user id":                     {model{WorkspaceID: ws, UserID: id, Email: email}, false, byID},
		"by e-mail that nobody can read": {model{WorkspaceID: ws, UserID: id, Email: base.EmailNull()}, true, byID},
		"pending":                        {model{WorkspaceID: ws, UserID: types.StringNull(), Email: email}, false, byEmail},
	} {
		if got := c.m.identify(c.byEmail); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
