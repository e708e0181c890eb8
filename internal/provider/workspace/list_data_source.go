package workspace

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource)(nil)

// NewListDataSource returns the data source tray_workspaces: those the token can see.
func NewListDataSource() datasource.DataSource { return &listDataSource{} }

type listDataSource struct{ base.DataSource }

type workspaces struct {
	Type       types.String      `tfsdk:"type"`
	NameRegex  types.String      `tfsdk:"name_regex"`
	Workspaces []found           `tfsdk:"workspaces"`
	IDsByName  map[string]string `tfsdk:"ids_by_name"`
}

func (d *listDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspaces"
}

func (d *listDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The workspaces that the token can see, sorted by name.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"A token with an organization role sees every workspace. A token that was made in one workspace sees that one.\n\n" +
			"**Requests:** the list of workspaces (100 a page). Everything else in the run shares it.",
		Attributes: map[string]schema.Attribute{
			"type":       schema.StringAttribute{MarkdownDescription: "Only workspaces of this kind: " + typeText + ".", Optional: true, Validators: []validator.String{oneOfTheTypes()}},
			"name_regex": base.ShownMatching("workspaces"),
			"workspaces": base.ShownList("The workspaces, sorted by name, then id.", map[string]schema.Attribute{
				"id":                 base.Shown("Tray's id of the workspace."),
				"name":               base.Shown("Name of the workspace."),
				"type":               base.Shown("Kind of workspace."),
				"description":        base.Shown("Description. `\"\"` when there is none."),
				"monthly_task_limit": schema.Int64Attribute{MarkdownDescription: "Tasks allowed in a calendar month; `0` is no limit.", Computed: true},
			}),
			"ids_by_name": schema.MapAttribute{
				MarkdownDescription: "Ids of the shared workspaces in `workspaces`, by name. A name that several of them have is left out.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		},
	}
}

func (d *listDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var got workspaces
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("type"), &got.Type)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name_regex"), &got.NameRegex)...)
	if resp.Diagnostics.HasError() || !d.Ready(&resp.Diagnostics) {
		return
	}
	pattern, ok := base.Pattern(got.NameRegex, &resp.Diagnostics)
	if !ok {
		return
	}
	all, err := d.API.Workspaces.List(ctx)
	if base.Failed(&resp.Diagnostics, "read the workspaces", err) {
		return
	}
	got.Workspaces = []found{}
	var kept []tray.Workspace
	for _, w := range all {
		if pattern.MatchString(w.Name) && (got.Type.IsNull() || got.Type.ValueString() == string(w.Type)) {
			got.Workspaces = append(got.Workspaces, show(&w))
			kept = append(kept, w)
		}
	}
	got.IDsByName = idsByName(kept)
	resp.Diagnostics.Append(resp.State.Set(ctx, got)...)
}

// idsByName maps the names of shared workspaces to their ids, without the names that
// more than one has.
func idsByName(all []tray.Workspace) map[string]string {
	ids, count := map[string]string{}, map[string]int{}
	for _, w := range all {
		if w.Type != tray.WorkspaceShared {
			continue
		}
		ids[w.Name] = w.ID
		if count[w.Name]++; count[w.Name] > 1 {
			delete(ids, w.Name)
		}
	}
	return ids
}
