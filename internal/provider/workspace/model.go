package workspace

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_workspace in configuration, plan and state.
//
// Tray leaves out a description or task limit that is not set. The state writes them
// as "" and 0, the values that also clear them, so that omitted, cleared and imported
// are one state and not three.
type model struct {
	Name               types.String `tfsdk:"name"`
	Description        types.String `tfsdk:"description"`
	MonthlyTaskLimit   types.Int64  `tfsdk:"monthly_task_limit"`
	DeletionProtection types.Bool   `tfsdk:"deletion_protection"`
	ID                 types.String `tfsdk:"id"`
	Type               types.String `tfsdk:"type"`
	Adopted            types.Bool   `tfsdk:"adopted"`
}

// identity is what names a workspace for its whole life.
type identity struct {
	ID types.String `tfsdk:"id"`
}

// spec is what the management plane is told: "" and 0 are nothing, which clears.
func (m model) spec() tray.WorkspaceSpec {
	spec := tray.WorkspaceSpec{Name: m.Name.ValueString()}
	if text := m.Description.ValueString(); text != "" {
		spec.Description = &text
	}
	if limit := m.MonthlyTaskLimit.ValueInt64(); limit != 0 {
		spec.MonthlyTaskLimit = &limit
	}
	return spec
}

// fromAPI takes over what Tray says. DeletionProtection and Adopted are the
// provider's own and stay.
func (m *model) fromAPI(w *tray.Workspace) {
	m.ID = types.StringValue(w.ID)
	m.Name = types.StringValue(w.Name)
	m.Type = types.StringValue(string(w.Type))
	m.Description, m.MonthlyTaskLimit = description(w), taskLimit(w)
}

func description(w *tray.Workspace) types.String {
	if w.Description == nil {
		return types.StringValue("")
	}
	return types.StringValue(*w.Description)
}

func taskLimit(w *tray.Workspace) types.Int64 {
	if w.MonthlyTaskLimit == nil {
		return types.Int64Value(0)
	}
	return types.Int64Value(*w.MonthlyTaskLimit)
}
