// Package catalogue implements the data sources tray_connectors and tray_triggers, and
// tray_connector_operations and tray_trigger_operations: what Tray offers, Tray's own and
// custom ones, as its documented API lists it.
package catalogue

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// kind is connectors or triggers: Tray lists both in the same form.
type kind struct {
	one, many string // "connector", "connectors"; these are names of attributes too
	about     string // what else a page says of the list
	list      func(context.Context, *tray.Client) ([]tray.Connector, error)
	does      func(context.Context, *tray.Client, tray.ConnectorRef) ([]tray.Operation, error)
}

var kinds = []kind{
	{
		"connector", "connectors", "Tray's own ones are among them, and custom ones that the token's user has deployed or that are shared with that user.",
		func(ctx context.Context, c *tray.Client) ([]tray.Connector, error) { return c.Connectors.List(ctx) },
		func(ctx context.Context, c *tray.Client, of tray.ConnectorRef) ([]tray.Operation, error) {
			return c.Connectors.Operations(ctx, of)
		},
	},
	{
		"trigger", "triggers", "A `tray_trigger_subscription` subscribes to one.",
		func(ctx context.Context, c *tray.Client) ([]tray.Connector, error) { return c.Triggers.List(ctx) },
		func(ctx context.Context, c *tray.Client, of tray.ConnectorRef) ([]tray.Operation, error) {
			return c.Triggers.Operations(ctx, of)
		},
	},
}

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	var all []func() datasource.DataSource
	for _, k := range kinds {
		all = append(all,
			func() datasource.DataSource { return &versions{kind: k} },
			func() datasource.DataSource { return &operations{kind: k} })
	}
	return all
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func nested(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{MarkdownDescription: description, Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: attributes}}
}

// matches reports whether a filter, which may be null, is that.
func matches(filter types.String, value string) bool {
	return filter.IsNull() || filter.ValueString() == value
}
