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

func (l *apiUserList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds API users"+base.ForQuery+".", "no (sandbox only)",
		"one list for each workspace (100 a page), read no further than `limit` needs.", map[string]listschema.Attribute{
			"workspace_id": base.Only("Only API users of this workspace. Omitted: those of all shared workspaces that the token sees."),
		})
}

func (l *apiUserList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[base.InWorkspace](ctx, l.Provider, req, stream)
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
	if !workspaceID.IsNull() {
		return p.API.APIUsers.Pages(ctx, workspaceID.ValueString())
	}
	return base.Within(base.Workspaces(ctx, p.API, tray.WorkspaceShared), func(w tray.Workspace) iter.Seq2[[]tray.APIUser, error] {
		return p.API.APIUsers.Pages(ctx, w.ID)
	})
}
