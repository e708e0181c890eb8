package authentication

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &authenticationList{authenticationResource{base.ResourceOf(noun)}} }}
}

// authenticationList has the type name and the provider of the resource.
type authenticationList struct{ authenticationResource }

func (l *authenticationList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds authentications"+base.ForQuery+". Their secrets are not among what it finds.", "no (sandbox only). Tray's own API lists no authentications.",
		"one list for each workspace (100 a page), read no further than `limit` needs.", map[string]listschema.Attribute{
			"workspace_id": base.Only("Only authentications in this workspace. Omitted: those in all workspaces that the token sees."),
		})
}

func (l *authenticationList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[base.InWorkspace](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "authentications", l.pages(ctx, want.WorkspaceID), func(a tray.ListedAuthentication) (list.ListResult, bool) {
		m := model{Verify: types.ObjectNull(verifyAttribute().GetType().(types.ObjectType).AttrTypes)}
		m.fromAPI(&a.Authentication)
		return base.Listed(ctx, req, strings.TrimSpace(a.ServiceName+" "+a.Name), m.identity(), m), true
	})
}

// pages yields the authentications of one workspace or, when that is null, of one workspace
// after the other.
func (l *authenticationList) pages(ctx context.Context, workspaceID types.String) iter.Seq2[[]tray.ListedAuthentication, error] {
	if !workspaceID.IsNull() {
		return l.API.Authentications.Pages(ctx, workspaceID.ValueString())
	}
	return base.Within(base.Workspaces(ctx, l.API), func(w tray.Workspace) iter.Seq2[[]tray.ListedAuthentication, error] {
		return l.API.Authentications.Pages(ctx, w.ID)
	})
}

const form = "<id>, or <workspace>/<name>"

// toImport is the id of what an import names.
func (r *authenticationResource) toImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (id string, ok bool) {
	if req.ID == "" {
		given, ok := base.Load[identity](ctx, req.Identity, diags)
		return given.ID.ValueString(), ok
	}
	if base.IsUUID(req.ID) {
		return req.ID, true
	}
	parts, ok := r.ImportPath(ctx, req, form, diags, "workspace", "name")
	if !ok {
		return "", false
	}
	all, err := r.API.Authentications.List(ctx, parts[0])
	if base.Failed(diags, "import the authentication", err) {
		return "", false
	}
	var found []string
	for _, a := range all {
		if a.ID == parts[1] || a.Name == parts[1] {
			found = append(found, a.ID)
		}
	}
	if len(found) != 1 {
		diags.AddError("Could not find the authentication", fmt.Sprintf("%d authentications in the workspace %s have the id or the name %q.%s", len(found), r.WorkspaceName(ctx, parts[0]), parts[1], base.OneOf(found)))
		return "", false
	}
	return found[0], true
}
