package base

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const day = 24 * time.Hour

// Duration reads a duration such as "90d" or "12h30m": days, or what Go's durations are.
func Duration(s string) (time.Duration, error) {
	if days, isDays := strings.CutSuffix(s, "d"); isDays {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * day, err
	}
	return time.ParseDuration(s)
}

// DurationText writes whole minutes as Duration reads them, in days where it is whole days.
func DurationText(d time.Duration) string {
	switch {
	case d > 0 && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}

// Durations are the validators of an argument that holds a duration of whole minutes, from
// least to most; a most of 0 is no limit.
func Durations(least, most time.Duration) []validator.String {
	return []validator.String{Check("must be a duration", func(s string) (string, string) {
		d, err := Duration(s)
		if err != nil || d < least || d%time.Minute != 0 {
			return "Not a duration", fmt.Sprintf("%q is no duration of whole minutes, %s at least. Write one such as \"90d\", \"12h\" or \"30m\".", s, DurationText(least))
		}
		if most > 0 && d > most {
			return "Too long", fmt.Sprintf("%q is longer than %s. Write a shorter duration.", s, DurationText(most))
		}
		return "", ""
	})}
}

// DurationType is a string type for durations: the state keeps the user's spelling, and
// "24h" is "1d".
type DurationType struct{ basetypes.StringType }

// DurationValue is a value of DurationType.
type DurationValue struct{ basetypes.StringValue }

var (
	_ basetypes.StringTypable                    = DurationType{}
	_ basetypes.StringValuableWithSemanticEquals = DurationValue{}
)

// Equal implements attr.Type.
func (t DurationType) Equal(o attr.Type) bool {
	other, ok := o.(DurationType)
	return ok && t.StringType.Equal(other.StringType)
}

// String implements attr.Type.
func (DurationType) String() string { return "base.DurationType" }

// ValueType implements attr.Type.
func (DurationType) ValueType(context.Context) attr.Value { return DurationValue{} }

// ValueFromString implements basetypes.StringTypable.
func (DurationType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return DurationValue{in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t DurationType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	s, err := Wrapped[basetypes.StringValue](ctx, t.StringType, in)
	return DurationValue{s}, err
}

// Equal implements attr.Value.
func (d DurationValue) Equal(o attr.Value) bool {
	other, ok := o.(DurationValue)
	return ok && d.StringValue.Equal(other.StringValue)
}

// Type implements attr.Value.
func (DurationValue) Type(context.Context) attr.Type { return DurationType{} }

// StringSemanticEquals implements basetypes.StringValuableWithSemanticEquals.
func (d DurationValue) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(DurationValue)
	return ok && d.Is(other), nil
}

// Is reports whether both are known and as long as each other.
func (d DurationValue) Is(o DurationValue) bool {
	a, errA := Duration(d.ValueString())
	b, errB := Duration(o.ValueString())
	return errA == nil && errB == nil && a == b
}

// Get is how long it is; 0 when it is null, unknown or no duration.
func (d DurationValue) Get() time.Duration {
	got, err := Duration(d.ValueString())
	if err != nil {
		return 0
	}
	return got
}

// DurationOf is a value of whole minutes.
func DurationOf(d time.Duration) DurationValue {
	return DurationValue{basetypes.NewStringValue(DurationText(d))}
}

// NoDuration is null.
func NoDuration() DurationValue { return DurationValue{basetypes.NewStringNull()} }
