package base

import (
	"context"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Load decodes a plan, state, config or identity into an M. It reports false, with
// the reason in diags, when it cannot.
//
// The framework's Get compiles a regular expression for each field at each call, which is
// a tenth of what a plan costs. So a struct of framework values is filled in here, as Get
// would. Whatever is unusual is left to Get, which also says what is wrong.
func Load[M any](ctx context.Context, from getter, diags *diag.Diagnostics) (m M, ok bool) {
	if raw, typ, is := holds(from); is && fill(ctx, raw, typ, reflect.ValueOf(&m).Elem()) {
		return m, true
	}
	d := from.Get(ctx, &m)
	diags.Append(d...)
	return m, !d.HasError()
}

// holds returns what the framework's holders have in common.
func holds(from getter) (raw tftypes.Value, typ attr.Type, ok bool) {
	switch from := from.(type) {
	case tfsdk.State:
		return from.Raw, from.Schema.Type(), true
	case tfsdk.Plan:
		return from.Raw, from.Schema.Type(), true
	case tfsdk.Config:
		return from.Raw, from.Schema.Type(), true
	}
	return raw, nil, false
}

// fill sets the fields of a struct to the attributes of the same names. It reports false,
// and leaves the struct as it may be, when the two do not fit or a value objects.
func fill(ctx context.Context, raw tftypes.Value, typ attr.Type, into reflect.Value) bool {
	fields := fieldsOf(into.Type())
	object, is := typ.(attr.TypeWithAttributeTypes)
	var values map[string]tftypes.Value
	if !is || fields == nil || !raw.IsKnown() || raw.IsNull() || raw.As(&values) != nil || len(values) != len(fields) {
		return false
	}
	types := object.AttributeTypes()
	for _, f := range fields {
		value, there := values[f.name]
		if !there {
			return false
		}
		v, err := types[f.name].ValueFromTerraform(ctx, value)
		if err != nil || reflect.TypeOf(v) != f.typ || objects(ctx, v, f.name) {
			return false
		}
		into.FieldByIndex(f.index).Set(reflect.ValueOf(v))
	}
	return true
}

// objects reports whether a value has anything to say against itself.
func objects(ctx context.Context, v attr.Value, name string) bool {
	self, checks := v.(xattr.ValidateableAttribute)
	if !checks {
		return false
	}
	var resp xattr.ValidateAttributeResponse
	self.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: path.Root(name)}, &resp)
	return len(resp.Diagnostics) > 0
}

// field is a field of a struct, or of one embedded in it, and the attribute it stands for.
type field struct {
	name  string
	index []int
	typ   reflect.Type
}

var (
	fieldsByType sync.Map // reflect.Type to []field
	attrValue    = reflect.TypeFor[attr.Value]()
)

// fieldsOf returns the fields of a struct that has framework values only; nil for any other
// type.
func fieldsOf(t reflect.Type) []field {
	if known, ok := fieldsByType.Load(t); ok {
		return known.([]field)
	}
	var fields []field
	if t.Kind() == reflect.Struct && !t.Implements(attrValue) {
		fields = valueFields(t)
	}
	fieldsByType.Store(t, fields)
	return fields
}

func valueFields(t reflect.Type) []field {
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("tfsdk")
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct, !f.Anonymous && !f.IsExported():
		case name == "" || name == "-" || !f.Type.Implements(attrValue):
			return nil
		default:
			fields = append(fields, field{name, f.Index, f.Type})
		}
	}
	return fields
}
