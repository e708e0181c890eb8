package provider

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// keeper is a provider of one resource that nests secrets in every way there is.
type keeper struct{ framework.Provider }

func (keeper) Metadata(_ context.Context, _ framework.MetadataRequest, resp *framework.MetadataResponse) {
	resp.TypeName = "keeper"
}

func (keeper) Schema(context.Context, framework.SchemaRequest, *framework.SchemaResponse) {}

func (keeper) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (keeper) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return safe{} }}
}

type safe struct{ resource.Resource }

func (safe) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "keeper_safe"
}

func (safe) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	inner := map[string]schema.Attribute{
		"open": schema.StringAttribute{Computed: true}, "secret": schema.StringAttribute{Computed: true, Sensitive: true},
	}
	object := schema.NestedAttributeObject{Attributes: inner}
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"open": inner["open"], "secret": inner["secret"],
			"written": schema.StringAttribute{Optional: true, WriteOnly: true},
			"words":   schema.MapAttribute{ElementType: types.StringType, Computed: true},
			"single":  schema.SingleNestedAttribute{Computed: true, Attributes: inner},
			"list":    schema.ListNestedAttribute{Computed: true, NestedObject: object},
			"set":     schema.SetNestedAttribute{Computed: true, NestedObject: object},
			"map":     schema.MapNestedAttribute{Computed: true, NestedObject: object},
			"whole":   schema.ListNestedAttribute{Computed: true, Sensitive: true, NestedObject: object},
			"deep": schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"map": schema.MapNestedAttribute{Computed: true, NestedObject: object},
			}}},
		},
		Blocks: map[string]schema.Block{
			"block":  schema.SingleNestedBlock{Attributes: inner},
			"blocks": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: inner}},
		},
	}
}

// A secret is found wherever a schema can have one.
func TestShown_isNothingThatASchemaCallsSensitive(t *testing.T) {
	t.Parallel()
	all, arguments, err := Shown(keeper{})
	if err != nil {
		t.Fatal(err)
	}
	got := all["keeper_safe"]
	slices.Sort(got)
	want := []string{"block.open", "blocks.*.open", "deep.*.map.*.open", "list.*.open", "map.*.open", "open", "set.*.open", "single.open", "words"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if given := arguments["keeper_safe"]; !slices.Equal(given, []string{"written"}) {
		t.Errorf("a configuration gives %q", given)
	}
}
