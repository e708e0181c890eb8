package subscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// subscriptionList has the type name and the provider of the resource.
type subscriptionList struct{ subscriptionResource }

type query struct {
	NameRegex   types.String `tfsdk:"name_regex"`
	TriggerName types.String `tfsdk:"trigger_name"`
}

func (l *subscriptionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: "Finds subscriptions to triggers, for `terraform query` (Terraform 1.14 or later): those of the token's user. Their signing keys are nowhere in it.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"**Requests:** the list of subscriptions (100 a page), read no further than `limit` needs. " +
			"Terraform stops at 100 results unless the block sets `limit`; a warning says so when there are more.",
		Attributes: map[string]listschema.Attribute{
			"name_regex":   listschema.StringAttribute{MarkdownDescription: "Only subscriptions whose name this regular expression (RE2) matches somewhere; `^` and `$` anchor it.", Optional: true},
			"trigger_name": listschema.StringAttribute{MarkdownDescription: "Only subscriptions to the trigger of this name, in any version.", Optional: true, Validators: base.Word()},
		},
	}
}

func (l *subscriptionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	var diags diag.Diagnostics
	name, ok := base.Pattern(want.NameRegex, &diags)
	if !ok {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
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
