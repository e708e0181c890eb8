package onprem

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// group is tray_on_prem_agent_group in configuration, plan and state.
type group struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	Name        types.String `tfsdk:"name"`
	ID          types.String `tfsdk:"id"`
}

// groupIdentity is what names a group for its whole life.
type groupIdentity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	ID          types.String `tfsdk:"id"`
}

func (m group) identity() groupIdentity { return groupIdentity{m.WorkspaceID, m.ID} }

// object is what the resource stands for: a group by its id, and before that by its name in
// its workspace.
func (m group) object() policy.Object {
	return base.ObjectIn(groupNoun, m.ID, m.Name, m.WorkspaceID)
}

func (m *group) fromAPI(g *tray.AgentGroup) {
	*m = group{types.StringValue(g.WorkspaceID), types.StringValue(g.Name), types.StringValue(g.ID)}
}

func (m group) exists() string {
	return fmt.Sprintf("The workspace has an agent group %s already.", m.Name)
}

// agent is tray_on_prem_agent in configuration, plan and state.
type agent struct {
	WorkspaceID       types.String `tfsdk:"workspace_id"`
	GroupID           types.String `tfsdk:"group_id"`
	Name              types.String `tfsdk:"name"`
	Enabled           types.Bool   `tfsdk:"enabled"`
	RegistrationToken types.String `tfsdk:"registration_token"`
	ID                types.String `tfsdk:"id"`
}

// agentIdentity is what names an agent for its whole life.
type agentIdentity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	GroupID     types.String `tfsdk:"group_id"`
	ID          types.String `tfsdk:"id"`
}

func (m agent) identity() agentIdentity { return agentIdentity{m.WorkspaceID, m.GroupID, m.ID} }

// object is what the resource stands for: an agent by its id, and before that by its name
// in its group.
func (m agent) object() policy.Object { return base.ObjectIn(agentNoun, m.ID, m.Name, m.GroupID) }

// fromAPI takes over what Tray says. The token, which only a creation tells, stays.
func (m *agent) fromAPI(a *tray.Agent) {
	m.WorkspaceID, m.GroupID, m.ID = types.StringValue(a.WorkspaceID), types.StringValue(a.GroupID), types.StringValue(a.ID)
	m.Name, m.Enabled = types.StringValue(a.Name), types.BoolValue(a.Enabled)
	if a.RegistrationToken != "" {
		m.RegistrationToken = types.StringValue(a.RegistrationToken.Reveal())
	}
}

func (m agent) exists() string { return fmt.Sprintf("The group has an agent %s already.", m.Name) }
