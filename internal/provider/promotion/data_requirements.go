package promotion

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
)

type requirementsData struct{ base.DataSource }

// requirements is tray_project_import_requirements.
type requirements struct {
	ProjectID       types.String `tfsdk:"project_id"`
	Export          types.String `tfsdk:"export"`
	Connectors      types.Map    `tfsdk:"connectors"`
	Services        types.Map    `tfsdk:"services"`
	NotSecrets      types.List   `tfsdk:"not_secrets"`
	ConfigKeys      types.List   `tfsdk:"config_keys"`
	NewConfigKeys   types.List   `tfsdk:"new_config_keys"`
	Unresolved      types.List   `tfsdk:"unresolved"`
	Authentications []neededSlot `tfsdk:"authentications"`
}

type neededSlot struct {
	ExportID   types.String `tfsdk:"export_id"`
	Title      types.String `tfsdk:"title"`
	Service    types.String `tfsdk:"service"`
	Scopes     types.List   `tfsdk:"scopes"`
	ResolvedID types.String `tfsdk:"resolved_id"`
}

func (d *requirementsData) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "tray_project_import_requirements"
}

func (d *requirementsData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	mapping := func(description string) schema.MapAttribute {
		return schema.MapAttribute{MarkdownDescription: description, ElementType: types.StringType, Optional: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What an import of an exported project into another one needs. Asking changes nothing. `tray_project_import` asks the same in its plan; this is for looking before there is one.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"**Requests:** one, which sends the export.",
		Attributes: map[string]schema.Attribute{
			"project_id":      schema.StringAttribute{MarkdownDescription: "Project that would be imported into.", Required: true, Validators: project.ID()},
			"export":          schema.StringAttribute{MarkdownDescription: "Path of the exported project.", Required: true, Validators: base.Word()},
			"connectors":      mapping("As in `tray_project_import`."),
			"services":        mapping("As in `tray_project_import`. Slots below have their services after the mapping."),
			"not_secrets":     schema.ListAttribute{MarkdownDescription: "As in `tray_project_import`.", ElementType: types.StringType, Optional: true},
			"config_keys":     dataNames("Keys of the exported configuration, sorted."),
			"new_config_keys": dataNames("Those that the destination does not have yet, sorted."),
			"unresolved":      dataNames("Titles of slots that Tray cannot fill by itself, sorted."),
			"authentications": schema.ListNestedAttribute{
				MarkdownDescription: "Slots for authentications, in Tray's order.", Computed: true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"export_id": base.Shown("Export id of the slot."), "title": base.Shown("Title of the authentication that fills it in the exported project."),
					"service": base.Shown("Service in the destination, as in `acme/1`."), "scopes": dataNames("Scopes that are needed."),
					"resolved_id": base.Shown("Authentication that Tray fills it with by itself; null for none."),
				}},
			},
		},
	}
}

func (d *requirementsData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	diags := &resp.Diagnostics
	want, ok := base.Load[requirements](ctx, req.Config, diags)
	if !ok || !d.Ready(diags) {
		return
	}
	e := read(want.Export.ValueString(), texts(want.NotSecrets), diags)
	if e == nil {
		return
	}
	spec, ok := mapped(model{arguments: arguments{Connectors: want.Connectors, Services: want.Services}}, e, diags)
	if !ok {
		return
	}
	needs, err := d.API.Projects.Requirements(ctx, want.ProjectID.ValueString(), spec)
	if failed(diags, "ask what the import needs", err) {
		return
	}
	keys := sortedKeys(needs.Source)
	want.ConfigKeys = names(keys)
	want.NewConfigKeys = names(slices.DeleteFunc(slices.Clone(keys), func(key string) bool { _, there := needs.Target[key]; return there }))
	unresolved := []string{}
	want.Authentications = []neededSlot{}
	for _, slot := range needs.Authentications {
		if slot.ResolvedID == "" {
			unresolved = append(unresolved, slot.Title)
		}
		service := fmt.Sprintf("%s/%d", slot.Service.Name, slot.Service.Version)
		want.Authentications = append(want.Authentications, neededSlot{
			types.StringValue(slot.ExportID), base.Text(slot.Title), types.StringValue(service), names(slot.Scopes), base.Text(slot.ResolvedID),
		})
	}
	slices.Sort(unresolved)
	want.Unresolved = names(unresolved)
	diags.Append(resp.State.Set(ctx, want)...)
}

func sortedKeys(m map[string]json.RawMessage) []string { return slices.Sorted(maps.Keys(m)) }
