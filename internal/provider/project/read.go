package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &projectList{} }}
}

// projectList has the type name and the provider of the resource.
type projectList struct{ projectResource }

type query struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	NameRegex   types.String `tfsdk:"name_regex"`
}

func (l *projectList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Finds projects, for `terraform query` (Terraform 1.14 or later).\n\n" +
			"**Works on a live Tray:** no: its API lists no projects\n\n" +
			"**Requests:** the list of each workspace's projects, 100 a page, read no further than `limit` needs, and the list of workspaces where none is named. " +
			"Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more.",
		Attributes: map[string]listschema.Attribute{
			"workspace_id": listschema.StringAttribute{MarkdownDescription: "Only the projects of this workspace.", Optional: true, Validators: base.Word()},
			"name_regex":   listschema.StringAttribute{MarkdownDescription: "Only projects whose name this regular expression (RE2) matches somewhere; `^` and `$` anchor it.", Optional: true},
		},
	}
}

func (l *projectList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	var diags diag.Diagnostics
	name, ok := base.Pattern(want.NameRegex, &diags)
	if !ok {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = base.Results(req, "projects", base.InWorkspaces(ctx, l.API, want.WorkspaceID.ValueString(), l.API.Projects.Pages), func(p tray.Project) (list.ListResult, bool) {
		if !name.MatchString(p.Name) {
			return list.ListResult{}, false
		}
		var m model
		m.fromAPI(&p)
		m = m.withDefaults(true)
		return base.Listed(ctx, req, p.Name, m.identity(), m), true
	})
}
