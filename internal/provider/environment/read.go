package environment

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
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
	return []func() datasource.DataSource{func() datasource.DataSource { return &dataSource{base.DataSourceOf("tray_service_environments")} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &environmentList{environmentResource{base.ResourceOf(kind.Noun)}} }}
}

type dataSource struct{ base.NamedDataSource }

type environments struct {
	ServiceName    types.String `tfsdk:"service_name"`
	ServiceVersion types.Int64  `tfsdk:"service_version"`
	Environments   []shown      `tfsdk:"environments"`
}

type shown struct {
	ID                 types.String         `tfsdk:"id"`
	Title              types.String         `tfsdk:"title"`
	AuthenticationType types.String         `tfsdk:"authentication_type"`
	Scopes             types.Map            `tfsdk:"scopes"`
	CredentialsSchema  jsontypes.Normalized `tfsdk:"credentials_schema"`
	UserDataSchema     jsontypes.Normalized `tfsdk:"user_data_schema"`
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text, document := base.Shown, base.ShownJSON
	resp.Schema = dataschema.Schema{
		MarkdownDescription: "The environments of a service, which authentications are made with: `Production`, and OAuth apps of your own.\n\n" +
			"**Works on a live Tray:** yes\n\n" +
			"**Requests:** one list for each service. Everything else in the run shares it.",
		Attributes: map[string]dataschema.Attribute{
			"service_name":    base.ShownOf("Unique name of the service."),
			"service_version": dataschema.Int64Attribute{MarkdownDescription: "Version of the service, a whole number. Omitted: `1`.", Optional: true},
			"environments": base.ShownList("The environments, as Tray lists them.", map[string]dataschema.Attribute{
				"id": text("Identifier, which authentications name."), "title": text("Title that people choose it by."),
				"authentication_type": text("Kind of authentication: `token`, `oauth1`, `oauth2`, `oauth2password`, `oauth2client_credentials` or `builtin`."),
				"scopes":              dataschema.MapAttribute{MarkdownDescription: "OAuth scopes with their descriptions.", ElementType: types.StringType, Computed: true},
				"credentials_schema":  document("JSON Schema of the secrets that an authentication holds."),
				"user_data_schema":    document("JSON Schema of what else people enter."),
			}),
		},
	}
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	want, ok := base.Load[environments](ctx, req.Config, &resp.Diagnostics)
	if !ok || !d.Ready(&resp.Diagnostics) {
		return
	}
	all, err := d.API.Environments.List(ctx, service(want.ServiceName, want.ServiceVersion))
	if base.Failed(&resp.Diagnostics, "read the environments of the service", err) {
		return
	}
	want.Environments = []shown{}
	for _, e := range all {
		var m model
		m.fromAPI(&e)
		want.Environments = append(want.Environments, shown{m.ID, m.Title, m.AuthenticationType, m.Scopes, m.CredentialsSchema, m.UserDataSchema})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, want)...)
}

func service(name types.String, version types.Int64) tray.ServiceRef {
	return tray.ServiceRef{Name: name.ValueString(), Version: max(1, version.ValueInt64())}
}

// environmentList has the type name and the provider of the resource.
type environmentList struct{ environmentResource }

type query struct {
	ServiceName    types.String `tfsdk:"service_name"`
	ServiceVersion types.Int64  `tfsdk:"service_version"`
}

func (l *environmentList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds environments of services"+base.ForQuery+". `Production`, which comes with each service, is not among them.", "with `service_name`; its API lists no services",
		"one list for each service.", map[string]listschema.Attribute{
			"service_name":    base.Only("Only environments of this service, by its unique name. Omitted: those of all custom services that the token may manage."),
			"service_version": listschema.Int64Attribute{MarkdownDescription: "Version of the service. Omitted: `1`.", Optional: true},
		})
}

func (l *environmentList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok {
		return
	}
	stream.Results = base.Results(req, "service environments", l.pages(ctx, want), func(m model) (list.ListResult, bool) {
		return base.Listed(ctx, req, m.ServiceName.ValueString()+" "+m.Title.ValueString(), m.identity(), m), true
	})
}

// pages yields the environments of one service, or of one service after the other.
func (l *environmentList) pages(ctx context.Context, want query) iter.Seq2[[]model, error] {
	services := base.OnePage([]tray.Service{{UniqueName: want.ServiceName.ValueString(), Version: max(1, want.ServiceVersion.ValueInt64())}}, nil)
	if want.ServiceName.IsNull() {
		services = l.API.Services.Pages(ctx)
	}
	return base.Within(services, func(s tray.Service) iter.Seq2[[]model, error] {
		return base.OnePage(l.of(ctx, tray.ServiceRef{Name: s.UniqueName, Version: s.Version}))
	})
}

// of are the environments of a service as refreshed imports would have them.
func (l *environmentList) of(ctx context.Context, service tray.ServiceRef) (all []model, err error) {
	managed, err := l.API.Management.Available(ctx)
	if err != nil {
		return nil, err
	}
	found, err := l.API.Environments.List(ctx, service)
	for _, e := range found {
		if e.Default {
			continue
		}
		m := model{ServiceName: types.StringValue(service.Name), ServiceVersion: types.Int64Value(service.Version), Adopted: types.BoolValue(!managed)}
		m.fromAPI(&e)
		all = append(all, m)
	}
	return all, err
}
