package project

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_project in configuration, plan and state.
type model struct {
	WorkspaceID  types.String `tfsdk:"workspace_id"`
	Name         types.String `tfsdk:"name"`
	Description  types.String `tfsdk:"description"`
	ForceDestroy types.Bool   `tfsdk:"force_destroy"`
	ID           types.String `tfsdk:"id"`
	Adopted      types.Bool   `tfsdk:"adopted"`
}

// identity is what names a project for its whole life.
type identity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	ID          types.String `tfsdk:"id"`
}

func (m model) identity() identity { return identity{m.WorkspaceID, m.ID} }

// object is what the resource stands for: a project by its id, and before that by its name in
// its workspace.
func object(m model) policy.Object {
	return base.ObjectIn(kind.Noun, m.ID, m.Name, m.WorkspaceID)
}

// change is what differs between the state and the plan; of a new project, all that the plan
// says.
func (m model) change(state model) tray.ProjectSpec {
	return tray.ProjectSpec{Name: base.Changed(m.Name, state.Name), Description: base.Changed(m.Description, state.Description)}
}

// known fills in what the plan left open: Terraform wants the rest as planned.
func (m model) known(p *tray.Project) model {
	got := m
	got.fromAPI(p)
	got.Name, got.WorkspaceID, got.Description = m.Name, m.WorkspaceID, base.Or(m.Description, got.Description)
	return got
}

// fromAPI takes over what Tray says. What is the provider's own stays.
func (m *model) fromAPI(p *tray.Project) {
	m.WorkspaceID, m.ID = types.StringValue(p.WorkspaceID), types.StringValue(p.ID)
	m.Name, m.Description = types.StringValue(p.Name), types.StringValue(p.Description)
}

// withDefaults is what an import leaves open.
func (m model) withDefaults(managed bool) model {
	m.ForceDestroy, m.Adopted = base.Default(m.ForceDestroy, types.BoolValue(false)), base.Default(m.Adopted, types.BoolValue(!managed))
	return m
}
