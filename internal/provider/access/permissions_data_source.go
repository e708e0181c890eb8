package access

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// NewRolePermissionsDataSource returns the tray_role_permissions data source.
func NewRolePermissionsDataSource() datasource.DataSource { return &permissionsDataSource{} }

// permissionsDataSource needs no provider configuration: the table is in the provider.
type permissionsDataSource struct{}

type permissionsModel struct {
	Role         types.String        `tfsdk:"role"`
	Roles        []permissionsRole   `tfsdk:"roles"`
	RightsByRole map[string][]string `tfsdk:"rights_by_role"`
}

type permissionsRole struct {
	RoleWithKind types.String      `tfsdk:"role_with_kind"`
	Name         types.String      `tfsdk:"name"`
	Kind         types.String      `tfsdk:"kind"`
	Description  types.String      `tfsdk:"description"`
	Reach        types.String      `tfsdk:"reach"`
	Permissions  []permissionsCell `tfsdk:"permissions"`
}

type permissionsCell struct {
	Subject    types.String `tfsdk:"subject"`
	Level      types.String `tfsdk:"level"`
	Title      types.String `tfsdk:"title"`
	Operations types.String `tfsdk:"operations"`
	Rights     []string     `tfsdk:"rights"`
	Mark       types.String `tfsdk:"mark"`
	Condition  types.String `tfsdk:"condition"`
}

func (d *permissionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role_permissions"
}

const permissionsText = `What each of Tray's roles allows, cell by cell, with how well Tray's documents back it.

**Works on a live Tray:** yes. The table is part of the provider.

Tray has four organization roles and three workspace roles. It has no custom roles, and none for single projects. Tray publishes its tables for assets
and logs as text. The one for organization settings is a picture, so those cells come from sentences on other pages, and some of those pages are old.
` + "`mark`" + ` says what each cell stands on. A cell that is ` + "`assumed`" + ` is this provider's guess: tell an auditor so.

**Requests:** none.`

func (d *permissionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(text string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: text, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: permissionsText,
		Attributes: map[string]schema.Attribute{
			"role": schema.StringAttribute{
				MarkdownDescription: "Only this role. `Organization Admin` and `Workspace Admin` are one role each, `Admin` is both. A role that Tray does not have is an error.",
				Optional:            true,
				Validators:          []validator.String{base.Check("must be a role", unknownRole)},
			},
			"rights_by_role": schema.MapAttribute{
				MarkdownDescription: "All rights of each role, by the role with its kind, such as `rights_by_role[\"Workspace Viewer\"]`.",
				Computed:            true, ElementType: types.ListType{ElemType: types.StringType},
			},
			"roles": schema.ListNestedAttribute{
				MarkdownDescription: "The roles, strongest first, organization roles before workspace roles.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"role_with_kind": computed("Role with its kind, such as `Organization Admin`."),
					"name":           computed("Name of the role, such as `Admin`."),
					"kind":           computed("`organization` or `workspace`: where the role is given."),
					"description":    computed("What the role is for."),
					"reach":          computed("Where its rights over workspaces hold."),
					"permissions": schema.ListNestedAttribute{
						MarkdownDescription: "One entry for each subject, also where the role has no right.",
						Computed:            true,
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"subject":    computed("First part of a right, such as `projects`."),
							"level":      computed("`organization` for its settings, `workspace` for what is in each workspace."),
							"title":      computed("What people call it."),
							"operations": computed("Letters of `CRUD`: create, read, update, delete. Empty when the role may do nothing with it."),
							"rights": schema.ListAttribute{
								MarkdownDescription: "Rights as names, such as `projects:manage` (everything) or `projects:read`.",
								Computed:            true, ElementType: types.StringType,
							},
							"mark":      computed("`documented`, `documented in older pages` or `assumed`."),
							"condition": computed("A restriction that no role lifts; empty for none."),
						}},
					},
				}},
			},
		},
	}
}

func (d *permissionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := base.Load[permissionsModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	wanted := Roles()
	if !m.Role.IsNull() {
		wanted = ParseRole(m.Role.ValueString())
	}
	m.RightsByRole = map[string][]string{}
	for _, r := range wanted {
		m.Roles = append(m.Roles, r.describe())
		m.RightsByRole[r.FullName()] = some(r.allRights())
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r Role) allRights() []string {
	return slices.Concat(r.Rights(OrganizationLevel), r.Rights(WorkspaceLevel))
}

func (r Role) describe() permissionsRole {
	text := roles[rank(r)]
	out := permissionsRole{
		RoleWithKind: types.StringValue(r.FullName()), Name: types.StringValue(r.Name), Kind: types.StringValue(string(r.Kind)),
		Description: types.StringValue(text.description), Reach: types.StringValue(text.reach), Permissions: []permissionsCell{},
	}
	for _, g := range slices.Concat(r.Grants(OrganizationLevel), r.Grants(WorkspaceLevel)) {
		out.Permissions = append(out.Permissions, permissionsCell{
			Subject: types.StringValue(g.Subject.Name), Level: types.StringValue(string(g.Subject.Level)), Title: types.StringValue(g.Subject.Title),
			Operations: types.StringValue(g.Operations), Rights: some(g.Permissions()),
			Mark: types.StringValue(string(g.Mark)), Condition: types.StringValue(g.Condition),
		})
	}
	return out
}
