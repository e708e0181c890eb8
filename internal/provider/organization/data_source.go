// Package organization implements the resources tray_organization and
// tray_organization_settings and the data source tray_organization. An organization
// exists before its first token does, so a token of one adopts it; only an operator,
// who belongs to none, makes one (operate.go). Its settings are kept in Tray's UI only
// (docs: guide "Connecting a live organization").
package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// DataSources lists this package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDataSource}
}

// NewDataSource returns the tray_organization data source.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ base.DataSource }

type dataModel struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	Plan       types.String `tfsdk:"plan"`
	Embedded   types.Bool   `tfsdk:"embedded"`
	SSO        types.Bool   `tfsdk:"sso"`
	OwnerID    types.String `tfsdk:"owner_id"`
	OwnerEmail types.String `tfsdk:"owner_email"`
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	const managed = " Null on a live Tray."
	resp.Schema = schema.Schema{
		MarkdownDescription: `The organization that the provider's token belongs to.

**Works on a live Tray:** yes. ` + "`" + `id` + "`" + ` and ` + "`" + `name` + "`" + ` are those of the workspace of type ` + "`" + `Organization` + "`" + `; Tray's API does not tell the rest, which is null.

**Requests:** one. On a live Tray it is the list of workspaces, which everything else in the run shares.`,
		Attributes: map[string]schema.Attribute{
			"id":          schema.StringAttribute{MarkdownDescription: "Id of the organization. On a live Tray it is the id of the Organization workspace.", Computed: true},
			"name":        schema.StringAttribute{MarkdownDescription: "Name of the organization.", Computed: true},
			"plan":        schema.StringAttribute{MarkdownDescription: "Tray plan: `pro`, `team` or `enterprise`." + managed, Computed: true},
			"embedded":    schema.BoolAttribute{MarkdownDescription: "Whether it is an Embedded organization." + managed, Computed: true},
			"sso":         schema.BoolAttribute{MarkdownDescription: "Whether people sign in through single sign-on." + managed, Computed: true},
			"owner_id":    schema.StringAttribute{MarkdownDescription: "User id of the Owner." + managed, Computed: true},
			"owner_email": schema.StringAttribute{MarkdownDescription: "E-mail address of the Owner." + managed, Computed: true},
		},
	}
}

func (d *dataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.Ready(&resp.Diagnostics) {
		return
	}
	managed, err := d.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization", err) {
		return
	}
	o, err := d.API.Management.Organization(ctx)
	if base.Failed(&resp.Diagnostics, "read the organization", err) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, fromAPI(o, managed))...)
}

// fromAPI leaves null what nobody told: false would be a claim.
func fromAPI(o *tray.Organization, managed bool) dataModel {
	m := dataModel{ID: types.StringValue(o.ID), Name: types.StringValue(o.Name)}
	if managed {
		m.Plan, m.Embedded, m.SSO = types.StringValue(o.Plan), types.BoolValue(o.Embedded), types.BoolValue(o.SSO)
		m.OwnerID, m.OwnerEmail = types.StringValue(o.OwnerID), types.StringValue(o.OwnerEmail)
	}
	return m
}
