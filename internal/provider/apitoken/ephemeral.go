package apitoken

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*ephemeralToken)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*ephemeralToken)(nil)
)

// ephemeralToken is a token that lives for one run. Each opening makes one of its own.
type ephemeralToken struct{ base.Ephemeral }

type opened struct {
	WorkspaceID types.String       `tfsdk:"workspace_id"`
	APIUserID   types.String       `tfsdk:"api_user_id"`
	Name        types.String       `tfsdk:"name"`
	ValidFor    base.DurationValue `tfsdk:"valid_for"`
	ID          types.String       `tfsdk:"id"`
	TokenName   types.String       `tfsdk:"token_name"`
	Value       types.String       `tfsdk:"value"`
	ExpiresAt   types.String       `tfsdk:"expires_at"`
}

// closing is what a Close has to know. The value is not in it.
type closing struct{ Workspace, User, ID, Name, Expires string }

const (
	closingKey  = "token"
	defaultLife = time.Hour
	longestLife = 24 * time.Hour
	// moment is how long a revocation may take when the run was interrupted.
	moment = 20 * time.Second
)

func (e *ephemeralToken) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = noun.Type
}

func (e *ephemeralToken) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	given := func(text string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: text, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A token of an API user for one run: made when Terraform opens it, and revoked when Terraform is done with it. Neither plan nor state holds it.\n\n" +
			"**Works on a live Tray:** no (sandbox only). Tray makes tokens in its UI.\n\n" +
			"Each plan and each apply opens a token of its own and takes no other away, so that runs may go on side by side. " +
			"If it cannot be revoked at the end, a warning names it, and the run does not fail. A run that is killed revokes nothing. It expires after `valid_for` in any case.\n\n" +
			"A plan by a snapshot cannot open it, as nothing can be made there.\n\n" +
			"**Requests:** two for each opening: the token is made and revoked.",
		Attributes: map[string]schema.Attribute{
			"workspace_id": schema.StringAttribute{MarkdownDescription: "Workspace of the API user.", Required: true, Validators: base.Word()},
			"api_user_id":  schema.StringAttribute{MarkdownDescription: "API user that it acts as.", Required: true, Validators: base.Word()},
			"name":         schema.StringAttribute{MarkdownDescription: "How the token's name begins; something random follows. Default `terraform`.", Optional: true, Validators: base.Name(200)},
			"valid_for": schema.StringAttribute{
				MarkdownDescription: "How long it is valid at most, such as `\"30m\"`, when it is not revoked before: at most `24h`, and longer than a run takes. Default `1h`.",
				CustomType:          base.DurationType{}, Optional: true, Validators: base.Durations(time.Minute, longestLife),
			},
			"id": given("Identifier of the token, given by Tray."), "token_name": given("Name that the token has in Tray."),
			"expires_at": given("When it expires, RFC 3339."),
			"value":      schema.StringAttribute{MarkdownDescription: "The token itself.", Computed: true, Sensitive: true},
		},
	}
}

// Open implements ephemeral.EphemeralResource.
func (e *ephemeralToken) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	o, ok := base.Load[opened](ctx, req.Config, &resp.Diagnostics)
	if !ok || !e.Ready(&resp.Diagnostics) {
		return
	}
	name, life := "terraform", defaultLife
	if !o.Name.IsNull() {
		name = o.Name.ValueString()
	}
	if !o.ValidFor.IsNull() {
		life = o.ValidFor.Get()
	}
	name += "-" + strings.ToLower(rand.Text()[:12])
	workspace, user := o.WorkspaceID.ValueString(), o.APIUserID.ValueString()
	if !managed(ctx, e.Provider, name, &resp.Diagnostics) || !inShared(ctx, e.Provider, workspace, user, &resp.Diagnostics) {
		return
	}
	k, err := e.API.APITokens.Create(ctx, workspace, user, name, expiry(e.API.Now(), life))
	if base.Failed(&resp.Diagnostics, "open the API token "+name, err) {
		return
	}
	o.ID, o.TokenName, o.Value, o.ExpiresAt = types.StringValue(k.ID), types.StringValue(k.Name), types.StringValue(k.Value.Reveal()), types.StringNull()
	if k.Expires != nil {
		o.ExpiresAt = types.StringValue(k.Expires.UTC().Format(time.RFC3339))
	}
	value, _ := json.Marshal(closing{workspace, user, k.ID, k.Name, o.ExpiresAt.ValueString()}) // texts
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, closingKey, value)...)
	resp.Diagnostics.Append(resp.Result.Set(ctx, o)...)
}

// Close implements ephemeral.EphemeralResourceWithClose. A run that has done its work does
// not fail over a token that expires by itself; and one that was interrupted revokes it, too.
func (e *ephemeralToken) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	value, diags := req.Private.GetKey(ctx, closingKey)
	var c closing
	if diags.HasError() || json.Unmarshal(value, &c) != nil || !e.Ready(nil) {
		return
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), moment)
	defer cancel()
	if err := e.API.APITokens.Revoke(after, c.Workspace, c.User, c.ID); err != nil {
		// The name is in the summary, as command lines print one of several warnings of one summary.
		resp.Diagnostics.AddWarning(fmt.Sprintf("The API token %s lives on", c.Name),
			fmt.Sprintf("The token %q (%s) of this run could not be revoked, and is valid until %s. To end it before, revoke it in Tray: Account settings > Tokens, at the API user. %s", c.Name, c.ID, c.Expires, err))
	}
}
