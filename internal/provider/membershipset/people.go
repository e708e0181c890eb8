package membershipset

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// peopleType is a map from e-mail address to role: the state keeps the user's spelling
// of both, and two maps of the same people with the same roles are equal.
type peopleType struct{ basetypes.MapType }

// people is a value of peopleType.
type people struct{ basetypes.MapValue }

var (
	_ basetypes.MapTypable                    = peopleType{}
	_ basetypes.MapValuableWithSemanticEquals = people{}
	_ xattr.ValidateableAttribute             = people{}
)

func newPeopleType() peopleType {
	return peopleType{basetypes.MapType{ElemType: base.RoleType{}}}
}

// entry is somebody in a workspace: the address as it is spelled, and the role.
type entry struct{ email, role string }

// peopleValue makes the map of entries, which are by folded address.
func peopleValue(entries map[string]entry) people {
	elements := make(map[string]attr.Value, len(entries))
	for _, s := range entries {
		elements[s.email] = base.RoleValue(s.role)
	}
	return people{basetypes.NewMapValueMust(base.RoleType{}, elements)}
}

// entries returns who is in the map, by folded address.
func (p people) entries() map[string]entry {
	entries := make(map[string]entry, len(p.Elements()))
	for email, v := range p.Elements() {
		if role, ok := v.(base.Role); ok {
			entries[base.FoldEmail(email)] = entry{email, role.ValueString()}
		}
	}
	return entries
}

// known reports whether the map and every role in it are known.
func (p people) known() bool {
	if p.IsUnknown() {
		return false
	}
	for _, v := range p.Elements() {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// sameEntries reports whether the same people have the same roles.
func sameEntries(a, b map[string]entry) bool {
	if len(a) != len(b) {
		return false
	}
	for who, s := range a {
		if other, there := b[who]; !there || !tray.SameRole(s.role, other.role) {
			return false
		}
	}
	return true
}

// Equal implements attr.Type.
func (t peopleType) Equal(o attr.Type) bool {
	other, ok := o.(peopleType)
	return ok && t.MapType.Equal(other.MapType)
}

// String implements attr.Type.
func (peopleType) String() string { return "membershipset.peopleType" }

// ValueType implements attr.Type.
func (peopleType) ValueType(context.Context) attr.Value { return people{} }

// ValueFromMap implements basetypes.MapTypable.
func (peopleType) ValueFromMap(_ context.Context, in basetypes.MapValue) (basetypes.MapValuable, diag.Diagnostics) {
	return people{in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t peopleType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	m, err := base.Wrapped[basetypes.MapValue](ctx, t.MapType, in)
	return people{m}, err
}

// Equal implements attr.Value.
func (p people) Equal(o attr.Value) bool {
	other, ok := o.(people)
	return ok && p.MapValue.Equal(other.MapValue)
}

// Type implements attr.Value.
func (people) Type(context.Context) attr.Type { return newPeopleType() }

// MapSemanticEquals implements basetypes.MapValuableWithSemanticEquals.
func (p people) MapSemanticEquals(_ context.Context, o basetypes.MapValuable) (bool, diag.Diagnostics) {
	other, ok := o.(people)
	return ok && sameEntries(p.entries(), other.entries()), nil
}

// ValidateAttribute implements xattr.ValidateableAttribute: keys are addresses, each once,
// and values are roles. An error says whose.
func (p people) ValidateAttribute(ctx context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	emails := make([]string, 0, len(p.Elements()))
	for email := range p.Elements() {
		emails = append(emails, email)
		check := xattr.ValidateAttributeResponse{}
		base.EmailValue(email).ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: req.Path.AtMapKey(email)}, &check)
		resp.Diagnostics.Append(check.Diagnostics...)
	}
	for email, v := range p.Elements() {
		if role, ok := v.(base.Role); ok && !role.IsNull() && !role.IsUnknown() {
			if problem := base.WorkspaceRoleProblem(role.ValueString()); problem != "" {
				resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(email), "Unknown workspace role", "The role of "+email+": "+problem)
			}
		}
	}
	if detail := base.SpelledTwice(emails); detail != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "One person is named twice", detail)
	}
}
