package membershipset

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var wireRoles = tftypes.Map{ElementType: tftypes.String}

func wire(roles map[string]any) tftypes.Value {
	raw := map[string]tftypes.Value{}
	for email, role := range roles {
		raw[email] = tftypes.NewValue(tftypes.String, role)
	}
	return tftypes.NewValue(wireRoles, raw)
}

// What Terraform sends is what it gets back, by either way that the framework takes, and it is
// what the framework's own map makes of it.
func TestPeople_areTheFrameworksMap(t *testing.T) {
	ctx, typ := context.Background(), newPeopleType()
	for name, in := range map[string]tftypes.Value{
		"null": tftypes.NewValue(wireRoles, nil), "unknown": tftypes.NewValue(wireRoles, tftypes.UnknownValue), "empty": wire(nil),
		"two":  wire(map[string]any{"Ana@example.com": "viewer", "bob@example.com": "Admin"}),
		"open": wire(map[string]any{"ana@example.com": tftypes.UnknownValue, "bob@example.com": nil}),
	} {
		v, err := typ.ValueFromTerraform(ctx, in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p := v.(people)
		m, diags := p.ToMapValue(ctx)
		plain, err := typ.MapType.ValueFromTerraform(ctx, in)
		if diags.HasError() || err != nil || !m.Equal(plain) || p.IsNull() != m.IsNull() || p.IsUnknown() != m.IsUnknown() {
			t.Errorf("%s: %v, the framework has %v %v %v", name, m, plain, diags, err)
		}
		back, err := p.ToTerraformValue(ctx)
		if err != nil || !back.Equal(in) {
			t.Errorf("%s: %v %v, want %v", name, back, err, in)
		}
		again, diags := typ.ValueFromMap(ctx, m)
		if diags.HasError() || !again.Equal(p) {
			t.Errorf("%s: %v %v", name, again, diags)
		}
		if known := name == "empty" || name == "two" || name == "null"; p.known() != known {
			t.Errorf("%s: known: %v", name, p.known())
		}
	}
	if p, err := typ.ValueFromTerraform(ctx, tftypes.NewValue(tftypes.Map{ElementType: tftypes.Bool}, map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.Bool, true)})); err == nil {
		t.Errorf("a map of truths is taken for one of roles: %v", p)
	}
}

// The framework makes a text of each map that it compares, for logs that are off.
func TestPeople_asTextAreNobody(t *testing.T) {
	if text := peopleValue(map[string]entry{"ana@example.com": {"ana@example.com", "Viewer"}}).String(); text != "1 people" {
		t.Errorf("%q", text)
	}
	if null, unknown := (people{}).String(), (people{state: 1}).String(); null != "<null>" || unknown != "<unknown>" {
		t.Errorf("%s %s", null, unknown)
	}
}

func TestPeople_saysWhoseRoleOrAddressIsWrong(t *testing.T) {
	for want, roles := range map[string]map[string]any{
		"":                             {"ana@example.com": "view only", "bob@example.com": nil, "eve@example.com": tftypes.UnknownValue},
		`members["ana"] Not an e-mail`: {"ana": "Viewer"},
		`members["ana@example.com"] Unknown workspace role The role of ana@example.com`: {"ana@example.com": "Boss"},
		"members One person is named twice Letter case does not count":                  {"ana@example.com": "Viewer", "Ana@example.com": "Viewer", "bob@example.com": "Admin"},
	} {
		v, err := newPeopleType().ValueFromTerraform(context.Background(), wire(roles))
		if err != nil {
			t.Fatal(err)
		}
		var resp xattr.ValidateAttributeResponse
		v.(people).ValidateAttribute(context.Background(), xattr.ValidateAttributeRequest{Path: path.Root("members")}, &resp)
		said := ""
		for _, d := range resp.Diagnostics {
			said += d.(interface{ Path() path.Path }).Path().String() + " " + d.Summary() + " " + d.Detail()
		}
		if !strings.HasPrefix(said, want) || want == "" && said != "" {
			t.Errorf("%v: %q, want %q", roles, said, want)
		}
	}
}
