package promotion

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var noun = base.Noun{Type: "tray_project_import", One: "project import", At: path.Root("project_id")}

// arguments are what an import is given, by the resource and by the action.
type arguments struct {
	ProjectID       types.String `tfsdk:"project_id"`
	Export          types.String `tfsdk:"export"`
	Authentications types.Map    `tfsdk:"authentications"`
	Connectors      types.Map    `tfsdk:"connectors"`
	Services        types.Map    `tfsdk:"services"`
	Config          types.Map    `tfsdk:"config"`
	RecordVersion   types.Bool   `tfsdk:"record_version"`
	MaxRemoved      types.Int64  `tfsdk:"max_removed_workflows"`
	AllowBreaking   types.Bool   `tfsdk:"allow_breaking_changes"`
	NotSecrets      types.List   `tfsdk:"not_secrets"`
	Backup          types.Object `tfsdk:"backup"`
}

// model is tray_project_import in configuration, plan and state. Where the export is, the
// brakes and the backup are in the configuration alone.
type model struct {
	arguments

	ID              types.String `tfsdk:"id"`
	ExportDigest    types.String `tfsdk:"export_digest"`
	Exported        types.Object `tfsdk:"exported"`
	PreviewDigest   types.String `tfsdk:"preview_digest"`
	Impact          types.Object `tfsdk:"impact"`
	SolutionID      types.String `tfsdk:"solution_id"`
	BackupSHA256    types.String `tfsdk:"backup_sha256"`
	RecordedVersion types.String `tfsdk:"recorded_version"`
	NewestVersion   types.String `tfsdk:"newest_version"`
}

// object is what the resource stands for: what is in a project.
func object(m model) policy.Object {
	return policy.Object{Type: noun.Type, ID: m.ID.ValueString(), Name: m.ProjectID.ValueString(), Label: "into " + m.ProjectID.ValueString()}
}

// keep takes over what the state has of what is computed.
func (m *model) keep(state model) {
	m.ID, m.ExportDigest, m.Exported, m.PreviewDigest = state.ID, state.ExportDigest, state.Exported, state.PreviewDigest
	m.Impact, m.SolutionID, m.BackupSHA256, m.RecordedVersion, m.NewestVersion = state.Impact, state.SolutionID, state.BackupSHA256, state.RecordedVersion, state.NewestVersion
}

// sameArguments reports whether two imports of one export would send the same.
func (m model) sameArguments(o model) bool {
	return m.Authentications.Equal(o.Authentications) && m.Connectors.Equal(o.Connectors) && m.Services.Equal(o.Services) && m.Config.Equal(o.Config)
}

// records reports whether a version of the destination is to be made after an import.
func (m model) records() bool { return m.RecordVersion.ValueBool() }

// edited reports whether somebody has made a version of the destination since the import.
func (m model) edited() bool {
	return m.records() && !m.RecordedVersion.IsNull() && !m.NewestVersion.Equal(m.RecordedVersion)
}

// unknown names the arguments that an import sends and that are not known yet.
func (m model) unknown() (names []string) {
	for _, a := range []struct {
		name  string
		value attr.Value
	}{
		{"project_id", m.ProjectID}, {"export", m.Export}, {"authentications", m.Authentications},
		{"connectors", m.Connectors}, {"services", m.Services}, {"config", m.Config},
	} {
		if isUnknown(a.value) {
			names = append(names, a.name)
		}
	}
	return names
}

func isUnknown(v attr.Value) bool {
	if v.IsUnknown() {
		return true
	}
	if m, ok := v.(types.Map); ok {
		for _, e := range m.Elements() {
			if e.IsUnknown() {
				return true
			}
		}
	}
	return false
}

// backup is where the destination is saved, nil where none is asked for or where is not
// known yet.
type backup struct {
	path    string
	version bool // make one first
}

func (m model) backup() *backup {
	at, ok := m.Backup.Attributes()["path"].(types.String)
	if !ok || at.IsUnknown() || at.IsNull() {
		return nil
	}
	version, _ := m.Backup.Attributes()["create_version"].(types.Bool)
	return &backup{at.ValueString(), version.ValueBool()}
}

var exportedTypes = map[string]attr.Type{"project_id": types.StringType, "project": types.StringType, "version": types.StringType}

func exported(e *export.Export) types.Object {
	return types.ObjectValueMust(exportedTypes, map[string]attr.Value{
		"project_id": base.Text(e.ProjectID), "project": base.Text(e.Project), "version": base.Text(e.Version),
	})
}

var (
	namesType    = types.ListType{ElemType: types.StringType}
	changesTypes = map[string]attr.Type{"created": namesType, "updated": namesType, "removed": namesType}
	changesType  = types.ObjectType{AttrTypes: changesTypes}

	solutionTypes = map[string]attr.Type{
		"change": types.StringType, "breaking_changes": types.BoolType, "requires_user_input": types.BoolType, "requires_system_input": types.BoolType,
		"authentication_slots": changesType, "config_slots": changesType, "messages": namesType,
	}
	impactTypes = map[string]attr.Type{"workflows": changesType, "config": changesType, "solution": types.ObjectType{AttrTypes: solutionTypes}}
)

// impact is what the plan and the state show of what Tray says.
func impact(i *tray.Impact) types.Object {
	solution := types.ObjectNull(solutionTypes)
	if s := i.Solution; s != nil {
		solution = types.ObjectValueMust(solutionTypes, map[string]attr.Value{
			"change": base.Text(s.ChangeType), "breaking_changes": types.BoolValue(s.BreakingChanges),
			"requires_user_input": types.BoolValue(s.RequiresNewUserInput), "requires_system_input": types.BoolValue(s.RequiresNewSystemInput),
			"authentication_slots": changes(s.AuthenticationSlots), "config_slots": changes(s.ConfigSlots), "messages": names(s.Messages),
		})
	}
	return types.ObjectValueMust(impactTypes, map[string]attr.Value{"workflows": changes(i.Workflows), "config": changes(i.Config), "solution": solution})
}

func changes(c tray.Changes) types.Object {
	return types.ObjectValueMust(changesTypes, map[string]attr.Value{"created": names(c.Created), "updated": names(c.Updated), "removed": names(c.Removed)})
}

func names(all []string) types.List {
	values := make([]attr.Value, len(all))
	for i, name := range all {
		values[i] = types.StringValue(name)
	}
	return types.ListValueMust(types.StringType, values)
}

// texts are the known texts of a list.
func texts(s types.List) (all []string) {
	for _, v := range s.Elements() {
		if text, ok := v.(types.String); ok {
			all = append(all, text.ValueString())
		}
	}
	return all
}
