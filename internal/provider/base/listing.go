package base

import (
	"context"
	"fmt"
	"iter"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Listing decodes a list block of type Q. It reports false when it cannot, or the API is
// out of reach; the stream says why.
func Listing[Q any](ctx context.Context, p *Provider, req list.ListRequest, stream *list.ListResultsStream) (query Q, ok bool) {
	var diags diag.Diagnostics
	query, ok = Load[Q](ctx, req.Config, &diags)
	if ok && p.Ready(&diags) {
		return query, true
	}
	stream.Results = list.ListResultsStreamDiagnostics(diags)
	return query, false
}

// Listed is one result: what people call the object, and it as a refreshed import would
// have it in the state.
func Listed(ctx context.Context, req list.ListRequest, name string, identity, model any) list.ListResult {
	r := req.NewListResult(ctx)
	r.DisplayName = name
	r.Diagnostics.Append(r.Identity.Set(ctx, identity)...)
	if req.IncludeResource {
		r.Diagnostics.Append(r.Resource.Set(ctx, model)...)
	}
	return r
}

// Pattern compiles the argument name_regex, which may be null.
func Pattern(v types.String, diags *diag.Diagnostics) (*regexp.Regexp, bool) {
	compiled, err := regexp.Compile(v.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("name_regex"), "Not a regular expression", fmt.Sprintf("%s. Write it in RE2's notation.", err))
	}
	return compiled, err == nil
}

// InWorkspaces yields the pages of one workspace's objects, or of one workspace after the
// other when none is named. Those in which the token may not see such objects are left out then.
func InWorkspaces[T any](ctx context.Context, api *tray.Client, id string, pages func(ctx context.Context, workspaceID string) iter.Seq2[[]T, error]) iter.Seq2[[]T, error] {
	if id != "" {
		return pages(ctx, id)
	}
	return func(yield func([]T, error) bool) {
		workspaces, err := api.Workspaces.List(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, w := range workspaces {
			for page, err := range pages(ctx, w.ID) {
				if tray.IsForbidden(err) || NotSeen(err) {
					break
				}
				if !yield(page, err) || err != nil {
					return
				}
			}
		}
	}
}
