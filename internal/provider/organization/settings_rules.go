package organization

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// settings is tray_organization_settings in configuration, plan and state.
//
// A text that is not set is "" in the state, the value that also takes it away, so that
// omitted, cleared and imported are one state and not three.
type settings struct {
	AlertingWorkflowID        types.String `tfsdk:"alerting_workflow_id"`
	AllowWorkspaceAdminTokens types.Bool   `tfsdk:"allow_workspace_admin_tokens"`
	EmbeddedID                types.String `tfsdk:"embedded_id"`
	ConfigWizardCSS           types.String `tfsdk:"config_wizard_css"`
	ID                        types.String `tfsdk:"id"`
}

var settingsNoun = base.Noun{Type: "tray_organization_settings", One: "settings of the organization", At: path.Empty(),
	Identity: map[string]string{"id": "Identifier of the organization, given by Tray."}}

// object is what the resource stands for: the settings of an organization, which has them once.
func (m settings) object() policy.Object {
	return policy.Object{Type: settingsNoun.Type, ID: m.ID.ValueString()}
}

// fromAPI takes over what Tray says.
func (m *settings) fromAPI(s *tray.OrganizationSettings) {
	m.AlertingWorkflowID, m.AllowWorkspaceAdminTokens = types.StringValue(s.AlertingWorkflowID), types.BoolValue(s.AllowWorkspaceAdminTokens)
	m.EmbeddedID, m.ConfigWizardCSS = types.StringValue(s.EmbeddedID), types.StringValue(s.ConfigWizardCSS)
}

// keep puts back what the plan promised: Terraform wants that value now, and the next
// refresh shows what somebody changed in Tray meanwhile.
func (m *settings) keep(plan settings) {
	for _, v := range []struct{ now, planned *types.String }{
		{&m.AlertingWorkflowID, &plan.AlertingWorkflowID}, {&m.EmbeddedID, &plan.EmbeddedID}, {&m.ConfigWizardCSS, &plan.ConfigWizardCSS},
	} {
		if given(*v.planned) {
			*v.now = *v.planned
		}
	}
	if given(plan.AllowWorkspaceAdminTokens) {
		m.AllowWorkspaceAdminTokens = plan.AllowWorkspaceAdminTokens
	}
}

// spec is what is to change to come from there to m. What m leaves open stays.
func (m settings) spec(there settings) (change tray.OrganizationSettingsChange) {
	if given(m.AlertingWorkflowID) && !m.AlertingWorkflowID.Equal(there.AlertingWorkflowID) {
		change.AlertingWorkflowID = m.AlertingWorkflowID.ValueStringPointer()
	}
	if given(m.AllowWorkspaceAdminTokens) && !m.AllowWorkspaceAdminTokens.Equal(there.AllowWorkspaceAdminTokens) {
		change.AllowWorkspaceAdminTokens = m.AllowWorkspaceAdminTokens.ValueBoolPointer()
	}
	if given(m.EmbeddedID) && !m.EmbeddedID.Equal(there.EmbeddedID) {
		change.EmbeddedID = m.EmbeddedID.ValueStringPointer()
	}
	if given(m.ConfigWizardCSS) && !m.ConfigWizardCSS.Equal(there.ConfigWizardCSS) {
		change.ConfigWizardCSS = m.ConfigWizardCSS.ValueStringPointer()
	}
	return change
}

// setting is one argument and where people find it in the UI (facts: UI, sections 5, 7
// and 10).
type setting struct {
	attribute, name, where string
	embedded               bool // of Embedded organizations only
	of                     func(settings) attr.Value
}

var all = []setting{
	{"alerting_workflow_id", "alerting workflow", "Settings > General > Alerting", false, func(s settings) attr.Value { return s.AlertingWorkflowID }},
	{"allow_workspace_admin_tokens", "switch that lets workspace Admins make tokens", "Settings > Tokens", false, func(s settings) attr.Value { return s.AllowWorkspaceAdminTokens }},
	{"embedded_id", "Embedded ID", "Settings > Embedded settings", true, func(s settings) attr.Value { return s.EmbeddedID }},
	{"config_wizard_css", "CSS of the Config Wizard", "Settings > Customization", true, func(s settings) attr.Value { return s.ConfigWizardCSS }},
}

// onlyTheUISets refuses settings on a live Tray, each on its argument: they can be
// neither changed nor read, so that not even "it is as written" can be said.
func onlyTheUISets(diags *diag.Diagnostics, config settings) {
	const why = "This Tray does not let an API read or change the organization's settings. "
	written := 0
	for _, s := range all {
		value := s.of(config)
		if value.IsNull() {
			continue
		}
		written++
		diags.AddAttributeError(path.Root(s.attribute), "Set the "+s.name+" in Tray's UI",
			fmt.Sprintf("%sAs the Owner or an Admin of the organization, open %s and set it to %s; then remove this resource.", why, s.where, click(value)))
	}
	if written == 0 {
		places := make([]string, len(all))
		for i, s := range all {
			places[i] = s.where
		}
		diags.AddError("Could not read the organization's settings", why+"Remove this resource, and keep them in Tray's UI: "+strings.Join(places, ", ")+".")
	}
}

// click says a value as somebody who clicks would.
func click(v attr.Value) string {
	switch {
	case v.IsUnknown():
		return "the value that this configuration computes"
	case v.Equal(types.BoolValue(true)):
		return "on"
	case v.Equal(types.BoolValue(false)):
		return "off"
	case v.Equal(types.StringValue("")):
		return "nothing"
	}
	return v.String()
}

// embeddedOnly refuses what only an Embedded organization has, where plan wants it.
// "" is what every other organization has, so it is not refused.
func embeddedOnly(diags *diag.Diagnostics, plan settings, organization string) bool {
	fine := true
	for _, s := range all {
		value := s.of(plan)
		if !s.embedded || !given(value) || value.Equal(types.StringValue("")) {
			continue
		}
		fine = false
		diags.AddAttributeError(path.Root(s.attribute), "Could not set the "+s.name,
			fmt.Sprintf("Only Embedded organizations have one, and %q is not one of them. Remove the argument, or ask Tray for an Embedded organization.", organization))
	}
	return fine
}

// wantsEmbedded reports whether plan wants of there what only an Embedded organization has.
func (m settings) wantsEmbedded(there settings) bool {
	change := m.spec(there)
	return change.EmbeddedID != nil && *change.EmbeddedID != "" || change.ConfigWizardCSS != nil && *change.ConfigWizardCSS != ""
}

// replaces warns, where the plan only shows a create, which settings somebody made
// before and now lose. Off and "" are nothing to lose.
func replaces(diags *diag.Diagnostics, plan, there settings) {
	for _, s := range all {
		now, next := s.of(there), s.of(plan)
		if !given(next) || next.Equal(now) || now.Equal(types.StringValue("")) || now.Equal(types.BoolValue(false)) {
			continue
		}
		text := now.String()
		if s.attribute == "config_wizard_css" {
			text = fmt.Sprintf("CSS of %d bytes", len(there.ConfigWizardCSS.ValueString()))
		}
		diags.AddAttributeWarning(path.Root(s.attribute), "The "+s.name+" is set already",
			fmt.Sprintf("In Tray it is %s, and adopting the settings replaces that. Import them to see the change in the plan, or remove the argument to keep it.", text))
	}
}

// breaksAddresses warns that the Embedded ID is part of addresses in use.
func breaksAddresses(diags *diag.Diagnostics, plan, there settings) {
	if !given(plan.EmbeddedID) || there.EmbeddedID.ValueString() == "" || plan.EmbeddedID.Equal(there.EmbeddedID) {
		return
	}
	diags.AddAttributeWarning(path.Root("embedded_id"), "Addresses of the Config Wizard change",
		fmt.Sprintf("They hold the Embedded ID, which is %s now. Links with the old one that your product gives to its users stop working, as far as is known: Tray does not say.",
			there.EmbeddedID))
}

// settingsStay warns that a destroy leaves the settings.
func settingsStay(diags *diag.Diagnostics) {
	diags.AddWarning("The organization's settings stay as they are",
		"An organization always has its settings. Terraform forgets them; set what you want otherwise before, or in Tray's UI.")
}
