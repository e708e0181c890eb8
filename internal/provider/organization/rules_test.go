package organization

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var acme = known(&tray.Organization{ID: "1", Name: "Acme", Plan: "team", OwnerID: "2", OwnerEmail: "boss@example.com"}, true)

func TestOrganization_whatIsUnknownOnEitherSideContradictsNothing(t *testing.T) {
	t.Parallel()
	unknown := model{OwnerEmail: base.Email{StringValue: types.StringUnknown()}, Plan: types.StringUnknown(), Embedded: types.BoolUnknown(), SSO: types.BoolUnknown()}
	claims := model{OwnerEmail: base.EmailValue("other@example.com"), Plan: types.StringValue("pro"), Embedded: types.BoolValue(true), SSO: types.BoolValue(true)}
	live := known(&tray.Organization{ID: "1", Name: "Acme"}, false)
	for name, c := range map[string]struct {
		plan, there model
		errors      int
	}{
		"unknown here": {unknown, acme, 0}, "null here": {model{}, acme, 0}, "not told": {claims, live, 0}, "the same": {acme, acme, 0}, "all different": {claims, acme, 4},
		"another spelling of the owner": {model{OwnerEmail: base.EmailValue("Boss@Example.com")}, acme, 0},
	} {
		var diags diag.Diagnostics
		contradictions(&diags, c.plan, c.there)
		if diags.ErrorsCount() != c.errors {
			t.Errorf("%s: %d errors, want %d: %v", name, diags.ErrorsCount(), c.errors, diags)
		}
	}
}

func TestOrganization_takesOverWhatIsToldAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	wrote := model{Plan: types.StringValue("pro"), SSO: types.BoolUnknown()}
	live := wrote
	live.take(known(&tray.Organization{ID: "1", Name: "Acme"}, false))
	if live.Plan.ValueString() != "pro" || !live.SSO.IsNull() || live.Name.ValueString() != "Acme" {
		t.Errorf("on a live Tray: %+v", live)
	}
	wrote.take(acme)
	if wrote.Plan.ValueString() != "team" || wrote.SSO.IsNull() || wrote.OwnerEmail.ValueString() != "boss@example.com" {
		t.Errorf("with the management plane: %+v", wrote)
	}
}

// A token that does not see the Embedded workspace proves nothing about it.
func TestOrganization_embeddedWorkspaceStaysWhereTheTokenDoesNotSeeIt(t *testing.T) {
	hidden := tray.Organization{ID: "1", Name: "Acme"}
	seen, isEmbedded := hidden, hidden
	seen.EmbeddedWorkspaceID, isEmbedded.Embedded = "w-2", true
	for name, c := range map[string]struct {
		before types.String
		there  model
		want   types.String
	}{
		"hidden on a live Tray":         {types.StringValue("w-1"), known(&hidden, false), types.StringValue("w-1")},
		"hidden, and there is Embedded": {types.StringValue("w-1"), known(&isEmbedded, true), types.StringValue("w-1")},
		"there is no Embedded":          {types.StringValue("w-1"), known(&hidden, true), types.StringNull()},
		"seen":                          {types.StringValue("w-1"), known(&seen, false), types.StringValue("w-2")},
		"never seen":                    {types.StringUnknown(), known(&hidden, false), types.StringNull()},
	} {
		read, plan := model{EmbeddedWorkspaceID: c.before}, model{EmbeddedWorkspaceID: c.before}
		read.take(c.there)
		plan.complete(model{}, c.there)
		if !read.EmbeddedWorkspaceID.Equal(c.want) || !plan.EmbeddedWorkspaceID.Equal(c.want) {
			t.Errorf("%s: read as %s and planned as %s, want %s", name, read.EmbeddedWorkspaceID, plan.EmbeddedWorkspaceID, c.want)
		}
	}
	now := model{EmbeddedWorkspaceID: types.StringValue("w-2")}
	now.keep(model{EmbeddedWorkspaceID: types.StringNull()})
	if !now.EmbeddedWorkspaceID.IsNull() {
		t.Errorf("planned as null, it becomes %s", now.EmbeddedWorkspaceID)
	}
}

func TestOrganization_onlyTheOwnerAndAdminsAreEntitled(t *testing.T) {
	for role, want := range map[string]bool{"Owner": true, "admin": true, "Contributor": false, "Viewer": false, "": true} {
		var diags diag.Diagnostics
		if got := entitled(&diags, role, "rename the organization"); got != want || diags.HasError() == want {
			t.Errorf("%q: %v, %v", role, got, diags)
		}
	}
}

func TestOrganizationSettings_onlyWhatDiffersIsSent(t *testing.T) {
	there := settings{AlertingWorkflowID: types.StringValue("w-1"), AllowWorkspaceAdminTokens: types.BoolValue(true),
		EmbeddedID: types.StringValue("acme"), ConfigWizardCSS: types.StringValue("")}
	if change := there.spec(there); !change.Empty() {
		t.Errorf("nothing differs, yet %+v is sent", change)
	}
	open := settings{AlertingWorkflowID: types.StringUnknown(), AllowWorkspaceAdminTokens: types.BoolNull(), EmbeddedID: types.StringNull()}
	if change := open.spec(there); !change.Empty() {
		t.Errorf("what is left open sends %+v", change)
	}
	want := settings{AlertingWorkflowID: types.StringValue(""), AllowWorkspaceAdminTokens: types.BoolValue(false), EmbeddedID: there.EmbeddedID, ConfigWizardCSS: there.ConfigWizardCSS}
	change := want.spec(there)
	if change.AlertingWorkflowID == nil || *change.AlertingWorkflowID != "" || change.AllowWorkspaceAdminTokens == nil || *change.AllowWorkspaceAdminTokens ||
		change.EmbeddedID != nil || change.ConfigWizardCSS != nil {
		t.Errorf("sends %+v", change)
	}
}

func TestOrganizationSettings_cssIsNotPrintedInTheWarning(t *testing.T) {
	there := settings{ConfigWizardCSS: types.StringValue(strings.Repeat("a {} ", 1000)), AllowWorkspaceAdminTokens: types.BoolValue(true)}
	plan := settings{ConfigWizardCSS: types.StringValue("b {}"), AllowWorkspaceAdminTokens: types.BoolUnknown()}
	var diags diag.Diagnostics
	replaces(&diags, plan, there)
	if diags.WarningsCount() != 1 || len(diags[0].Detail()) > 300 || !strings.Contains(diags[0].Detail(), "5000 bytes") {
		t.Errorf("got %v", diags)
	}
}
