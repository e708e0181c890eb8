package workspace

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
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
	ForceDestroy       types.Bool   `tfsdk:"force_destroy"`
	ID                 types.String `tfsdk:"id"`
	Type               types.String `tfsdk:"type"`
	Adopted            types.Bool   `tfsdk:"adopted"`
}

// identity is what names a workspace for its whole life.
type identity struct {
	ID types.String `tfsdk:"id"`
}

// object is what the resource stands for: a workspace by id, and before that by name.
func object(m model) policy.Object {
	return policy.Object{Type: kind.Type, ID: m.ID.ValueString(), Name: m.Name.ValueString()}
}

// spec is what the management plane is told of a new workspace: "" and 0 are nothing.
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

// change is what differs between the state and the plan. The rest is not sent: somebody may
// have changed it in Tray since the plan.
func (m model) change(state model) (change tray.WorkspaceChange) {
	change.Name, change.Description = base.Changed(m.Name, state.Name), base.Changed(m.Description, state.Description)
	if !m.MonthlyTaskLimit.IsUnknown() && !m.MonthlyTaskLimit.Equal(state.MonthlyTaskLimit) {
		change.MonthlyTaskLimit = m.MonthlyTaskLimit.ValueInt64Pointer()
	}
	return change
}

// known fills in what the plan left open: Terraform wants the rest as planned, and the next
// refresh shows what somebody changed in Tray meanwhile.
func (m model) known(w *tray.Workspace) model {
	got := m
	got.fromAPI(w)
	got.Name, got.Description, got.MonthlyTaskLimit = m.Name, base.Or(m.Description, got.Description), base.Or(m.MonthlyTaskLimit, got.MonthlyTaskLimit)
	return got
}

// withDefaults fills in the settings that Tray does not know, which an import leaves null,
// so that an imported state equals a created one.
func (m model) withDefaults() model {
	if m.DeletionProtection.IsNull() {
		m.DeletionProtection = types.BoolValue(false)
	}
	if m.ForceDestroy.IsNull() {
		m.ForceDestroy = types.BoolValue(false)
	}
	return m
}

// fromAPI takes over what Tray says. DeletionProtection, ForceDestroy and Adopted are the
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
