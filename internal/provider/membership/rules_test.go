package membership

import (
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func TestMember_organizationAdminsAreAdmins(t *testing.T) {
	for _, c := range []struct {
		organization, workspace string
		refused                 bool
	}{
		{"Owner", "Viewer", true}, {"Owner", "Admin", false}, {"Admin", "Contributor", true}, {"admin", "ADMIN", false},
		{"Contributor", "Viewer", false}, {"Viewer", "Admin", false}, {"View Only", "Contributor", false}, {"", "Viewer", false},
	} {
		why := mustBeAdmin("ana@example.com", c.organization, base.RoleValue(c.workspace))
		if (why != "") != c.refused {
			t.Errorf("%s of the organization, %s of the workspace: refused is %t (%q), want %t", c.organization, c.workspace, why != "", why, c.refused)
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

func TestMember_refusedIsWhatTrayUnderstoodAndDeclined(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&tray.Error{Status: 400}, true}, {&tray.Error{Status: 409}, true}, {&tray.Error{Status: 409, Ambiguous: true}, false},
		{&tray.Error{Status: 403}, false}, {&tray.Error{Status: 500}, false}, {&tray.Error{}, false}, {errors.New("x"), false}, {nil, false},
	} {
		if got := refused(c.err); got != c.want {
			t.Errorf("refused(%#v) is %t, want %t", c.err, got, c.want)
		}
	}
}
