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
	return []func() list.ListResource{func() list.ListResource { return &authenticationList{} }}
}

// authenticationList has the type name and the provider of the resource.
type authenticationList struct{ authenticationResource }

type query struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
}

func (l *authenticationList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Finds authentications, for `terraform query` (Terraform 1.14 or later). Their secrets are not among what it finds.\n\n" +
			"**Works on a live Tray:** no (sandbox only). Tray's own API lists no authentications.\n\n" +
			"**Requests:** one list for each workspace (100 a page), read no further than `limit` needs. " +
			"Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more.",
		Attributes: map[string]listschema.Attribute{
			"workspace_id": listschema.StringAttribute{MarkdownDescription: "Only authentications in this workspace. Omitted: those in all workspaces that the token sees.", Optional: true, Validators: base.Word()},
		},
	}
}

func (l *authenticationList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
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
	return func(yield func([]tray.ListedAuthentication, error) bool) {
		ids := []string{workspaceID.ValueString()}
		if workspaceID.IsNull() {
			all, err := l.API.Workspaces.List(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			ids = nil
			for _, w := range all {
				ids = append(ids, w.ID)
			}
		}
		for _, id := range ids {
			for page, err := range l.API.Authentications.Pages(ctx, id) {
				if !yield(page, err) || err != nil {
					return
				}
			}
		}
	}
}

const form = "<id>, or <workspace>/<name>"

// named is the id of what an import names.
func (r *authenticationResource) named(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (id string, ok bool) {
	if req.ID == "" {
		given, ok := base.Load[identity](ctx, req.Identity, diags)
		return given.ID.ValueString(), ok
	}
	if uuid.MatchString(req.ID) {
		return req.ID, true
	}
	parts, ok := base.SplitID(req.ID, 2, form, diags)
	if !ok {
		return "", false
	}
	w := base.FindWorkspace(ctx, r.API, parts[0], diags)
	if w == nil {
		return "", false
	}
	all, err := r.API.Authentications.List(ctx, w.ID)
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
		more := ""
		if len(found) > 1 {
			more = " Import it by its id: " + strings.Join(found, ", ") + "."
		}
		diags.AddError("Could not find the authentication", fmt.Sprintf("%d authentications in the workspace %s have the id or the name %q.%s", len(found), w.Name, parts[1], more))
		return "", false
	}
	return found[0], true
}
