package workspace

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ datasource.DataSourceWithConfigure        = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource)(nil)
)

// NewDataSource returns the data source tray_workspace: one workspace of any type.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ base.DataSource }

// found is a workspace as the data sources show it: what is not set is "" and 0, as in
// the resource.
type found struct {
	ID               types.String `tfsdk:"id"`
	Name             types.String `tfsdk:"name"`
	Type             types.String `tfsdk:"type"`
	Description      types.String `tfsdk:"description"`
	MonthlyTaskLimit types.Int64  `tfsdk:"monthly_task_limit"`
}

func show(w *tray.Workspace) found {
	return found{
		ID: types.StringValue(w.ID), Name: types.StringValue(w.Name), Type: types.StringValue(string(w.Type)),
		Description: description(w), MonthlyTaskLimit: taskLimit(w),
	}
}

// oneOfTheTypes accepts the workspace types of the vendor's document.
func oneOfTheTypes() validator.String {
	return stringvalidator.OneOf(string(tray.WorkspaceShared), string(tray.WorkspaceOrganization), string(tray.WorkspacePersonal),
		string(tray.WorkspacePersonalExternal), string(tray.WorkspaceEmbedded))
}

const typeText = "`Shared`, `Organization`, `Personal`, `PersonalExternal` or `Embedded`"

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One workspace of any type, by id or by name.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"When several workspaces have the name, the error lists their ids, and `type` narrows the search. " +
			"A token with an organization role finds every workspace. A token that was made in one workspace finds that one.\n\n" +
			"**Requests:** the list of workspaces (100 a page). Everything else in the run shares it.",
		Attributes: map[string]schema.Attribute{
			"id":                 schema.StringAttribute{MarkdownDescription: "Tray's id of the workspace. Give this or `name`.", Optional: true, Computed: true, Validators: base.Word()},
			"name":               schema.StringAttribute{MarkdownDescription: "Name, compared letter for letter. Give this or `id`.", Optional: true, Computed: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			"type":               schema.StringAttribute{MarkdownDescription: "Kind of workspace: " + typeText + ". A workspace of another kind is not found.", Optional: true, Computed: true, Validators: []validator.String{oneOfTheTypes()}},
			"description":        base.Shown("Description. `\"\"` when there is none."),
			"monthly_task_limit": schema.Int64Attribute{MarkdownDescription: "Tasks allowed in a calendar month; `0` is no limit.", Computed: true},
		},
	}
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *dataSource) ConfigValidators(ctx context.Context) []datasource.ConfigValidator {
	return append(d.DataSource.ConfigValidators(ctx), datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")))
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := base.Load[found](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	var got *tray.Workspace
	if !want.ID.IsNull() {
		got = d.byID(ctx, want, &resp.Diagnostics)
	} else {
		got = d.byName(ctx, want, &resp.Diagnostics)
	}
	if got != nil {
		resp.Diagnostics.Append(resp.State.Set(ctx, show(got))...)
	}
}

func (d *dataSource) byID(ctx context.Context, want found, diags *diag.Diagnostics) *tray.Workspace {
	got, err := d.API.Workspaces.Get(ctx, want.ID.ValueString())
	if base.NotSeen(err) {
		diags.AddAttributeError(path.Root("id"), "Could not find the workspace",
			fmt.Sprintf("This token sees no workspace with the id %q. %s", want.ID.ValueString(), err))
		return nil
	}
	if base.Failed(diags, "read the workspace", err) {
		return nil
	}
	if !want.Type.IsNull() && want.Type.ValueString() != string(got.Type) {
		diags.AddAttributeError(path.Root("type"), "Could not find the workspace",
			fmt.Sprintf("%q (%s) is of type %s, not %s.", got.Name, got.ID, got.Type, want.Type.ValueString()))
		return nil
	}
	return got
}

func (d *dataSource) byName(ctx context.Context, want found, diags *diag.Diagnostics) *tray.Workspace {
	all, err := d.API.Workspaces.List(ctx)
	if base.Failed(diags, "read the workspaces", err) {
		return nil
	}
	var got []tray.Workspace
	for _, w := range all {
		if w.Name == want.Name.ValueString() && (want.Type.IsNull() || want.Type.ValueString() == string(w.Type)) {
			got = append(got, w)
		}
	}
	switch len(got) {
	case 1:
		return &got[0]
	case 0:
		diags.AddAttributeError(path.Root("name"), "Could not find the workspace",
			fmt.Sprintf("This token sees no workspace%s named %q. Names are compared letter for letter.", ofType(want.Type), want.Name.ValueString()))
	default:
		lines := make([]string, len(got))
		for i, w := range got {
			lines[i] = fmt.Sprintf("  id = %q (%s)", w.ID, w.Type)
		}
		diags.AddAttributeError(path.Root("name"), "Could not choose the workspace",
			fmt.Sprintf("%d workspaces%s are named %q. Give the id of one instead:\n\n%s", len(got), ofType(want.Type), want.Name.ValueString(), strings.Join(lines, "\n")))
	}
	return nil
}

func ofType(t types.String) string {
	if t.IsNull() {
		return ""
	}
	return " of type " + t.ValueString()
}
