package base

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// EndType is a string type for the moment at which access ends: a moment of RFC 3339, or a
// date, which is the end of that day in UTC. The state keeps the user's spelling, and two
// spellings of one moment are equal.
type EndType struct{ basetypes.StringType }

// End is a value of EndType.
type End struct{ basetypes.StringValue }

var (
	_ basetypes.StringTypable                    = EndType{}
	_ basetypes.StringValuableWithSemanticEquals = End{}
	_ xattr.ValidateableAttribute                = End{}
)

// EndValue returns a known End.
func EndValue(s string) End { return End{basetypes.NewStringValue(s)} }

// EndNull returns a null End: access that does not end.
func EndNull() End { return End{basetypes.NewStringNull()} }

// ParseEnd reads a moment at which access ends: that moment is the first without.
func ParseEnd(s string) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.AddDate(0, 0, 1), nil
	}
	at, err := time.Parse(time.RFC3339, s)
	return at.UTC(), err
}

// At is the first moment without access; false while there is none, or it is not known.
func (e End) At() (at time.Time, is bool) {
	if e.IsNull() || e.IsUnknown() {
		return time.Time{}, false
	}
	at, err := ParseEnd(e.ValueString())
	return at, err == nil
}

// Passed reports whether the access has ended by then.
func (e End) Passed(now time.Time) bool {
	at, is := e.At()
	return is && !now.Before(at)
}

// NullIsNone implements nullable: no end.
func (End) NullIsNone() {}

// Same reports whether both are the same known moment, or both none.
func (e End) Same(o End) bool {
	if e.IsUnknown() || o.IsUnknown() {
		return false
	}
	a, is := e.At()
	b, other := o.At()
	return is == other && a.Equal(b)
}

// DaysLeft are the whole days from now until at; negative once that has passed.
func DaysLeft(now, at time.Time) int64 {
	const day = 24 * time.Hour
	left := at.Sub(now)
	if left <= 0 {
		return int64(left/day) - 1
	}
	return int64(left / day)
}

// InDays says how many whole days are left: "in 3 days".
func InDays(left int64) string {
	switch left {
	case 0:
		return "within a day"
	case 1:
		return "in 1 day"
	}
	return fmt.Sprintf("in %d days", left)
}

// Equal implements attr.Type.
func (t EndType) Equal(o attr.Type) bool {
	other, ok := o.(EndType)
	return ok && t.StringType.Equal(other.StringType)
}

// String implements attr.Type.
func (EndType) String() string { return "base.EndType" }

// ValueType implements attr.Type.
func (EndType) ValueType(context.Context) attr.Value { return End{} }

// ValueFromString implements basetypes.StringTypable.
func (EndType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return End{in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t EndType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	s, err := Wrapped[basetypes.StringValue](ctx, t.StringType, in)
	return End{s}, err
}

// Equal implements attr.Value.
func (e End) Equal(o attr.Value) bool {
	other, ok := o.(End)
	return ok && e.StringValue.Equal(other.StringValue)
}

// Type implements attr.Value.
func (End) Type(context.Context) attr.Type { return EndType{} }

// StringSemanticEquals implements basetypes.StringValuableWithSemanticEquals.
func (e End) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(End)
	return ok && e.Same(other), nil
}

// ValidateAttribute implements xattr.ValidateableAttribute.
func (e End) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if e.IsNull() || e.IsUnknown() {
		return
	}
	if problem := EndProblem(e.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a date", problem)
	}
}

// EndProblem says why s is no moment; "" when it is one.
func EndProblem(s string) string {
	if _, err := ParseEnd(s); err == nil {
		return ""
	}
	return fmt.Sprintf("%q is neither a date, such as 2026-12-31 (the end of that day in UTC), nor a moment with its time zone, "+
		"such as 2026-12-31T18:00:00+01:00 (RFC 3339). Write one of the two, or null for access that does not end.", s)
}
