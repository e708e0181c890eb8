package membershipset

import (
	"context"
	"maps"
	"slices"
	"strconv"

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

// people is a value of peopleType. It holds the roles themselves, where the framework's map
// is copied by whoever looks into it: each plan looks into hundreds of them dozens of times.
// The zero value is null.
type people struct {
	state attr.ValueState
	roles map[string]base.Role // by address as it is spelled; never changed
}

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
	roles := make(map[string]base.Role, len(entries))
	for _, s := range entries {
		roles[s.email] = base.RoleValue(s.role)
	}
	return people{attr.ValueStateKnown, roles}
}

// entries returns who is in the map, by folded address.
func (p people) entries() map[string]entry {
	entries := make(map[string]entry, len(p.roles))
	for email, role := range p.roles {
		entries[base.FoldEmail(email)] = entry{email, role.ValueString()}
	}
	return entries
}

// known reports whether the map and every role in it are known.
func (p people) known() bool {
	for _, role := range p.roles {
		if role.IsUnknown() {
			return false
		}
	}
	return !p.IsUnknown()
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
func (t peopleType) ValueFromMap(ctx context.Context, in basetypes.MapValue) (basetypes.MapValuable, diag.Diagnostics) {
	var diags diag.Diagnostics
	raw, err := in.ToTerraformValue(ctx)
	if err == nil {
		var p people
		if p, err = peopleFrom(raw); err == nil {
			return p, diags
		}
	}
	diags.AddError("Provider bug", "A map of roles is none: "+err.Error()+". Please report this.")
	return people{}, diags
}

// ValueFromTerraform implements attr.Type.
func (peopleType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	return peopleFrom(in)
}

func peopleFrom(in tftypes.Value) (people, error) {
	switch {
	case in.Type() != nil && !in.IsKnown():
		return people{state: attr.ValueStateUnknown}, nil
	case in.IsNull():
		return people{}, nil
	}
	var raw map[string]tftypes.Value
	if err := in.As(&raw); err != nil {
		return people{}, err
	}
	p := people{attr.ValueStateKnown, make(map[string]base.Role, len(raw))}
	for email, v := range raw {
		role, err := base.RoleFrom(v)
		if err != nil {
			return people{}, err
		}
		p.roles[email] = role
	}
	return p, nil
}

// ToMapValue implements basetypes.MapValuable.
func (p people) ToMapValue(context.Context) (basetypes.MapValue, diag.Diagnostics) {
	switch p.state {
	case attr.ValueStateKnown:
		return basetypes.NewMapValue(base.RoleType{}, p.Elements())
	case attr.ValueStateUnknown:
		return basetypes.NewMapUnknown(base.RoleType{}), nil
	}
	return basetypes.NewMapNull(base.RoleType{}), nil
}

// ToTerraformValue implements attr.Value.
func (p people) ToTerraformValue(ctx context.Context) (tftypes.Value, error) {
	typ := tftypes.Map{ElementType: tftypes.String}
	switch p.state {
	case attr.ValueStateNull:
		return tftypes.NewValue(typ, nil), nil
	case attr.ValueStateUnknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue), nil
	}
	raw := make(map[string]tftypes.Value, len(p.roles))
	for email, role := range p.roles {
		v, err := role.ToTerraformValue(ctx)
		if err != nil {
			return tftypes.Value{}, err
		}
		raw[email] = v
	}
	return tftypes.NewValue(typ, raw), nil
}

// Elements returns the roles as base.Elements looks at them.
func (p people) Elements() map[string]attr.Value {
	elements := make(map[string]attr.Value, len(p.roles))
	for email, role := range p.roles {
		elements[email] = role
	}
	return elements
}

// IsNull implements attr.Value.
func (p people) IsNull() bool { return p.state == attr.ValueStateNull }

// IsUnknown implements attr.Value.
func (p people) IsUnknown() bool { return p.state == attr.ValueStateUnknown }

// String implements attr.Value. The framework asks for it twice a comparison, for logs that
// are off: so it names nobody.
func (p people) String() string {
	switch p.state {
	case attr.ValueStateNull:
		return attr.NullValueString
	case attr.ValueStateUnknown:
		return attr.UnknownValueString
	}
	return strconv.Itoa(len(p.roles)) + " people"
}

// Equal implements attr.Value.
func (p people) Equal(o attr.Value) bool {
	other, ok := o.(people)
	return ok && p.state == other.state && maps.Equal(p.roles, other.roles)
}

// Type implements attr.Value.
func (people) Type(context.Context) attr.Type { return newPeopleType() }

// MapSemanticEquals implements basetypes.MapValuableWithSemanticEquals.
func (p people) MapSemanticEquals(_ context.Context, o basetypes.MapValuable) (bool, diag.Diagnostics) {
	other, ok := o.(people)
	return ok && (p.Equal(other) || sameEntries(p.entries(), other.entries())), nil
}

// ValidateAttribute implements xattr.ValidateableAttribute: keys are addresses, each once,
// and values are roles. An error says whose.
func (p people) ValidateAttribute(ctx context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	for email := range p.roles {
		if !base.IsEmail(email) {
			var check xattr.ValidateAttributeResponse
			base.EmailValue(email).ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: req.Path.AtMapKey(email)}, &check)
			resp.Diagnostics.Append(check.Diagnostics...)
		}
	}
	for email, role := range p.roles {
		if role.IsNull() || role.IsUnknown() {
			continue
		}
		if problem := base.WorkspaceRoleProblem(role.ValueString()); problem != "" {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(email), "Unknown workspace role", "The role of "+email+": "+problem)
		}
	}
	if len(p.entries()) < len(p.roles) {
		resp.Diagnostics.AddAttributeError(req.Path, "One person is named twice", base.SpelledTwice(slices.Collect(maps.Keys(p.roles))))
	}
}
