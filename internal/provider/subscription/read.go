package subscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// subscriptionList has the type name and the provider of the resource.
type subscriptionList struct{ subscriptionResource }

type query struct {
	base.ByName
	TriggerName types.String `tfsdk:"trigger_name"`
}

func (l *subscriptionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds subscriptions to triggers"+base.ForQuery+": those of the token's user. Their signing keys are nowhere in it.", "yes",
		"the list of subscriptions (100 a page), read no further than `limit` needs.", map[string]listschema.Attribute{
			"name_regex":   base.OnlyMatching("subscriptions"),
			"trigger_name": base.Only("Only subscriptions to the trigger of this name, in any version."),
		})
}

func (l *subscriptionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, name, ok := base.ListingNamed[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "subscriptions", l.API.Subscriptions.Pages(ctx), func(s tray.Subscription) (list.ListResult, bool) {
		if !name.MatchString(s.Name) || !want.TriggerName.IsNull() && want.TriggerName.ValueString() != s.Trigger.Name {
			return list.ListResult{}, false
		}
		var m model
		m.fromAPI(&s)
		return base.Listed(ctx, req, s.Name+" ("+s.Trigger.String()+")", m.identity(), m), true
	})
}
