package organization

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_organization in configuration, plan and state. What a live Tray does
// not tell is null there unless the user wrote it, and then as it was written.
type model struct {
	Name       types.String `tfsdk:"name"`
	OwnerEmail base.Email   `tfsdk:"owner_email"`
	Plan       types.String `tfsdk:"plan"`
	Embedded   types.Bool   `tfsdk:"embedded"`
	SSO        types.Bool   `tfsdk:"sso"`
	ID         types.String `tfsdk:"id"`
	Adopted    types.Bool   `tfsdk:"adopted"`

	DeletionProtection      types.Bool   `tfsdk:"deletion_protection"`
	OrganizationWorkspaceID types.String `tfsdk:"organization_workspace_id"`
	EmbeddedWorkspaceID     types.String `tfsdk:"embedded_workspace_id"`
}

var noun = base.Noun{Type: "tray_organization", One: "organization", At: path.Root("name"),
	Identity: map[string]string{"id": "Identifier of the organization, given by Tray."}}

// object is what the resource stands for: an organization by id, and before that by name.
func object(m model) policy.Object {
	return policy.Object{Type: noun.Type, ID: m.ID.ValueString(), Name: m.Name.ValueString()}
}

// identity is what names an organization, and its settings, for their whole life.
type identity struct {
	ID types.String `tfsdk:"id"`
}

// known is what Tray tells of an organization: no more than id and name without the
// management plane.
func known(o *tray.Organization, managed bool) model {
	m := model{
		ID: types.StringValue(o.ID), Name: types.StringValue(o.Name), Adopted: types.BoolValue(true),
		OrganizationWorkspaceID: base.Text(o.OrganizationWorkspaceID), EmbeddedWorkspaceID: base.Text(o.EmbeddedWorkspaceID),
	}
	if managed {
		m.OwnerEmail, m.Plan = base.EmailValue(o.OwnerEmail), types.StringValue(o.Plan)
		m.Embedded, m.SSO = types.BoolValue(o.Embedded), types.BoolValue(o.SSO)
	}
	return m
}

// take takes over what Tray tells. Of the rest, what the user wrote stays, and so does
// how the organization came into the state.
func (m *model) take(there model) {
	m.ID, m.Name = there.ID, there.Name
	m.OrganizationWorkspaceID = there.OrganizationWorkspaceID
	m.takeEmbedded(there)
	if !given(m.Adopted) {
		m.Adopted = there.Adopted
	}
	if !given(m.DeletionProtection) { // just imported, or from before there was such an argument
		m.DeletionProtection = types.BoolValue(false)
	}
	if m.OwnerEmail.IsUnknown() || !there.OwnerEmail.IsNull() {
		m.OwnerEmail = there.OwnerEmail
	}
	if m.Plan.IsUnknown() || !there.Plan.IsNull() {
		m.Plan = there.Plan
	}
	if m.Embedded.IsUnknown() || !there.Embedded.IsNull() {
		m.Embedded = there.Embedded
	}
	if m.SSO.IsUnknown() || !there.SSO.IsNull() {
		m.SSO = there.SSO
	}
}

// takeEmbedded takes over the Embedded workspace, or that there is none. That a token does not
// see it is no proof that there is none: what was seen before stays.
func (m *model) takeEmbedded(there model) {
	isTold := !there.EmbeddedWorkspaceID.IsNull() || given(there.Embedded) && !there.Embedded.ValueBool()
	if isTold || !given(m.EmbeddedWorkspaceID) {
		m.EmbeddedWorkspaceID = there.EmbeddedWorkspaceID
	}
}

// keep puts back what the plan promised: Terraform wants that value now, and the next
// refresh shows what somebody changed in Tray meanwhile.
func (m *model) keep(plan model) {
	for _, v := range []struct{ now, planned *types.String }{{&m.Name, &plan.Name}, {&m.Plan, &plan.Plan}} {
		if given(*v.planned) {
			*v.now = *v.planned
		}
	}
	if given(plan.OwnerEmail) {
		m.OwnerEmail = plan.OwnerEmail
	}
	if given(plan.SSO) {
		m.SSO = plan.SSO
	}
	if !plan.EmbeddedWorkspaceID.IsUnknown() { // also null: the token of the apply may see more
		m.EmbeddedWorkspaceID = plan.EmbeddedWorkspaceID
	}
}

// complete gives a plan the facts of there that the configuration leaves out. What it
// writes, known or not yet, stays.
func (m *model) complete(config, there model) {
	m.ID, m.Adopted, m.OrganizationWorkspaceID = there.ID, there.Adopted, there.OrganizationWorkspaceID
	m.takeEmbedded(there)
	if config.OwnerEmail.IsNull() {
		m.OwnerEmail = there.OwnerEmail
	}
	if config.Plan.IsNull() {
		m.Plan = there.Plan
	}
	if config.Embedded.IsNull() {
		m.Embedded = there.Embedded
	}
	if config.SSO.IsNull() {
		m.SSO = there.SSO
	}
}
