// Package role implements the data sources tray_organization_roles and
// tray_workspace_roles. Tray has no custom roles: there is nothing to manage.
package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ datasource.DataSourceWithConfigure = (*organizationRoles)(nil)
	_ datasource.DataSourceWithConfigure = (*workspaceRoles)(nil)
)

// DataSources lists this package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewOrganizationDataSource, NewWorkspaceDataSource}
}

// NewOrganizationDataSource returns the tray_organization_roles data source.
func NewOrganizationDataSource() datasource.DataSource { return &organizationRoles{} }

// NewWorkspaceDataSource returns the tray_workspace_roles data source.
func NewWorkspaceDataSource() datasource.DataSource { return &workspaceRoles{} }

type (
	organizationRoles struct{ base.DataSource }
	workspaceRoles    struct{ base.DataSource }
)

type entry struct {
	ID   string `tfsdk:"id"`
	Name string `tfsdk:"name"`
}

type organizationModel struct {
	Roles  []entry           `tfsdk:"roles"`
	ByName map[string]string `tfsdk:"by_name"`
}

type workspaceModel struct {
	WorkspaceID types.String      `tfsdk:"workspace_id"`
	Roles       []entry           `tfsdk:"roles"`
	ByName      map[string]string `tfsdk:"by_name"`
}

func rolesAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"by_name": schema.MapAttribute{
			MarkdownDescription: "Id of each role, by name in Tray's spelling.",
			Computed:            true, ElementType: types.StringType,
		},
		"roles": schema.ListNestedAttribute{
			MarkdownDescription: "The roles, in Tray's order.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"id":   schema.StringAttribute{MarkdownDescription: "Tray's id of the role.", Computed: true},
				"name": schema.StringAttribute{MarkdownDescription: "Name, as arguments take it.", Computed: true},
			}},
		},
	}
}

func entries(roles []tray.Role) (list []entry, byName map[string]string) {
	list, byName = []entry{}, map[string]string{}
	for _, r := range roles {
		list = append(list, entry{r.ID, r.Name})
		byName[r.Name] = r.ID
	}
	return list, byName
}

func (d *organizationRoles) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization_roles"
}

func (d *organizationRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: `The roles that a user can have in the organization.

**Works on a live Tray:** yes

Resources take roles by name and need no id. Use this to see which roles there are.

**Requests:** one a run.`,
		Attributes: rolesAttributes(),
	}
}

func (d *organizationRoles) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.Ready(&resp.Diagnostics) {
		return
	}
	roles, err := d.API.Roles.Organization(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization's roles", err) {
		return
	}
	var m organizationModel
	m.Roles, m.ByName = entries(roles)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *workspaceRoles) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace_roles"
}

func (d *workspaceRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := rolesAttributes()
	attributes["workspace_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the workspace.",
		Required:            true,
		Validators:          base.Word(),
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: `The roles that a member can have in a workspace.

**Works on a live Tray:** yes. The token needs the organization role Owner or Admin, or to be Admin of the workspace.

**Requests:** one a run for each workspace.`,
		Attributes: attributes,
	}
}

func (d *workspaceRoles) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := base.Load[workspaceModel](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	roles, err := d.API.Roles.Workspace(ctx, m.WorkspaceID.ValueString())
	if base.Failed(&resp.Diagnostics, "read the workspace's roles", err, path.Root("workspace_id")) {
		return
	}
	m.Roles, m.ByName = entries(roles)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
