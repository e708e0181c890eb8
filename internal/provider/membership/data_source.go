package membership

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// NewDataSource returns the data source tray_workspace_members.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ base.DataSource }

type members struct {
	WorkspaceID  types.String      `tfsdk:"workspace_id"`
	Role         base.Role         `tfsdk:"role"`
	AccountType  types.String      `tfsdk:"account_type"`
	Members      []found           `tfsdk:"members"`
	RolesByEmail map[string]string `tfsdk:"roles_by_email"`
}

type found struct {
	UserID      types.String `tfsdk:"user_id"`
	Email       types.String `tfsdk:"email"`
	Role        types.String `tfsdk:"role"`
	AccountType types.String `tfsdk:"account_type"`
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace_members"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The members of one workspace, with their roles.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"Somebody who has not accepted the invitation is no member yet, and is not in the list.\n\n" +
			"**Requests:** one list for each workspace (100 members a page). The memberships that Terraform manages share it.",
		Attributes: map[string]schema.Attribute{
			"workspace_id": schema.StringAttribute{MarkdownDescription: "Tray's id of the workspace.", Required: true, Validators: base.Word()},
			"role":         schema.StringAttribute{MarkdownDescription: "Only members with this workspace role. Letter case does not count. A role that does not exist is an error.", Optional: true, CustomType: base.RoleType{}, Validators: base.WorkspaceRole()},
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Only this kind of account: `Regular` (people), `API`, `External`, `Integration`, `Partner` or `System`.",
				Optional:            true,
				Validators: []validator.String{stringvalidator.OneOf(string(tray.AccountRegular), string(tray.AccountAPI), string(tray.AccountExternal),
					string(tray.AccountIntegration), string(tray.AccountPartner), string(tray.AccountSystem))},
			},
			"members": schema.ListNestedAttribute{
				MarkdownDescription: "The members, sorted by e-mail address, then user id.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"user_id":      schema.StringAttribute{MarkdownDescription: "Tray's id of the user.", Computed: true},
					"email":        schema.StringAttribute{MarkdownDescription: "E-mail address. Null when Tray does not show it to this token.", Computed: true},
					"role":         schema.StringAttribute{MarkdownDescription: "Role in the workspace.", Computed: true},
					"account_type": schema.StringAttribute{MarkdownDescription: "Kind of account.", Computed: true},
				}},
			},
			"roles_by_email": schema.MapAttribute{
				MarkdownDescription: "Role of each member, by e-mail address in lower case. Members whose address Tray does not show are left out.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		},
	}
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var got members
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("workspace_id"), &got.WorkspaceID)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("role"), &got.Role)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("account_type"), &got.AccountType)...)
	if resp.Diagnostics.HasError() || !d.Ready(&resp.Diagnostics) {
		return
	}
	ws := got.WorkspaceID.ValueString()
	all, err := d.API.Members.List(ctx, ws)
	if base.NotSeen(err) {
		noWorkspace(&resp.Diagnostics, ws)
		return
	}
	if base.Failed(&resp.Diagnostics, "read the members of the workspace", err) {
		return
	}
	if !d.knows(ctx, ws, got.Role, &resp.Diagnostics) {
		return
	}
	got.keep(all)
	resp.Diagnostics.Append(resp.State.Set(ctx, got)...)
}

// knows reports whether there is such a role. Whoever may read the members may not
// always read the roles: then an unknown role just finds nobody.
func (d *dataSource) knows(ctx context.Context, workspaceID string, role base.Role, diags *diag.Diagnostics) bool {
	if role.IsNull() {
		return true
	}
	roles, err := d.API.Roles.Workspace(ctx, workspaceID)
	if tray.IsForbidden(err) {
		return true
	}
	if base.Failed(diags, "read the roles of the workspace", err) {
		return false
	}
	_, ok := tray.FindRole(roles, role.ValueString())
	if !ok {
		diags.AddAttributeError(path.Root("role"), "Unknown workspace role", base.UnknownRole(role, roles))
	}
	return ok
}

// keep fills in the members that the filters let through, in their order.
func (l *members) keep(all []tray.Member) {
	l.Members, l.RolesByEmail = []found{}, map[string]string{}
	for _, m := range all {
		if !l.Role.IsNull() && !l.Role.Is(m.Role.Name) || !l.AccountType.IsNull() && l.AccountType.ValueString() != string(m.AccountType) {
			continue
		}
		one := found{
			UserID: types.StringValue(m.UserID), Email: types.StringNull(),
			Role: types.StringValue(m.Role.Name), AccountType: types.StringValue(string(m.AccountType)),
		}
		if m.Email != "" {
			one.Email = types.StringValue(m.Email)
			l.RolesByEmail[base.FoldEmail(m.Email)] = m.Role.Name
		}
		l.Members = append(l.Members, one)
	}
}
