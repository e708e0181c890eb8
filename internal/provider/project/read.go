package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &projectList{projectResource{base.ResourceOf(kind.Noun)}} }}
}

// projectList has the type name and the provider of the resource.
type projectList struct{ projectResource }

func (l *projectList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds projects"+base.ForQuery+".", "no: its API lists no projects",
		"the list of each workspace's projects, 100 a page, read no further than `limit` needs, and the list of workspaces where none is named.", map[string]listschema.Attribute{
			"workspace_id": base.Only("Only the projects of this workspace."),
			"name_regex":   base.OnlyMatching("projects"),
		})
}

func (l *projectList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, name, ok := base.ListingNamed[base.NamedInWorkspace](ctx, l.Provider, req, stream)
	if !ok {
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
