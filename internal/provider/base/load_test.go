package base

import (
	"context"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type loadedNames struct {
	Name  types.String `tfsdk:"name"`
	Email Email        `tfsdk:"email"`
}

type loaded struct {
	loadedNames
	On    types.Bool  `tfsdk:"on"`
	Count types.Int64 `tfsdk:"count"`
	Words types.Set   `tfsdk:"words"`
	Dates Ends        `tfsdk:"dates"`
	_     string      // nothing of the schema's
}

var loadedSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"name":  schema.StringAttribute{Optional: true},
	"email": schema.StringAttribute{Optional: true, CustomType: EmailType{}},
	"on":    schema.BoolAttribute{Optional: true},
	"count": schema.Int64Attribute{Optional: true},
	"words": schema.SetAttribute{Optional: true, ElementType: types.StringType},
	"dates": schema.MapAttribute{Optional: true, CustomType: NewEndsType(), ElementType: EndType{}},
}}

// stateOf is a state of loadedSchema; what is left out of values is null.
func stateOf(values map[string]any) tfsdk.State {
	typ := loadedSchema.Type().TerraformType(context.Background()).(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name, of := range typ.AttributeTypes {
		all[name] = tftypes.NewValue(of, values[name])
	}
	return tfsdk.State{Schema: loadedSchema, Raw: tftypes.NewValue(typ, all)}
}

func TestLoad_isTheFrameworksGet(t *testing.T) {
	ctx := context.Background()
	word := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	for name, values := range map[string]map[string]any{
		"nothing": {},
		"all": {"name": "a", "email": "Ana@example.com", "on": true, "count": 7, "words": []tftypes.Value{word("x"), word("y")},
			"dates": map[string]tftypes.Value{"ana@example.com": word("2026-12-31")}},
		"empty": {"name": "", "words": []tftypes.Value{}, "dates": map[string]tftypes.Value{}},
		"unknown": {"name": tftypes.UnknownValue, "email": tftypes.UnknownValue, "words": tftypes.UnknownValue,
			"dates": map[string]tftypes.Value{"ana@example.com": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}},
	} {
		var want loaded
		if d := stateOf(values).Get(ctx, &want); d.HasError() {
			t.Fatalf("%s: %v", name, d)
		}
		raw, typ, _ := holds(stateOf(values))
		var got loaded
		if !fill(ctx, raw, typ, reflect.ValueOf(&got).Elem()) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestLoad_saysWhatTheFrameworkSays(t *testing.T) {
	ctx := context.Background()
	bad := stateOf(map[string]any{"email": "nobody"})
	var diags diag.Diagnostics
	if _, ok := Load[loaded](ctx, bad, &diags); ok || diags.ErrorsCount() != 1 || diags[0].Summary() != "Not an e-mail address" {
		t.Errorf("an address that is none: %v", diags)
	}
	for name, load := range map[string]func(diags *diag.Diagnostics) bool{
		"too few fields": func(d *diag.Diagnostics) bool { _, ok := Load[loadedNames](ctx, stateOf(nil), d); return ok },
		"another type":   func(d *diag.Diagnostics) bool { _, ok := Load[loadedOtherwise](ctx, stateOf(nil), d); return ok },
		"no state":       func(d *diag.Diagnostics) bool { _, ok := Load[loaded](ctx, gone(), d); return ok },
	} {
		var diags diag.Diagnostics
		if load(&diags) || !diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// A struct that has more than framework values is Get's.
func TestLoad_leavesOtherStructsToTheFramework(t *testing.T) {
	var diags diag.Diagnostics
	got, ok := Load[loadedPlainly](context.Background(), stateOf(map[string]any{"name": "a", "words": []tftypes.Value{tftypes.NewValue(tftypes.String, "x")}}), &diags)
	if !ok || got.Words[0].ValueString() != "x" || got.Name.ValueString() != "a" {
		t.Errorf("%+v %v", got, diags)
	}
	if fieldsOf(reflect.TypeFor[loadedPlainly]()) != nil || fieldsOf(reflect.TypeFor[types.String]()) != nil || len(fieldsOf(reflect.TypeFor[loaded]())) != 6 {
		t.Error("the wrong structs are filled in here")
	}
}

type loadedOtherwise struct {
	loadedNames
	On    types.String `tfsdk:"on"`
	Count types.Int64  `tfsdk:"count"`
	Words types.Set    `tfsdk:"words"`
	Dates Ends         `tfsdk:"dates"`
}

type loadedPlainly struct {
	loadedNames
	On    types.Bool     `tfsdk:"on"`
	Count types.Int64    `tfsdk:"count"`
	Words []types.String `tfsdk:"words"`
	Dates Ends           `tfsdk:"dates"`
}

func gone() tfsdk.State {
	return tfsdk.State{Schema: loadedSchema, Raw: tftypes.NewValue(loadedSchema.Type().TerraformType(context.Background()), nil)}
}

func BenchmarkLoad(b *testing.B) {
	state := stateOf(map[string]any{"name": "a", "email": "ana@example.com"})
	for b.Loop() {
		var diags diag.Diagnostics
		if _, ok := Load[loaded](context.Background(), state, &diags); !ok {
			b.Fatal(diags)
		}
	}
}
