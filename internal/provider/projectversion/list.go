package projectversion

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &versionList{versionResource{base.ResourceOf(noun)}} }}
}

// versionList has the type name and the provider of the resource.
type versionList struct{ versionResource }

type query struct {
	ProjectID types.String `tfsdk:"project_id"`
}

func (l *versionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds versions of projects, oldest first"+base.ForQuery+".", "with `project_id`, as its API lists no projects",
		"the list of the project's versions, 100 a page. Without `project_id` the list of each workspace's projects, and that of each one's versions, no further than `limit` needs.", map[string]listschema.Attribute{
			"project_id": listschema.StringAttribute{MarkdownDescription: "Only the versions of this project.", Optional: true, Validators: project.ID()},
		})
}

func (l *versionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "versions", l.pages(ctx, want.ProjectID.ValueString()), func(v named) (list.ListResult, bool) {
		var m model
		m.fromAPI(&v.ProjectVersion)
		return base.Listed(ctx, req, v.project+" "+v.Number+": "+v.Title, m.identity(), m), true
	})
}

// named is a version and what people call its project: its id, where nobody tells the name.
type named struct {
	tray.ProjectVersion
	project string
}

// pages yields the versions of one project, or of one after the other when none is named.
func (l *versionList) pages(ctx context.Context, projectID string) iter.Seq2[[]named, error] {
	if projectID != "" {
		return base.OnePage(l.of(ctx, projectID, projectID))
	}
	return base.Within(base.InWorkspaces(ctx, l.API, "", l.API.Projects.Pages), func(p tray.Project) iter.Seq2[[]named, error] {
		all, err := l.of(ctx, p.ID, p.Name)
		if tray.IsGone(err) { // since it was listed
			return func(func([]named, error) bool) {}
		}
		return base.OnePage(all, err)
	})
}

func (l *versionList) of(ctx context.Context, projectID, name string) ([]named, error) {
	versions, err := l.API.Projects.Versions(ctx, projectID)
	all := make([]named, len(versions))
	for i, v := range versions {
		all[i] = named{v, name}
	}
	return all, err
}
