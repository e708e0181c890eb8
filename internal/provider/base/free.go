package base

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// FreeType is a string type for elements of collections that name nothing in Tray: any text
// means itself, an empty one too, where Elements wants a word else.
type FreeType struct{ basetypes.StringType }

// Free is a value of FreeType.
type Free struct{ basetypes.StringValue }

var (
	_ basetypes.StringTypable     = FreeType{}
	_ xattr.ValidateableAttribute = Free{}
)

// Equal implements attr.Type.
func (t FreeType) Equal(o attr.Type) bool {
	other, ok := o.(FreeType)
	return ok && t.StringType.Equal(other.StringType)
}

// String implements attr.Type.
func (FreeType) String() string { return "base.FreeType" }

// ValueType implements attr.Type.
func (FreeType) ValueType(context.Context) attr.Value { return Free{} }

// ValueFromString implements basetypes.StringTypable.
func (FreeType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Free{in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t FreeType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	s, err := Wrapped[basetypes.StringValue](ctx, t.StringType, in)
	return Free{s}, err
}

// Equal implements attr.Value.
func (f Free) Equal(o attr.Value) bool {
	other, ok := o.(Free)
	return ok && f.StringValue.Equal(other.StringValue)
}

// Type implements attr.Value.
func (Free) Type(context.Context) attr.Type { return FreeType{} }

// ValidateAttribute implements xattr.ValidateableAttribute: it accepts any text.
func (Free) ValidateAttribute(context.Context, xattr.ValidateAttributeRequest, *xattr.ValidateAttributeResponse) {
}
