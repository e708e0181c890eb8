package embedded

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// userList has the type name and the provider of the resource.
type userList struct{ userResource }

type query struct {
	base.ByName
	Test types.Bool `tfsdk:"is_test_user"`
}

func (l *userList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds end users of Embedded"+base.ForQuery+".", "yes, with `master_token` in the provider block",
		"the list of end users, 100 a page, read no further than `limit` needs.", map[string]listschema.Attribute{
			"name_regex":   base.OnlyMatching("end users"),
			"is_test_user": listschema.BoolAttribute{MarkdownDescription: "Only test users, or only others.", Optional: true},
		})
}

func (l *userList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, name, ok := base.ListingNamed[query](ctx, l.Provider, req, stream)
	if !ok || !Lists(ctx, l.Provider, "end users", stream) {
		return
	}
	stream.Results = base.Results(req, "end users", l.API.EmbeddedUsers.Pages(ctx), func(u tray.EmbeddedUser) (list.ListResult, bool) {
		if !name.MatchString(u.Name) || !want.Test.IsNull() && want.Test.ValueBool() != u.Test {
			return list.ListResult{}, false
		}
		var m model
		m.fromAPI(&u)
		return base.Listed(ctx, req, u.Name, m.identity(), m), true
	})
}
