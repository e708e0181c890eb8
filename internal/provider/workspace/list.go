package workspace

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	framework "github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
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
	config, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	var diags diag.Diagnostics
	name, ok := base.Pattern(config.NameRegex, &diags)
	managed, err := l.API.Management.Available(ctx)
	if base.Failed(&diags, "list the workspaces", err) || !ok {
		stream.Results = framework.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = base.Results(req, "workspaces", l.API.Workspaces.Pages(ctx), func(w tray.Workspace) (framework.ListResult, bool) {
		if w.Type != tray.WorkspaceShared || !name.MatchString(w.Name) {
			return framework.ListResult{}, false
		}
		m := model{Adopted: types.BoolValue(!managed)}.withDefaults()
		m.fromAPI(&w)
		return base.Listed(ctx, req, w.Name, identity{m.ID}, m), true
	})
}
