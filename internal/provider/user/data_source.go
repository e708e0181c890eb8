package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ datasource.DataSourceWithConfigure        = (*userDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*userDataSource)(nil)
)

// NewDataSource returns the tray_user data source.
func NewDataSource() datasource.DataSource { return &userDataSource{} }

type userDataSource struct{ base.DataSource }

// entry is a user as the data sources show one.
type entry struct {
	ID               types.String `tfsdk:"id"`
	Email            base.Email   `tfsdk:"email"`
	Name             types.String `tfsdk:"name"`
	OrganizationRole types.String `tfsdk:"organization_role"`
	AccountType      types.String `tfsdk:"account_type"`
}

func entryOf(u *tray.User) entry {
	return entry{
		ID:               types.StringValue(u.ID),
		Email:            base.EmailValue(u.Email),
		Name:             types.StringValue(u.Name),
		OrganizationRole: types.StringValue(u.Role.Name),
		AccountType:      types.StringValue(string(u.AccountType)),
	}
}

// The texts of what both data sources show.
const (
	nameText    = "Full name."
	roleText    = "Name of the organization role."
	accountText = "Kind of account: `Regular`, `API`, `External`, `Integration`, `Partner` or `System`."
)

func (d *userDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

func (d *userDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: `A user of the organization, found by id or e-mail address.

**Works on a live Tray:** yes

An address or id that is no user's is an error. Somebody who has not accepted the invitation is no user yet.

**Requests:** one, or none beyond the list of users when the run reads that anyway.`,
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Tray's id of the user. Give this or `email`.",
				Optional:            true, Computed: true,
				Validators: base.Word(),
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "E-mail address. Letter case does not count. Give this or `id`.",
				Optional:            true, Computed: true,
				CustomType: base.EmailType{},
			},
			"name":              schema.StringAttribute{MarkdownDescription: nameText, Computed: true},
			"organization_role": schema.StringAttribute{MarkdownDescription: roleText, Computed: true},
			"account_type":      schema.StringAttribute{MarkdownDescription: accountText, Computed: true},
		},
	}
}

func (d *userDataSource) ConfigValidators(ctx context.Context) []datasource.ConfigValidator {
	return append(d.DataSource.ConfigValidators(ctx), datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("email")))
}

func (d *userDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config, ok := base.Load[entry](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	var u *tray.User
	var err error
	at, wanted := path.Root("id"), config.ID.ValueString()
	if wanted != "" {
		u, err = d.API.Users.Get(ctx, wanted)
	} else {
		at, wanted = path.Root("email"), config.Email.ValueString()
		u, err = d.API.Users.GetByEmail(ctx, wanted)
	}
	if tray.IsGone(err) {
		resp.Diagnostics.AddAttributeError(at, "Could not find the user", "Nobody in the organization has the address or id \""+wanted+"\". Who is invited becomes a user on accepting.")
		return
	}
	if base.Failed(&resp.Diagnostics, "read the user "+wanted, err, at) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, entryOf(u))...)
}
