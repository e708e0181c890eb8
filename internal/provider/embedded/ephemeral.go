package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*ephemeralToken)(nil)

// ephemeralToken is a token to act as an end user. Each opening makes one of its own, and
// nothing can take it back: it expires.
type ephemeralToken struct{ base.Ephemeral }

type opened struct {
	UserID    types.String `tfsdk:"user_id"`
	Value     types.String `tfsdk:"value"`
	ExpiresAt types.String `tfsdk:"expires_at"`
}

func (e *ephemeralToken) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "tray_embedded_user_token"
}

func (e *ephemeralToken) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A user token of Embedded, with which to act as one end user: made when Terraform opens it. Neither plan nor state holds it.\n\n" +
			"**Works on a live Tray:** yes, with `master_token` in the provider block, where the organization has Embedded (`TRAY011`).\n\n" +
			"It lives for two days, and Tray has no call that ends one before. Removing the end user ends it. " +
			"Each plan and each apply opens a token of its own and takes no other away, so that runs may go on side by side.\n\n" +
			"A plan by a snapshot cannot open it, as nothing can be made there.\n\n" +
			"**Requests:** one for each opening.",
		Attributes: map[string]schema.Attribute{
			"user_id":    schema.StringAttribute{MarkdownDescription: "End user that it acts as: the `id` of a `tray_embedded_user`.", Required: true, Validators: base.Word()},
			"value":      schema.StringAttribute{MarkdownDescription: "The token itself.", Computed: true, Sensitive: true},
			"expires_at": schema.StringAttribute{MarkdownDescription: "When it expires at the latest, RFC 3339: two days after it was made, as Tray documents and does not tell.", Computed: true},
		},
	}
}

// Open implements ephemeral.EphemeralResource.
func (e *ephemeralToken) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	o, ok := base.Load[opened](ctx, req.Config, &resp.Diagnostics)
	at := path.Root("user_id")
	if !ok || !e.Ready(&resp.Diagnostics) || !Ready(ctx, e.Provider, "end user", o.UserID.ValueString(), at, &resp.Diagnostics) {
		return
	}
	// What it says must hold: the clock is read before Tray's begins.
	expires := e.API.Now().Add(tray.UserTokenLife)
	token, err := e.API.EmbeddedUsers.Authorize(ctx, o.UserID.ValueString())
	if tray.IsGone(err) {
		resp.Diagnostics.AddAttributeError(at, "Could not find the end user", fmt.Sprintf("No end user of the organization has the id %s.", o.UserID))
		return
	}
	if base.Failed(&resp.Diagnostics, "open a token of the end user", err) {
		return
	}
	o.Value, o.ExpiresAt = types.StringValue(token.Reveal()), types.StringValue(expires.UTC().Format(time.RFC3339))
	resp.Diagnostics.Append(resp.Result.Set(ctx, o)...)
}
