package subscription

import (
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_trigger_subscription in configuration, plan and state. The signing key is in
// the state, as whoever checks deliveries reads it there; Tray tells it once.
type model struct {
	Name             types.String         `tfsdk:"name"`
	TriggerName      types.String         `tfsdk:"trigger_name"`
	TriggerVersion   types.String         `tfsdk:"trigger_version"`
	Operation        types.String         `tfsdk:"operation"`
	Input            jsontypes.Normalized `tfsdk:"input"`
	CheckInput       types.Bool           `tfsdk:"check_input"`
	Endpoint         types.String         `tfsdk:"endpoint"`
	AuthenticationID types.String         `tfsdk:"authentication_id"`
	ExternalID       types.String         `tfsdk:"external_id"`
	ID               types.String         `tfsdk:"id"`
	State            types.String         `tfsdk:"state"`
	SigningKey       types.String         `tfsdk:"signing_key"`
}

// identity is what names a subscription for its whole life.
type identity struct {
	ID types.String `tfsdk:"id"`
}

func (m model) identity() identity { return identity{m.ID} }

// object is what the resource stands for: a subscription by its id, and before that by what
// tells it from others.
func object(m model) policy.Object {
	return policy.Object{Type: noun.Type, ID: m.ID.ValueString(), Name: m.key(), Label: m.Name.ValueString()}
}

// key is what tells a subscription from others: the user's own key or, without one, where
// which events are sent; "" while that is not known.
func (m model) key() string {
	if m.ExternalID.IsUnknown() {
		return ""
	}
	if own := m.ExternalID.ValueString(); own != "" {
		return "with the external id " + own
	}
	parts := []types.String{m.Name, m.TriggerName, m.TriggerVersion, m.Operation, m.Endpoint, m.AuthenticationID}
	texts := make([]string, len(parts))
	for i, part := range parts {
		if part.IsUnknown() {
			return ""
		}
		texts[i] = part.ValueString()
	}
	return strings.Join(texts, " / ")
}

func (m model) trigger() tray.ConnectorRef {
	return tray.ConnectorRef{Name: m.TriggerName.ValueString(), Version: m.TriggerVersion.ValueString()}
}

// spec is what Tray is told of the subscription.
func (m model) spec() tray.SubscriptionSpec {
	return tray.SubscriptionSpec{
		Name: m.Name.ValueString(), Trigger: m.trigger(), Operation: m.Operation.ValueString(), Input: json.RawMessage(m.Input.ValueString()),
		Endpoint: m.Endpoint.ValueString(), AuthenticationID: m.AuthenticationID.ValueString(), ExternalID: m.ExternalID.ValueString(),
	}
}

// fromAPI takes over what Tray says. The signing key it tells once.
func (m *model) fromAPI(s *tray.Subscription) {
	m.ID, m.Name, m.State = types.StringValue(s.ID), types.StringValue(s.Name), types.StringValue(string(s.State))
	m.TriggerName, m.TriggerVersion, m.Operation = types.StringValue(s.Trigger.Name), types.StringValue(s.Trigger.Version), types.StringValue(s.Operation)
	m.Endpoint, m.AuthenticationID, m.ExternalID = types.StringValue(s.Endpoint), base.Text(s.AuthenticationID), base.Text(s.ExternalID)
	input := s.Input
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	m.Input = base.Document(m.Input, input)
}
