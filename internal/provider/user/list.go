package user

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ListResources lists this package's list resources.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &userList{userResource{base.ResourceOf(noun)}} }}
}

// userList has the type name and the provider of the resource.
type userList struct{ userResource }

type listModel struct {
	OrganizationRole base.Role    `tfsdk:"organization_role"`
	AccountType      types.String `tfsdk:"account_type"`
	EmailDomain      types.String `tfsdk:"email_domain"`
	IncludeInvited   types.Bool   `tfsdk:"include_invited"`
}

const listText = `Finds the people of an organization, for ` + "`terraform query`" + ` (Terraform 1.14 or later).

**Works on a live Tray:** yes, but it does not list people who are invited and have not accepted. The sandbox does.

**Requests:** the list of users, 1,000 a page, read no further than ` + "`limit`" + ` needs; then, where it is served and ` + "`include_invited`" + ` is not false, the list of invitations.
A filter by role reads the roles once. Terraform stops at 100 results unless the block sets ` + "`limit`" + `; a warning says so when there are more.`

func (l *userList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: listText,
		Attributes: map[string]schema.Attribute{
			"organization_role": schema.StringAttribute{
				MarkdownDescription: "Only people with this organization role; letter case does not count. A role that does not exist is an error.",
				Optional:            true, CustomType: base.RoleType{},
				Validators: base.OrganizationRole(),
			},
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Only this kind of account: `Regular`, `API`, `External`, `Integration`, `Partner` or `System`. People who are only invited have none yet and are left out.",
				Optional:            true,
				Validators: []validator.String{stringvalidator.OneOf(string(tray.AccountAPI), string(tray.AccountExternal), string(tray.AccountIntegration),
					string(tray.AccountPartner), string(tray.AccountRegular), string(tray.AccountSystem))},
			},
			"email_domain": schema.StringAttribute{
				MarkdownDescription: "Only addresses of this domain, such as `example.com`. Subdomains are other domains. Letter case does not count.",
				Optional:            true,
				Validators:          base.Word(),
			},
			"include_invited": schema.BoolAttribute{
				MarkdownDescription: "Whether to find people whose invitation is open, where invitations can be listed. Default `true`.",
				Optional:            true,
			},
		},
	}
}

func (l *userList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	config, ok := base.Listing[listModel](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	var diags diagnostics
	if !config.OrganizationRole.IsNull() { // a misspelled role would find nobody and look like an answer
		if _, ok := findRole(ctx, l.Provider, config.OrganizationRole, &diags); !ok {
			stream.Results = list.ListResultsStreamDiagnostics(diags)
			return
		}
	}
	stream.Results = base.Results(req, "users", l.people(ctx, config), func(p person) (list.ListResult, bool) {
		if !config.fits(p) {
			return list.ListResult{}, false
		}
		return p.result(ctx, req), true
	})
}

// people yields the users and then, where they can be seen and are wanted, those who
// are invited.
func (l *userList) people(ctx context.Context, config listModel) iter.Seq2[[]person, error] {
	return func(yield func([]person, error) bool) {
		for users, err := range l.API.Users.Pages(ctx) {
			page := make([]person, len(users))
			for i := range users {
				page[i].user = &users[i]
			}
			if !yield(page, err) || err != nil {
				return
			}
		}
		if !config.IncludeInvited.IsNull() && !config.IncludeInvited.ValueBool() || !config.AccountType.IsNull() {
			return
		}
		invited, err := l.invited(ctx)
		if len(invited) > 0 || err != nil {
			yield(invited, err)
		}
	}
}

// invited are the people with an open invitation; nobody on a live Tray.
func (l *userList) invited(ctx context.Context) ([]person, error) {
	if managed, err := l.API.Management.Available(ctx); err != nil || !managed {
		return nil, err
	}
	invites, err := l.API.Invites.List(ctx)
	var found []person
	for i := range invites {
		if invites[i].Status == tray.InvitePending {
			found = append(found, person{invite: &invites[i], status: statusInvited})
		}
	}
	return found, err
}

func (c listModel) fits(p person) bool {
	email, role := p.address()
	return (c.OrganizationRole.IsNull() || c.OrganizationRole.Is(role)) &&
		(c.AccountType.IsNull() || p.user != nil && c.AccountType.ValueString() == string(p.user.AccountType)) &&
		(c.EmailDomain.IsNull() || base.InDomain(email, c.EmailDomain.ValueString()))
}

func (p person) address() (email, role string) {
	if p.user != nil {
		return p.user.Email, p.user.Role.Name
	}
	return p.invite.Email, p.invite.Role.Name
}

// result is the person as a refreshed import would have it in the state.
func (p person) result(ctx context.Context, req list.ListRequest) list.ListResult {
	email, _ := p.address()
	m := model{Email: base.EmailValue(email)}
	if p.user == nil {
		m = m.withDefaults().waiting(p.invite, p.status)
		return base.Listed(ctx, req, email+" (invited)", m.identify(), m)
	}
	m.ID = types.StringValue(p.user.ID)
	m = m.withDefaults().joined(p.user)
	name := email
	if p.user.Name != "" {
		name = p.user.Name + " <" + email + ">"
	}
	return base.Listed(ctx, req, name, m.identify(), m)
}
