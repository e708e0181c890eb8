package apitoken

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/tray-community/terraform-provider-tray/internal/provider/apiuser"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// tokenList has the type name and the provider of the resource.
type tokenList struct{ tokenResource }

func (l *tokenList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds API tokens"+base.ForQuery+". Their values are nowhere in it. Of a token that was rotated it finds the newest.", "no (sandbox only)",
		"a list of API users for each workspace and one of tokens for each API user (100 a page), read no further than `limit` needs.", map[string]listschema.Attribute{
			"workspace_id": base.Only("Only tokens of the API users of this workspace. Omitted: those of all shared workspaces that the token sees."),
		})
}

// listed is a token with the name of its API user.
type listed struct {
	tray.APIToken
	user string
}

func (l *tokenList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[base.InWorkspace](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	tokens := base.Within(apiuser.Pages(ctx, l.Provider, want.WorkspaceID), func(u tray.APIUser) iter.Seq2[[]listed, error] {
		return base.OnePage(l.of(ctx, u))
	})
	stream.Results = base.Results(req, "API tokens", tokens, func(k listed) (list.ListResult, bool) {
		var m model
		m.fromAPI(&k.APIToken)
		return base.Listed(ctx, req, fmt.Sprintf("%s of %s", m.Name.ValueString(), k.user), m.identity(), m), true
	})
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
