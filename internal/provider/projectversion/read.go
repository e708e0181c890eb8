package projectversion

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
)

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &dataSource{base.DataSourceOf("tray_project_versions")} }}
}

type dataSource struct{ base.NamedDataSource }

// versions are what the data source shows.
type versions struct {
	ProjectID types.String `tfsdk:"project_id"`
	Newest    types.String `tfsdk:"newest"`
	Versions  []shown      `tfsdk:"versions"`
}

type shown struct {
	Number      types.String `tfsdk:"version_number"`
	Title       types.String `tfsdk:"title"`
	Description types.String `tfsdk:"description"`
	Created     types.String `tfsdk:"created"`
	CreatorID   types.String `tfsdk:"creator_id"`
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := base.Shown
	resp.Schema = dataschema.Schema{
		MarkdownDescription: "The versions of a project that Tray still has, oldest first.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"Tray promises to keep the two newest and those of the last seven days.\n\n" +
			"**Requests:** the list of the project's versions (100 a page). Everything else in the run shares it.",
		Attributes: map[string]dataschema.Attribute{
			"project_id": dataschema.StringAttribute{MarkdownDescription: "Project whose versions are read.", Required: true, Validators: project.ID()},
			"newest":     text("Number of the newest version; null when there is none."),
			"versions": base.ShownList("The versions.", map[string]dataschema.Attribute{
				"version_number": text("Number of the version."), "title": text("Title that people see."), "description": text("What is in it; null when nothing is said."),
				"created": text("When it was made, in UTC."), "creator_id": text("User who made it."),
			}),
		},
	}
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := base.Load[versions](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	all, err := d.API.Projects.Versions(ctx, want.ProjectID.ValueString())
	if base.Failed(&resp.Diagnostics, "read the versions of the project", err) {
		return
	}
	want.Newest, want.Versions = types.StringNull(), []shown{}
	for _, v := range all {
		var m model
		m.fromAPI(&v)
		want.Newest = m.Number
		want.Versions = append(want.Versions, shown{m.Number, m.Title, m.Description, m.Created, m.CreatorID})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, want)...)
}
