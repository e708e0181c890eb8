package service

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &dataSource{base.DataSourceOf("tray_services")} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &serviceList{serviceResource{base.ResourceOf(kind.Noun)}} }}
}

type dataSource struct{ base.NamedDataSource }

// services are what the data source shows.
type services struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	NameRegex   types.String `tfsdk:"name_regex"`
	Services    []shown      `tfsdk:"services"`
}

type shown struct {
	UniqueName         types.String `tfsdk:"unique_name"`
	Version            types.Int64  `tfsdk:"version"`
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	Description        types.String `tfsdk:"description"`
	WorkspaceID        types.String `tfsdk:"workspace_id"`
	OwnerID            types.String `tfsdk:"owner_id"`
	AuthenticationType types.String `tfsdk:"authentication_type"`
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := base.Shown
	resp.Schema = dataschema.Schema{
		MarkdownDescription: "The custom services that the token may manage, in order of creation. Client secrets are nowhere in it.\n\n" +
			"**Works on a live Tray:** no: its API lists no services\n\n" +
			"An organization Owner or Admin manages them all; others manage those of workspaces in which they are at least Contributor, and of the Organization workspace their own.\n\n" +
			"**Requests:** the list of custom services (100 a page). Everything else in the run shares it.",
		Attributes: map[string]dataschema.Attribute{
			"workspace_id": base.ShownOnly("Only custom services of this workspace."),
			"name_regex":   base.ShownMatching("custom services"),
			"services": base.ShownList("The custom services.", map[string]dataschema.Attribute{
				"unique_name": text("Name that Tray has generated, for connectors and authentications."),
				"version":     dataschema.Int64Attribute{MarkdownDescription: "Version of the service, a whole number.", Computed: true},
				"id":          text("Tray's id of the service."), "name": text("Name that people see."), "description": text("Description; `\"\"` when there is none."),
				"workspace_id": text("Workspace that it is in. Those of the Organization workspace serve every workspace."),
				"owner_id":     text("User who made it."), "authentication_type": text("Kind of authentication."),
			}),
		},
	}
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := base.Load[services](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	name, ok := base.Pattern(want.NameRegex, &resp.Diagnostics)
	if !ok {
		return
	}
	all, err := d.API.Services.Matching(ctx, func(s tray.Service) bool {
		return name.MatchString(s.Name) && (want.WorkspaceID.IsNull() || want.WorkspaceID.ValueString() == s.WorkspaceID)
	})
	if base.Failed(&resp.Diagnostics, "read the custom services", err) {
		return
	}
	want.Services = []shown{}
	for _, s := range all {
		var m model
		m.fromAPI(&s)
		want.Services = append(want.Services, shown{m.UniqueName, m.Version, m.ID, m.Name, m.Description, m.WorkspaceID, m.OwnerID, m.AuthenticationType})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, want)...)
}

// serviceList has the type name and the provider of the resource.
type serviceList struct{ serviceResource }

func (l *serviceList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds the custom services that the token may manage"+base.ForQuery+".", "no: its API lists no services",
		"the list of custom services, 100 a page, read no further than `limit` needs.", map[string]listschema.Attribute{
			"workspace_id": base.Only("Only custom services of this workspace."),
			"name_regex":   base.OnlyMatching("custom services"),
		})
}

func (l *serviceList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, name, ok := base.ListingNamed[base.NamedInWorkspace](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "custom services", l.API.Services.Pages(ctx), func(s tray.Service) (list.ListResult, bool) {
		if !name.MatchString(s.Name) || !want.WorkspaceID.IsNull() && want.WorkspaceID.ValueString() != s.WorkspaceID {
			return list.ListResult{}, false
		}
		m := model{Adopted: types.BoolValue(false)}
		m.fromAPI(&s)
		return base.Listed(ctx, req, s.Name, m.identity(), m), true
	})
}
