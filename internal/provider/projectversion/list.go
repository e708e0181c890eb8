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
	return []func() list.ListResource{func() list.ListResource { return &versionList{} }}
}

// versionList has the type name and the provider of the resource.
type versionList struct{ versionResource }

type query struct {
	ProjectID types.String `tfsdk:"project_id"`
}

func (l *versionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Finds versions of projects, oldest first, for `terraform query` (Terraform 1.14 or later).\n\n" +
			"**Works on a live Tray:** with `project_id`, as its API lists no projects\n\n" +
			"**Requests:** the list of the project's versions, 100 a page. Without `project_id` the list of each workspace's projects, and that of each one's versions, no further than `limit` needs. " +
			"Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more.",
		Attributes: map[string]listschema.Attribute{
			"project_id": listschema.StringAttribute{MarkdownDescription: "Only the versions of this project.", Optional: true, Validators: project.ID()},
		},
	}
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
	return func(yield func([]named, error) bool) {
		if projectID != "" {
			yield(l.of(ctx, projectID, projectID))
			return
		}
		for page, err := range base.InWorkspaces(ctx, l.API, "", l.API.Projects.Pages) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, p := range page {
				all, err := l.of(ctx, p.ID, p.Name)
				if tray.IsGone(err) { // since it was listed
					continue
				}
				if !yield(all, err) || err != nil {
					return
				}
			}
		}
	}
}

func (l *versionList) of(ctx context.Context, projectID, name string) ([]named, error) {
	versions, err := l.API.Projects.Versions(ctx, projectID)
	all := make([]named, len(versions))
	for i, v := range versions {
		all[i] = named{v, name}
	}
	return all, err
}
