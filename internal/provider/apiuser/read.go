package apiuser

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// apiUserList has the type name and the provider of the resource.
type apiUserList struct{ apiUserResource }

type query struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
}

func (l *apiUserList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Finds API users, for `terraform query` (Terraform 1.14 or later).\n\n" +
			"**Works on a live Tray:** no (sandbox only)\n\n" +
			"**Requests:** one list for each workspace (100 a page), read no further than `limit` needs. " +
			"Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more.",
		Attributes: map[string]listschema.Attribute{
			"workspace_id": listschema.StringAttribute{MarkdownDescription: "Only API users of this workspace. Omitted: those of all shared workspaces that the token sees.", Optional: true, Validators: base.Word()},
		},
	}
}

func (l *apiUserList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "API users", Pages(ctx, l.Provider, want.WorkspaceID), func(u tray.APIUser) (list.ListResult, bool) {
		var m model
		m.fromAPI(&u)
		return base.Listed(ctx, req, u.Name, m.identity(), m), true
	})
}

// Pages yields the API users of one workspace or, when that is null, of one shared workspace
// after the other.
func Pages(ctx context.Context, p *base.Provider, workspaceID types.String) iter.Seq2[[]tray.APIUser, error] {
	return func(yield func([]tray.APIUser, error) bool) {
		ids := []string{workspaceID.ValueString()}
		if workspaceID.IsNull() {
			all, err := p.API.Workspaces.List(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			ids = nil
			for _, w := range all {
				if w.Type == tray.WorkspaceShared {
					ids = append(ids, w.ID)
				}
			}
		}
		for _, id := range ids {
			for page, err := range p.API.APIUsers.Pages(ctx, id) {
				if !yield(page, err) || err != nil {
					return
				}
			}
		}
	}
}
