package authentication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure        = (*credentialsResource)(nil)
	_ ephemeral.EphemeralResourceWithConfigValidators = (*credentialsResource)(nil)
)

// EphemeralResources lists the package's ephemeral resources for the provider.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &credentialsResource{} }}
}

// credentialsResource shows an authentication with its secrets, to what keeps none.
type credentialsResource struct{ base.Ephemeral }

type full struct {
	ID                   types.String `tfsdk:"id"`
	Refresh              types.Bool   `tfsdk:"refresh"`
	Name                 types.String `tfsdk:"name"`
	ServiceEnvironmentID types.String `tfsdk:"service_environment_id"`
	Scopes               types.Set    `tfsdk:"scopes"`
	Credentials          types.String `tfsdk:"credentials"`
	UserData             types.String `tfsdk:"user_data"`
}

func (e *credentialsResource) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = noun.Type + "_credentials"
}

func (e *credentialsResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	secret := func(text string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: text + " It is a JSON object: `jsondecode` reads it.", Computed: true, Sensitive: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An authentication with its secrets, for provider blocks and write-only arguments. Neither a plan nor a state holds them.\n\n" +
			"**Works on a live Tray:** yes, with a token of the user who made the authentication. To every other token Tray says that it is not there.\n\n" +
			"**Requests:** one in each plan and one in each apply.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{MarkdownDescription: "Identifier of the authentication.", Required: true, Validators: []validator.String{anID()}},
			"refresh": schema.BoolAttribute{
				MarkdownDescription: "Whether Tray renews the credentials first, where it can. It does so in each plan too. Omitted: `false`.", Optional: true,
			},
			"name":                   schema.StringAttribute{MarkdownDescription: "Name that people choose it by.", Computed: true},
			"service_environment_id": schema.StringAttribute{MarkdownDescription: "Environment of the service.", Computed: true},
			"scopes":                 schema.SetAttribute{MarkdownDescription: "OAuth scopes that were granted.", ElementType: types.StringType, Computed: true},
			"credentials":            secret("The credentials."),
			"user_data":              secret("What else the service asks for."),
		},
	}
}

// Open implements ephemeral.EphemeralResource.
func (e *credentialsResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	want, ok := base.Load[full](ctx, req.Config, &resp.Diagnostics)
	if !ok || !e.Ready(&resp.Diagnostics) {
		return
	}
	got, err := e.API.Authentications.Full(ctx, want.ID.ValueString(), want.Refresh.ValueBool())
	if base.Failed(&resp.Diagnostics, "read the credentials of the authentication", err) {
		return
	}
	want.Name, want.ServiceEnvironmentID, want.Scopes = types.StringValue(got.Name), types.StringValue(got.ServiceEnvironmentID), base.StringSet(got.Scopes)
	want.Credentials, want.UserData = types.StringValue(string(got.Credentials.Reveal())), types.StringValue(string(got.UserData.Reveal()))
	resp.Diagnostics.Append(resp.Result.Set(ctx, want)...)
}
