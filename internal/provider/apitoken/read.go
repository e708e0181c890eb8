package apitoken

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/apiuser"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// tokenList has the type name and the provider of the resource.
type tokenList struct{ tokenResource }

type query struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
}

func (l *tokenList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Finds API tokens, for `terraform query` (Terraform 1.14 or later). Their values are nowhere in it. Of a token that was rotated it finds the newest.\n\n" +
			"**Works on a live Tray:** no (sandbox only)\n\n" +
			"**Requests:** a list of API users for each workspace and one of tokens for each API user (100 a page), read no further than `limit` needs. " +
			"Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more.",
		Attributes: map[string]listschema.Attribute{
			"workspace_id": listschema.StringAttribute{MarkdownDescription: "Only tokens of the API users of this workspace. Omitted: those of all shared workspaces that the token sees.", Optional: true, Validators: base.Word()},
		},
	}
}

// listed is a token with the name of its API user.
type listed struct {
	tray.APIToken
	user string
}

func (l *tokenList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "API tokens", l.pages(ctx, want), func(k listed) (list.ListResult, bool) {
		var m model
		m.fromAPI(&k.APIToken)
		return base.Listed(ctx, req, fmt.Sprintf("%s of %s", m.Name.ValueString(), k.user), m.identity(), m), true
	})
}

func (l *tokenList) pages(ctx context.Context, want query) iter.Seq2[[]listed, error] {
	return func(yield func([]listed, error) bool) {
		for users, err := range apiuser.Pages(ctx, l.Provider, want.WorkspaceID) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, u := range users {
				if all, err := l.of(ctx, u); !yield(all, err) || err != nil {
					return
				}
			}
		}
	}
}

// of are the tokens of an API user, without those that live on after a rotation.
func (l *tokenList) of(ctx context.Context, u tray.APIUser) (all []listed, err error) {
	tokens, err := l.API.APITokens.List(ctx, u.WorkspaceID, u.ID)
	for i, k := range tokens {
		name := strings.TrimSuffix(k.Name, second)
		if !slices.ContainsFunc(tokens[i+1:], func(newer tray.APIToken) bool { return strings.TrimSuffix(newer.Name, second) == name }) {
			all = append(all, listed{k, u.Name})
		}
	}
	return all, err
}
