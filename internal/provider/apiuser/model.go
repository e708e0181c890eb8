package apiuser

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_api_user in configuration, plan and state.
type model struct {
	WorkspaceID      types.String `tfsdk:"workspace_id"`
	Name             types.String `tfsdk:"name"`
	OrganizationRole base.Role    `tfsdk:"organization_role"`
	WorkspaceRole    base.Role    `tfsdk:"workspace_role"`
	ID               types.String `tfsdk:"id"`
	Email            types.String `tfsdk:"email"`
}

// identity is what names an API user for its whole life.
type identity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	ID          types.String `tfsdk:"id"`
}

func (m model) identity() identity { return identity{m.WorkspaceID, m.ID} }

// object is what the resource stands for: an API user by its id, and before that by its
// name in its workspace.
func object(m model) policy.Object {
	return base.ObjectIn(noun, m.ID, m.Name, m.WorkspaceID)
}

// roles are Tray's own of the roles that a plan names; without one where it leaves the
// choice to Tray.
type roles struct{ organization, workspace tray.Role }

// change is what differs between the state and the plan; of a new API user, all that the
// plan says.
func (m model) change(state model, is roles) tray.APIUserSpec {
	spec := tray.APIUserSpec{Name: base.Changed(m.Name, state.Name)}
	if is.organization.ID != "" && !m.OrganizationRole.Is(state.OrganizationRole.ValueString()) {
		spec.OrganizationRoleID = &is.organization.ID
	}
	if !m.WorkspaceRole.Is(state.WorkspaceRole.ValueString()) {
		spec.WorkspaceRoleID = &is.workspace.ID
	}
	return spec
}

// known fills in what the plan left open: Terraform wants the rest as planned.
func (m model) known(u *tray.APIUser) model {
	got := m
	got.fromAPI(u)
	got.Name, got.WorkspaceRole, got.OrganizationRole = m.Name, m.WorkspaceRole, base.Or(m.OrganizationRole, got.OrganizationRole)
	return got
}

// fromAPI takes over what Tray says.
func (m *model) fromAPI(u *tray.APIUser) {
	m.WorkspaceID, m.ID, m.Name, m.Email = types.StringValue(u.WorkspaceID), types.StringValue(u.ID), types.StringValue(u.Name), base.Text(u.Email)
	m.OrganizationRole, m.WorkspaceRole = base.RoleValue(u.OrganizationRole.Name), base.RoleValue(u.WorkspaceRole.Name)
}
