package base

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// IsEmail reports whether an address fits the pattern of Tray's OpenAPI document, which is
// HTML5's. A plan asks it of everybody several times, which as a regular expression shows.
func IsEmail(s string) bool {
	local, domain, _ := strings.Cut(s, "@")
	if local == "" || strings.ContainsFunc(local, func(r rune) bool { return !isLetterOrDigit(r) && !strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r) }) {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		inner := strings.TrimFunc(label, isLetterOrDigit)
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.ContainsFunc(inner, func(r rune) bool { return r != '-' && !isLetterOrDigit(r) }) {
			return false
		}
	}
	return true
}

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// FoldEmail returns the form in which two spellings of one address are equal.
func FoldEmail(s string) string { return strings.ToLower(s) }

// EmailType is a string type for e-mail addresses: the state keeps the user's
// spelling, and two spellings that differ in letter case are the same address.
type EmailType struct{ basetypes.StringType }

// Email is a value of EmailType.
type Email struct{ basetypes.StringValue }

var (
	_ basetypes.StringTypable                    = EmailType{}
	_ basetypes.StringValuableWithSemanticEquals = Email{}
	_ xattr.ValidateableAttribute                = Email{}
)

// EmailValue returns a known Email.
func EmailValue(s string) Email { return Email{basetypes.NewStringValue(s)} }

// EmailNull returns a null Email.
func EmailNull() Email { return Email{basetypes.NewStringNull()} }

// Folded returns the address as FoldEmail does.
func (e Email) Folded() string { return FoldEmail(e.ValueString()) }

// Equal implements attr.Type.
func (t EmailType) Equal(o attr.Type) bool {
	other, ok := o.(EmailType)
	return ok && t.StringType.Equal(other.StringType)
}

// String implements attr.Type.
func (EmailType) String() string { return "base.EmailType" }

// ValueType implements attr.Type.
func (EmailType) ValueType(context.Context) attr.Value { return Email{} }

// ValueFromString implements basetypes.StringTypable.
func (EmailType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Email{in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t EmailType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	s, err := Wrapped[basetypes.StringValue](ctx, t.StringType, in)
	return Email{s}, err
}

// Equal implements attr.Value.
func (e Email) Equal(o attr.Value) bool {
	other, ok := o.(Email)
	return ok && e.StringValue.Equal(other.StringValue)
}

// Type implements attr.Value.
func (Email) Type(context.Context) attr.Type { return EmailType{} }

// StringSemanticEquals implements basetypes.StringValuableWithSemanticEquals.
func (e Email) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(Email)
	return ok && e.Folded() == other.Folded(), nil
}

// ValidateAttribute implements xattr.ValidateableAttribute.
func (e Email) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if e.IsNull() || e.IsUnknown() || IsEmail(e.ValueString()) {
		return
	}
	if problem := wordProblem(e.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Not an e-mail address", problem)
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Not an e-mail address",
		fmt.Sprintf("%q is not an e-mail address that Tray accepts. Write one address, such as ana@example.com, without a name or angle brackets around it.", e.ValueString()))
}

// RoleType is a string type for role names, compared as tray.SameRole does: the
// state keeps the user's spelling.
type RoleType struct{ basetypes.StringType }

// Role is a value of RoleType.
type Role struct{ basetypes.StringValue }

var (
	_ basetypes.StringTypable                    = RoleType{}
	_ basetypes.StringValuableWithSemanticEquals = Role{}
)

// RoleValue returns a known Role.
func RoleValue(s string) Role { return Role{basetypes.NewStringValue(s)} }

// Is reports whether the value names that role.
func (r Role) Is(name string) bool { return tray.SameRole(r.ValueString(), name) }

// Equal implements attr.Type.
func (t RoleType) Equal(o attr.Type) bool {
	other, ok := o.(RoleType)
	return ok && t.StringType.Equal(other.StringType)
}

// String implements attr.Type.
func (RoleType) String() string { return "base.RoleType" }

// ValueType implements attr.Type.
func (RoleType) ValueType(context.Context) attr.Value { return Role{} }

// ValueFromString implements basetypes.StringTypable.
func (RoleType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Role{in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t RoleType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	s, err := Wrapped[basetypes.StringValue](ctx, t.StringType, in)
	return Role{s}, err
}

// Equal implements attr.Value.
func (r Role) Equal(o attr.Value) bool {
	other, ok := o.(Role)
	return ok && r.StringValue.Equal(other.StringValue)
}

// Type implements attr.Value.
func (Role) Type(context.Context) attr.Type { return RoleType{} }

// StringSemanticEquals implements basetypes.StringValuableWithSemanticEquals.
func (r Role) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(Role)
	return ok && r.Is(other.ValueString()), nil
}

// RoleFrom returns the role in a string of Terraform's.
func RoleFrom(in tftypes.Value) (r Role, err error) {
	var name string
	switch {
	case !in.IsKnown():
		return Role{basetypes.NewStringUnknown()}, nil
	case in.IsNull():
		return Role{basetypes.NewStringNull()}, nil
	}
	err = in.As(&name)
	return RoleValue(name), err
}

// Wrapped returns what the framework's own type makes of a value, for a type around it.
func Wrapped[V attr.Value](ctx context.Context, t attr.Type, in tftypes.Value) (wrapped V, err error) {
	v, err := t.ValueFromTerraform(ctx, in)
	if err != nil {
		return wrapped, err
	}
	wrapped, ok := v.(V)
	if !ok {
		return wrapped, fmt.Errorf("want a %T, got %T", wrapped, v)
	}
	return wrapped, nil
}

// UnknownRole says which roles there are, on the attribute that named another.
func UnknownRole(role Role, roles []tray.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = fmt.Sprintf("%q", r.Name)
	}
	return fmt.Sprintf("Tray has no role %q here. The roles are %s (letter case does not matter).", role.ValueString(), strings.Join(names, ", "))
}
