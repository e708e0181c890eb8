package catalogue

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// operations is what a version of a connector or of a trigger can do.
type operations struct {
	base.DataSource
	kind
}

type offer struct {
	Name       types.String `tfsdk:"name"`
	Version    types.String `tfsdk:"version"`
	Operation  types.String `tfsdk:"operation"`
	NameRegex  types.String `tfsdk:"name_regex"`
	Operations []operation  `tfsdk:"operations"`
}

type operation struct {
	Name             types.String         `tfsdk:"name"`
	Title            types.String         `tfsdk:"title"`
	Description      types.String         `tfsdk:"description"`
	InputSchema      jsontypes.Normalized `tfsdk:"input_schema"`
	OutputSchema     jsontypes.Normalized `tfsdk:"output_schema"`
	HasDynamicOutput types.Bool           `tfsdk:"has_dynamic_output"`
	Scopes           []string             `tfsdk:"scopes"`
}

func (d *operations) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "tray_" + d.one + "_operations"
}

func (d *operations) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	document := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, CustomType: jsontypes.NormalizedType{}, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("The operations of a version of a %s, with the JSON Schemas of what goes in and comes out.\n\n", d.one) +
			"**Works on a live Tray:** yes\n\n" +
			"**Requests:** one for each version. Everything else in the run shares it.",
		Attributes: map[string]schema.Attribute{
			"name":       schema.StringAttribute{MarkdownDescription: fmt.Sprintf("Name of the %s; the data source `tray_%s` lists them.", d.one, d.many), Required: true},
			"version":    schema.StringAttribute{MarkdownDescription: fmt.Sprintf("Version of the %s, such as `\"2.4\"`.", d.one), Required: true, Validators: base.Word()},
			"operation":  schema.StringAttribute{MarkdownDescription: "Only the operation of this name.", Optional: true, Validators: base.Word()},
			"name_regex": schema.StringAttribute{MarkdownDescription: "Only operations whose name this regular expression (RE2) matches somewhere; `^` and `$` anchor it.", Optional: true},
			"operations": nested("The operations, as Tray lists them.", map[string]schema.Attribute{
				"name": text("Name of the operation."), "title": text("Title that people see."), "description": text("Description."),
				"input_schema":       document("JSON Schema of the input, as a JSON text; null where Tray shows none."),
				"output_schema":      document("JSON Schema of the output, as a JSON text; null where Tray shows none."),
				"has_dynamic_output": schema.BoolAttribute{MarkdownDescription: "Whether the form of the output depends on the input, and `output_schema` says less than all.", Computed: true},
				"scopes":             schema.ListAttribute{MarkdownDescription: "OAuth scopes that the authentication needs for it.", ElementType: types.StringType, Computed: true},
			}),
		},
	}
}

func (d *operations) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := base.Load[offer](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	pattern, ok := base.Pattern(want.NameRegex, &resp.Diagnostics)
	if !ok {
		return
	}
	all, err := d.does(ctx, d.API, tray.ConnectorRef{Name: want.Name.ValueString(), Version: want.Version.ValueString()})
	if base.Failed(&resp.Diagnostics, fmt.Sprintf("read the operations of the %s %s %s", d.one, want.Name.ValueString(), want.Version.ValueString()), err) {
		return
	}
	want.Operations = []operation{}
	for _, o := range all {
		if matches(want.Operation, o.Name) && pattern.MatchString(o.Name) {
			want.Operations = append(want.Operations, operation{
				types.StringValue(o.Name), types.StringValue(o.Title), types.StringValue(o.Description), document(o.InputSchema), document(o.OutputSchema),
				types.BoolValue(o.HasDynamicOutput), append([]string{}, o.AuthScopes...),
			})
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, want)...)
}

func document(schema json.RawMessage) jsontypes.Normalized {
	if len(schema) == 0 {
		return jsontypes.NewNormalizedNull()
	}
	return jsontypes.NewNormalizedValue(string(schema))
}
