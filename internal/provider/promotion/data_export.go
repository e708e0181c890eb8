package promotion

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
)

type exportData struct{ base.DataSource }

// exportShown is tray_project_export.
type exportShown struct {
	ProjectID       types.String `tfsdk:"project_id"`
	Number          types.String `tfsdk:"version_number"`
	Path            types.String `tfsdk:"path"`
	NotSecrets      types.List   `tfsdk:"not_secrets"`
	Project         types.String `tfsdk:"project"`
	Digest          types.String `tfsdk:"export_digest"`
	Workflows       types.List   `tfsdk:"workflows"`
	ConfigKeys      types.List   `tfsdk:"config_keys"`
	Connectors      types.List   `tfsdk:"connectors"`
	Services        types.List   `tfsdk:"services"`
	Authentications []usedSlot   `tfsdk:"authentications"`
}

type usedSlot struct {
	ExportID types.String `tfsdk:"export_id"`
	Title    types.String `tfsdk:"title"`
	Service  types.String `tfsdk:"service"`
	Scopes   types.List   `tfsdk:"scopes"`
}

func (d *exportData) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "tray_project_export"
}

func (d *exportData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Exports a version of a project to a file, for `tray_project_import`, and says what is in it.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"The document is in the file alone, readable by its owner: the state holds a digest, names and keys. Each plan writes the file anew. " +
			"An export with what looks like a secret is refused, and not written.\n\n" +
			"The apply of a saved plan does not read data sources again, and needs the file that the plan wrote: keep the two together.\n\n" +
			"**Requests:** one export for each data source, and without `version_number` one list of versions for each project.",
		Attributes: map[string]schema.Attribute{
			"project_id":     schema.StringAttribute{MarkdownDescription: "Project to export.", Required: true, Validators: project.ID()},
			"version_number": schema.StringAttribute{MarkdownDescription: "Version to export. Omitted: the newest.", Optional: true, Computed: true, Validators: base.Word()},
			"path":           schema.StringAttribute{MarkdownDescription: "File to write, such as `billing.json`. It is overwritten.", Required: true, Validators: base.Word()},
			"not_secrets": schema.ListAttribute{
				MarkdownDescription: "Places in the export that look like secrets and are none, as the error names them.", ElementType: types.StringType, Optional: true,
			},
			"project":       base.Shown("Name of the project."),
			"export_digest": base.Shown("Digest of the export's content, whatever its layout and the number of its version."),
			"workflows":     dataNames("Titles of its workflows, sorted."),
			"config_keys":   dataNames("Keys of its configuration, sorted."),
			"connectors":    dataNames("Connectors that it uses, as in `acme-crm/1.0`, sorted."),
			"services":      dataNames("Services that it uses, as in `acme/1`, sorted."),
			"authentications": schema.ListNestedAttribute{
				MarkdownDescription: "Slots for authentications, by title.", Computed: true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"export_id": base.Shown("Export id of the slot."), "title": base.Shown("Title of the authentication that fills it in the exported project."),
					"service": base.Shown("Service, as in `acme/1`."), "scopes": dataNames("Scopes that are needed."),
				}},
			},
		},
	}
}

func dataNames(description string) schema.ListAttribute {
	return schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true}
}

func (d *exportData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	diags := &resp.Diagnostics
	want, ok := base.Load[exportShown](ctx, req.Config, diags)
	if !ok || !d.Ready(diags) {
		return
	}
	project, at := want.ProjectID.ValueString(), path.Root("project_id")
	if want.Number.IsNull() {
		newest, err := d.API.Projects.NewestVersion(ctx, project)
		if base.Failed(diags, "read the versions of the project", err, at) {
			return
		}
		if newest == nil {
			diags.AddAttributeError(at, "The project has no version", "Tray exports versions only. Make one with tray_project_version, or in Tray's UI, and plan again.")
			return
		}
		want.Number = types.StringValue(newest.Number)
	}
	raw, err := d.API.Projects.Export(ctx, project, want.Number.ValueString())
	if base.NotSeen(err) {
		diags.AddAttributeError(path.Root("version_number"), "Could not find the project version",
			fmt.Sprintf("%s\n\nTray keeps the two newest versions and those of the last seven days: an older one may be gone. The data source tray_project_versions lists those that there are.", err))
		return
	}
	if base.Failed(diags, "export the project", err, at) {
		return
	}
	e, err := export.Read(raw)
	if err != nil {
		diags.AddAttributeError(at, "The export cannot be used", fmt.Sprintf("What Tray exported is refused: %s.", err))
		return
	}
	if !secretFree(e, "the exported version", texts(want.NotSecrets), at, diags) {
		return
	}
	if err := store(want.Path.ValueString(), raw, true); err != nil {
		diags.AddAttributeError(path.Root("path"), "Could not write the export", fmt.Sprintf("%s: %s.", want.Path.ValueString(), reason(err)))
		return
	}
	want.show(e)
	diags.Append(resp.State.Set(ctx, want)...)
}

// show takes over what is in an export, but for values.
func (m *exportShown) show(e *export.Export) {
	m.Project, m.Digest = base.Text(e.Project), types.StringValue(e.Digest)
	m.Workflows, m.ConfigKeys = names(e.Workflows), names(sortedKeys(e.Config))
	m.Connectors, m.Services = refs(e.Connectors), refs(e.Services)
	m.Authentications = []usedSlot{}
	for _, s := range e.Authentications {
		m.Authentications = append(m.Authentications, usedSlot{types.StringValue(s.ID), base.Text(s.Title), types.StringValue(s.Service.String()), names(s.Scopes)})
	}
}

func refs(all []export.Ref) types.List {
	texts := make([]string, len(all))
	for i, r := range all {
		texts[i] = r.String()
	}
	return names(texts)
}
