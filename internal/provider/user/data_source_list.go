package user

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ datasource.DataSourceWithConfigure = (*usersDataSource)(nil)

// NewListDataSource returns the tray_users data source.
func NewListDataSource() datasource.DataSource { return &usersDataSource{} }

type usersDataSource struct{ base.DataSource }

type usersModel struct {
	OrganizationRole base.Role    `tfsdk:"organization_role"`
	AccountType      types.String `tfsdk:"account_type"`
	EmailDomain      types.String `tfsdk:"email_domain"`
	Users            []entry      `tfsdk:"users"`
	Emails           []string     `tfsdk:"emails"`
}

func (d *usersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users"
}

func (d *usersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: `The users of the organization: all of them, or those whom every filter lets through.

**Works on a live Tray:** yes

Somebody who has not accepted the invitation is no user yet, and is not in the list.

**Requests:** the list of users, 1,000 a page. Everything else in the run shares it.`,
		Attributes: map[string]schema.Attribute{
			"organization_role": schema.StringAttribute{
				MarkdownDescription: "Only users with this organization role. Letter case does not count. A role that does not exist is an error.",
				Optional:            true, CustomType: base.RoleType{}, Validators: base.OrganizationRole(),
			},
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Only this kind of account: `Regular`, `API`, `External`, `Integration`, `Partner` or `System`.",
				Optional:            true,
				Validators: []validator.String{stringvalidator.OneOf(string(tray.AccountAPI), string(tray.AccountExternal), string(tray.AccountIntegration),
					string(tray.AccountPartner), string(tray.AccountRegular), string(tray.AccountSystem))},
			},
			"email_domain": schema.StringAttribute{
				MarkdownDescription: "Only addresses of this domain, such as `example.com`. Subdomains are other domains. Letter case does not count.",
				Optional:            true, Validators: base.Word(),
			},
			"emails": schema.ListAttribute{
				MarkdownDescription: "E-mail addresses of `users`, in that order.",
				Computed:            true, ElementType: types.StringType,
			},
			"users": schema.ListNestedAttribute{
				MarkdownDescription: "The users, sorted by e-mail address.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                schema.StringAttribute{MarkdownDescription: "Tray's id of the user.", Computed: true},
					"email":             schema.StringAttribute{MarkdownDescription: "E-mail address.", Computed: true, CustomType: base.EmailType{}},
					"name":              schema.StringAttribute{MarkdownDescription: nameText, Computed: true},
					"organization_role": schema.StringAttribute{MarkdownDescription: roleText, Computed: true},
					"account_type":      schema.StringAttribute{MarkdownDescription: accountText, Computed: true},
				}},
			},
		},
	}
}

func (d *usersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := base.Load[usersModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	if !m.OrganizationRole.IsNull() { // a misspelled role would find nobody and look like an answer
		if _, ok := findRole(ctx, d.Provider, m.OrganizationRole, &resp.Diagnostics); !ok {
			return
		}
	}
	users, err := d.API.Users.List(ctx)
	if base.Failed(&resp.Diagnostics, "list the users", err) {
		return
	}
	m.Users, m.Emails = []entry{}, []string{}
	for i := range users {
		if u := &users[i]; m.fits(u) {
			m.Users = append(m.Users, entryOf(u))
			m.Emails = append(m.Emails, u.Email)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (m usersModel) fits(u *tray.User) bool {
	_, domain, _ := strings.Cut(u.Email, "@")
	return (m.OrganizationRole.IsNull() || m.OrganizationRole.Is(u.Role.Name)) &&
		(m.AccountType.IsNull() || m.AccountType.ValueString() == string(u.AccountType)) &&
		(m.EmailDomain.IsNull() || strings.EqualFold(domain, m.EmailDomain.ValueString()))
}
