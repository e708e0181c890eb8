package base

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// EndsType is a map from e-mail address to when the access ends: the state keeps the user's
// spelling, and two maps of the same moments are equal.
type EndsType struct{ basetypes.MapType }

// Ends is a value of EndsType.
type Ends struct{ basetypes.MapValue }

var (
	_ basetypes.MapTypable                    = EndsType{}
	_ basetypes.MapValuableWithSemanticEquals = Ends{}
	_ xattr.ValidateableAttribute             = Ends{}
)

// NewEndsType returns the type with its elements'.
func NewEndsType() EndsType { return EndsType{basetypes.MapType{ElemType: EndType{}}} }

// EndsNull returns null Ends: access that does not end.
func EndsNull() Ends { return Ends{basetypes.NewMapNull(EndType{})} }

// Dates returns the dates by folded address. Null, for access that does not end, is left out.
func (e Ends) Dates() map[string]End {
	dates := make(map[string]End, len(e.Elements()))
	for email, v := range e.Elements() {
		if at, ok := v.(End); ok && !at.IsNull() {
			dates[FoldEmail(email)] = at
		}
	}
	return dates
}

// NullIsNone implements nullable: no dates.
func (Ends) NullIsNone() {}

// Same reports whether all dates are known and the same.
func (e Ends) Same(o Ends) bool {
	if e.IsUnknown() || o.IsUnknown() {
		return false
	}
	return e.IsNull() == o.IsNull() && SameDates(e.Dates(), o.Dates())
}

// SameDates reports whether two maps have the same people with the same moments.
func SameDates(a, b map[string]End) bool {
	return maps.EqualFunc(a, b, End.Same)
}

// Equal implements attr.Type.
func (t EndsType) Equal(o attr.Type) bool {
	other, ok := o.(EndsType)
	return ok && t.MapType.Equal(other.MapType)
}

// String implements attr.Type.
func (EndsType) String() string { return "base.EndsType" }

// ValueType implements attr.Type.
func (EndsType) ValueType(context.Context) attr.Value { return Ends{} }

// ValueFromMap implements basetypes.MapTypable.
func (EndsType) ValueFromMap(_ context.Context, in basetypes.MapValue) (basetypes.MapValuable, diag.Diagnostics) {
	return Ends{in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t EndsType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	m, err := Wrapped[basetypes.MapValue](ctx, t.MapType, in)
	return Ends{m}, err
}

// Equal implements attr.Value.
func (e Ends) Equal(o attr.Value) bool {
	other, ok := o.(Ends)
	return ok && e.MapValue.Equal(other.MapValue)
}

// Type implements attr.Value.
func (Ends) Type(context.Context) attr.Type { return NewEndsType() }

// MapSemanticEquals implements basetypes.MapValuableWithSemanticEquals.
func (e Ends) MapSemanticEquals(_ context.Context, o basetypes.MapValuable) (bool, diag.Diagnostics) {
	other, ok := o.(Ends)
	return ok && e.Same(other), nil
}

// ValidateAttribute implements xattr.ValidateableAttribute: keys are addresses, each once, and
// values are moments. An error says whose.
func (e Ends) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	elements := e.Elements()
	emails := slices.Sorted(maps.Keys(elements))
	for _, email := range emails {
		at, ok := elements[email].(End)
		if !ok || at.IsNull() || at.IsUnknown() {
			continue
		}
		if problem := EndProblem(at.ValueString()); problem != "" {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(email), "Not a date", "The date of "+email+": "+problem)
		}
	}
	if detail := SpelledTwice(emails); detail != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "One person is named twice", detail)
	}
}

// SpelledTwice names the addresses that differ in letter case alone; "" when none do.
func SpelledTwice(emails []string) string {
	slices.Sort(emails)
	seen := map[string]string{}
	var twice []string
	for _, email := range emails {
		if other, there := seen[FoldEmail(email)]; there {
			twice = append(twice, other+" and "+email)
		}
		seen[FoldEmail(email)] = email
	}
	if twice == nil {
		return ""
	}
	return "Letter case does not count in an address: " + strings.Join(twice, ", ") + " are the same. Keep one of them."
}
