package workspace

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	framework "github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ framework.ListResourceWithConfigure = (*workspaceList)(nil)

// ListResources lists the package's list resources for the provider.
func ListResources() []func() framework.ListResource {
	return []func() framework.ListResource{NewListResource}
}

// NewListResource returns the list resource of tray_workspace, for `terraform query`.
func NewListResource() framework.ListResource { return &workspaceList{} }

// workspaceList has the type name and the provider of the resource.
type workspaceList struct{ workspaceResource }

type query struct {
	NameRegex types.String `tfsdk:"name_regex"`
}

const queryText = "Finds the shared workspaces of an organization, for `terraform query` (Terraform 1.14 or later). " +
	"Workspaces of other types cannot be managed and are not found; read them with the data source `tray_workspaces`.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"**Requests:** the list of workspaces, 100 a page, read no further than `limit` needs, and one to see what this Tray serves. " +
	"Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more."

func (l *workspaceList) ListResourceConfigSchema(_ context.Context, _ framework.ListResourceSchemaRequest, resp *framework.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: queryText,
		Attributes: map[string]schema.Attribute{
			"name_regex": schema.StringAttribute{
				MarkdownDescription: "Only workspaces whose name this regular expression (RE2) matches somewhere; `^` and `$` anchor it.",
				Optional:            true,
			},
		},
	}
}

func (l *workspaceList) List(ctx context.Context, req framework.ListRequest, stream *framework.ListResultsStream) {
	var diags diag.Diagnostics
	config, ok := base.Load[query](ctx, req.Config, &diags)
	if !ok || !l.Ready(&diags) {
		stream.Results = framework.ListResultsStreamDiagnostics(diags)
		return
	}
	name, err := regexp.Compile(config.NameRegex.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("name_regex"), "Not a regular expression", fmt.Sprintf("%s. Write it in RE2's notation.", err))
	}
	managed, err := l.API.Management.Available(ctx)
	if base.Failed(&diags, "list the workspaces", err) || diags.HasError() {
		stream.Results = framework.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = base.Results(req, "workspaces", l.API.Workspaces.Pages(ctx), func(w tray.Workspace) (framework.ListResult, bool) {
		if w.Type != tray.WorkspaceShared || !name.MatchString(w.Name) {
			return framework.ListResult{}, false
		}
		return result(ctx, req, &w, managed), true
	})
}

// result is the workspace as a refreshed import would have it in the state.
func result(ctx context.Context, req framework.ListRequest, w *tray.Workspace, managed bool) framework.ListResult {
	r := req.NewListResult(ctx)
	r.DisplayName = w.Name
	m := model{DeletionProtection: types.BoolValue(true), Adopted: types.BoolValue(!managed)}
	m.fromAPI(w)
	r.Diagnostics.Append(r.Identity.Set(ctx, identity{m.ID})...)
	if req.IncludeResource {
		r.Diagnostics.Append(r.Resource.Set(ctx, m)...)
	}
	return r
}
