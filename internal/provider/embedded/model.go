package embedded

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_embedded_user in configuration, plan and state.
type model struct {
	Name       types.String `tfsdk:"name"`
	ExternalID types.String `tfsdk:"external_user_id"`
	Test       types.Bool   `tfsdk:"is_test_user"`
	ID         types.String `tfsdk:"id"`
}

// identity is what names an end user for its whole life.
type identity struct {
	ID types.String `tfsdk:"id"`
}

func (m model) identity() identity { return identity{m.ID} }

// object is what the resource stands for: an end user by its id, and before that by its
// external id.
func object(m model) policy.Object {
	return policy.Object{Type: noun.Type, ID: m.ID.ValueString(), Name: m.ExternalID.ValueString(), Label: m.ExternalID.ValueString()}
}

// change is what differs between the state and the plan; of a new end user, all that the plan
// says. Whether that is a test user is always said: it decides about the bill.
func (m model) change(state model) tray.EmbeddedUserSpec {
	spec := tray.EmbeddedUserSpec{Name: base.Changed(m.Name, state.Name), ExternalID: base.Changed(m.ExternalID, state.ExternalID)}
	if isNew := state.ID.IsNull(); isNew || !m.Test.IsUnknown() && !m.Test.Equal(state.Test) {
		test := m.Test.ValueBool()
		spec.Test = &test
	}
	return spec
}

// known fills in what the plan left open: Terraform wants the rest as planned.
func (m model) known(u *tray.EmbeddedUser) model {
	got := m
	got.fromAPI(u)
	got.Name, got.ExternalID, got.Test = m.Name, m.ExternalID, base.Or(m.Test, got.Test)
	return got
}

// fromAPI takes over what Tray says.
func (m *model) fromAPI(u *tray.EmbeddedUser) {
	m.ID, m.Name, m.ExternalID, m.Test = types.StringValue(u.ID), types.StringValue(u.Name), types.StringValue(u.ExternalID), types.BoolValue(u.Test)
}
