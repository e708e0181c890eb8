package base

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"

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

// listingPattern is Pattern for a list block; the stream says what is wrong.
func listingPattern(v types.String, stream *list.ListResultsStream) (*regexp.Regexp, bool) {
	var diags diag.Diagnostics
	compiled, ok := Pattern(v, &diags)
	if !ok {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
	}
	return compiled, ok
}

// Within yields what each object of parents holds, one after the other.
func Within[P, T any](parents iter.Seq2[[]P, error], pages func(P) iter.Seq2[[]T, error]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		for page, err := range parents {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, parent := range page {
				for all, err := range pages(parent) {
					if !yield(all, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

// OnePage is what a list came to, as pages.
func OnePage[T any](all []T, err error) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) { yield(all, err) }
}

// Workspaces yields the workspaces of these types that the token sees, when they are asked for;
// without a type, all.
func Workspaces(ctx context.Context, api *tray.Client, types ...tray.WorkspaceType) iter.Seq2[[]tray.Workspace, error] {
	return func(yield func([]tray.Workspace, error) bool) {
		all, err := api.Workspaces.List(ctx)
		yield(slices.DeleteFunc(all, func(w tray.Workspace) bool { return len(types) > 0 && !slices.Contains(types, w.Type) }), err)
	}
}

// InWorkspaces yields the pages of one workspace's objects, or of one workspace after the
// other when none is named. Those in which the token may not see such objects are left out then.
func InWorkspaces[T any](ctx context.Context, api *tray.Client, id string, pages func(ctx context.Context, workspaceID string) iter.Seq2[[]T, error]) iter.Seq2[[]T, error] {
	if id != "" {
		return pages(ctx, id)
	}
	return Within(Workspaces(ctx, api), func(w tray.Workspace) iter.Seq2[[]T, error] {
		return func(yield func([]T, error) bool) {
			for page, err := range pages(ctx, w.ID) {
				if tray.IsForbidden(err) || NotSeen(err) || !yield(page, err) {
					return
				}
			}
		}
	})
}
