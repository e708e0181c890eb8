package access

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ datasource.DataSourceWithConfigure        = (*unmanagedDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*unmanagedDataSource)(nil)
)

// NewUnmanagedDataSource returns the tray_unmanaged data source.
func NewUnmanagedDataSource() datasource.DataSource { return &unmanagedDataSource{} }

type unmanagedDataSource struct{ base.DataSource }

type unmanagedModel struct {
	Users              types.Set  `tfsdk:"users"`
	Workspaces         types.Set  `tfsdk:"workspaces"`
	Memberships        types.Map  `tfsdk:"memberships"`
	IgnoreAccountTypes types.Set  `tfsdk:"ignore_account_types"`
	IgnoreOrgAdmins    types.Bool `tfsdk:"ignore_org_admins"`

	UnmanagedUsers       []unmanagedUser       `tfsdk:"unmanaged_users"`
	UnmanagedInvitations []unmanagedInvitation `tfsdk:"unmanaged_invitations"`
	UnmanagedWorkspaces  []unmanagedWorkspace  `tfsdk:"unmanaged_workspaces"`
	UnmanagedMemberships []unmanagedMembership `tfsdk:"unmanaged_memberships"`
	Total                types.Int64           `tfsdk:"total"`
}

type unmanagedUser struct {
	Email            base.Email   `tfsdk:"email"`
	ID               types.String `tfsdk:"id"`
	Name             types.String `tfsdk:"name"`
	AccountType      types.String `tfsdk:"account_type"`
	OrganizationRole types.String `tfsdk:"organization_role"`
}

type unmanagedInvitation struct {
	Email            base.Email   `tfsdk:"email"`
	ID               types.String `tfsdk:"id"`
	OrganizationRole types.String `tfsdk:"organization_role"`
	ExpiresAt        types.String `tfsdk:"expires_at"`
}

type unmanagedWorkspace struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

type unmanagedMembership struct {
	WorkspaceID   types.String `tfsdk:"workspace_id"`
	WorkspaceName types.String `tfsdk:"workspace_name"`
	Email         base.Email   `tfsdk:"email"`
	UserID        types.String `tfsdk:"user_id"`
	AccountType   types.String `tfsdk:"account_type"`
	Role          types.String `tfsdk:"role"`
}

func (d *unmanagedDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_unmanaged"
}

const unmanagedText = `The people, shared workspaces and memberships that exist in Tray although the configuration does not name them.

**Works on a live Tray:** yes, but it lists no invitations: ` + "`unmanaged_invitations`" + ` is null there.

Terraform sees drift only in what it manages. When the members of a workspace are managed one by one, it does not see somebody who is added in the UI. Give
this data source what the configuration names, from the same locals. It returns the rest, and a ` + "`check`" + ` block says so in every plan.

It compares shared workspaces only. The others cannot be managed.

**Requests:** the list of users. With ` + "`workspaces`" + ` or ` + "`memberships`" + ` also the list of workspaces, and with ` + "`memberships`" + ` one list of members (100 a page) for each shared
workspace. With ` + "`users`" + `, in the sandbox, also the list of invitations. Everything else in the run shares them.`

func (d *unmanagedDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(text string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: text, Computed: true}
	}
	list := func(text string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
		return schema.ListNestedAttribute{MarkdownDescription: text, Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: attributes}}
	}
	email := schema.StringAttribute{MarkdownDescription: "E-mail address.", Computed: true, CustomType: base.EmailType{}}
	resp.Schema = schema.Schema{
		MarkdownDescription: unmanagedText,
		Attributes: map[string]schema.Attribute{
			"users": schema.SetAttribute{
				MarkdownDescription: "E-mail addresses that the configuration names. Letter case does not count. An empty set names nobody; without the argument people are not compared.",
				Optional:            true, ElementType: base.EmailType{},
			},
			"workspaces": schema.SetAttribute{
				MarkdownDescription: "Ids or names of the shared workspaces that the configuration names. A name that several of them have names none, so that the second one shows. " +
					"Without the argument workspaces are not compared.",
				Optional: true, ElementType: types.StringType,
			},
			"memberships": schema.MapAttribute{
				MarkdownDescription: "E-mail addresses, or user ids, of the members that the configuration names, by workspace id or name. In a workspace that is not in the map all members are unmanaged. " +
					"Without the argument memberships are not compared.",
				Optional: true, ElementType: types.SetType{ElemType: types.StringType},
			},
			"ignore_account_types": schema.SetAttribute{
				MarkdownDescription: "Kinds of account to leave out, of users and of members. Default `[\"API\", \"System\"]`; an empty set leaves nobody out.",
				Optional:            true, ElementType: types.StringType,
				Validators: []validator.Set{base.Among(accountTypes...)},
			},
			"ignore_org_admins": schema.BoolAttribute{
				MarkdownDescription: "Whether to leave out memberships of organization Owners and Admins, who reach every workspace without one. Default `true`.",
				Optional:            true,
			},
			"unmanaged_users": list("Users whom `users` does not name, sorted by e-mail address.", map[string]schema.Attribute{
				"email": email, "id": computed("Tray's id of the user."), "name": computed("Full name."),
				"account_type": computed("Kind of account."), "organization_role": computed("Role in the organization."),
			}),
			"unmanaged_invitations": list("Open invitations to addresses that `users` does not name, sorted by e-mail address. Null on a live Tray.", map[string]schema.Attribute{
				"email": email, "id": computed("Tray's id of the invitation."), "organization_role": computed("Role that acceptance gives."), "expires_at": computed("When it runs out, in UTC, such as `2026-01-31T12:00:00Z`."),
			}),
			"unmanaged_workspaces": list("Shared workspaces that `workspaces` does not name, sorted by name and id.", map[string]schema.Attribute{
				"id": computed("Tray's id of the workspace."), "name": computed("Name of the workspace."),
			}),
			"unmanaged_memberships": list("Members of shared workspaces whom `memberships` does not name, sorted by workspace name and e-mail address.", map[string]schema.Attribute{
				"workspace_id": computed("Tray's id of the workspace."), "workspace_name": computed("Name of the workspace."),
				"email": email, "user_id": computed("Tray's id of the user."), "account_type": computed("Kind of account."), "role": computed("Role in the workspace."),
			}),
			"total": schema.Int64Attribute{MarkdownDescription: "Number of entries in all the lists. 0 means that the configuration names everything.", Computed: true},
		},
	}
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *unmanagedDataSource) ConfigValidators(ctx context.Context) []datasource.ConfigValidator {
	return append(d.DataSource.ConfigValidators(ctx), datasourcevalidator.AtLeastOneOf(path.MatchRoot("users"), path.MatchRoot("workspaces"), path.MatchRoot("memberships")))
}

func (d *unmanagedDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	diags := &resp.Diagnostics
	m, ok := base.Load[unmanagedModel](ctx, req.Config, diags)
	if !ok || !d.Ready(diags) {
		return
	}
	named := m.named(ctx, diags)
	inv, err := d.exists(ctx, named)
	if base.Failed(diags, "read the organization", err) || diags.HasError() {
		return
	}
	invites, visible, err := d.invitations(ctx, named)
	if base.Failed(diags, "list the invitations", err) {
		return
	}
	m.fill(Unmanaged(inv, invites, named), visible)
	diags.Append(resp.State.Set(ctx, m)...)
}

// exists reads as much of the organization as the comparison needs.
func (d *unmanagedDataSource) exists(ctx context.Context, named Named) (inv Inventory, err error) {
	if named.Users != nil || named.Memberships != nil {
		if inv.Users, err = d.API.Users.List(ctx); err != nil {
			return inv, err
		}
	}
	if named.Workspaces == nil && named.Memberships == nil {
		return inv, nil
	}
	if inv.Workspaces, err = d.API.Workspaces.List(ctx); err != nil || named.Memberships == nil {
		return inv, err
	}
	return inv, inv.readMembers(ctx, d.API, func(w tray.Workspace) bool { return w.Type == tray.WorkspaceShared })
}

// invitations lists them where that is possible and wanted.
func (d *unmanagedDataSource) invitations(ctx context.Context, named Named) (all []tray.Invite, visible bool, err error) {
	if named.Users == nil {
		return nil, true, nil
	}
	if visible, err = d.API.Management.Available(ctx); err != nil || !visible {
		return nil, false, err
	}
	all, err = d.API.Invites.List(ctx)
	return all, true, err
}

func (m unmanagedModel) named(ctx context.Context, diags *diag.Diagnostics) Named {
	n := Named{
		Users:              elements[string](ctx, m.Users, diags),
		Workspaces:         elements[string](ctx, m.Workspaces, diags),
		IgnoreAccountTypes: []tray.AccountType{tray.AccountAPI, tray.AccountSystem},
		IgnoreOrgAdmins:    m.IgnoreOrgAdmins.IsNull() || m.IgnoreOrgAdmins.ValueBool(),
	}
	if !m.IgnoreAccountTypes.IsNull() {
		n.IgnoreAccountTypes = elements[tray.AccountType](ctx, m.IgnoreAccountTypes, diags)
	}
	if !m.Memberships.IsNull() {
		n.Memberships = map[string][]string{}
		diags.Append(m.Memberships.ElementsAs(ctx, &n.Memberships, false)...)
	}
	return n
}

func (m *unmanagedModel) fill(s Shadow, invitationsVisible bool) {
	m.UnmanagedUsers, m.UnmanagedWorkspaces, m.UnmanagedMemberships = []unmanagedUser{}, []unmanagedWorkspace{}, []unmanagedMembership{}
	for _, u := range s.Users {
		m.UnmanagedUsers = append(m.UnmanagedUsers, unmanagedUser{
			base.EmailValue(u.Email), types.StringValue(u.ID), types.StringValue(u.Name), types.StringValue(string(u.AccountType)), types.StringValue(u.Role.Name),
		})
	}
	if invitationsVisible {
		m.UnmanagedInvitations = []unmanagedInvitation{}
	}
	for _, i := range s.Invitations {
		m.UnmanagedInvitations = append(m.UnmanagedInvitations, unmanagedInvitation{
			base.EmailValue(i.Email), types.StringValue(i.ID), types.StringValue(i.Role.Name), types.StringValue(i.Expires.UTC().Format(time.RFC3339)),
		})
	}
	for _, w := range s.Workspaces {
		m.UnmanagedWorkspaces = append(m.UnmanagedWorkspaces, unmanagedWorkspace{types.StringValue(w.ID), types.StringValue(w.Name)})
	}
	for _, e := range s.Memberships {
		m.UnmanagedMemberships = append(m.UnmanagedMemberships, unmanagedMembership{
			types.StringValue(e.Workspace.ID), types.StringValue(e.Workspace.Name), base.EmailValue(e.Member.Email), types.StringValue(e.Member.UserID),
			types.StringValue(string(e.Member.AccountType)), types.StringValue(e.Member.Role.Name),
		})
	}
	m.Total = types.Int64Value(int64(len(s.Users) + len(s.Invitations) + len(s.Workspaces) + len(s.Memberships)))
}
