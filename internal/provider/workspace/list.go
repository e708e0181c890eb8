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

// ListResources lists the package's list resources for the provider.
func ListResources() []func() framework.ListResource {
	return []func() framework.ListResource{func() framework.ListResource { return &workspaceList{workspaceResource{base.ResourceOf(kind.Noun)}} }}
}

// workspaceList has the type name and the provider of the resource.
type workspaceList struct{ workspaceResource }

func (l *workspaceList) ListResourceConfigSchema(_ context.Context, _ framework.ListResourceSchemaRequest, resp *framework.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds the shared workspaces of an organization"+base.ForQuery+". "+
		"Workspaces of other types cannot be managed and are not found; read them with the data source `tray_workspaces`.", "yes",
		"the list of workspaces, 100 a page, read no further than `limit` needs, and one to see what this Tray serves.",
		map[string]schema.Attribute{"name_regex": base.OnlyMatching("workspaces")})
}

func (l *workspaceList) List(ctx context.Context, req framework.ListRequest, stream *framework.ListResultsStream) {
	_, name, ok := base.ListingNamed[base.ByName](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	var diags diag.Diagnostics
	managed, err := l.API.Management.Available(ctx)
	if base.Failed(&diags, "list the workspaces", err) {
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
