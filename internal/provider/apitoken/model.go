package apitoken

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// model is tray_api_token in configuration, plan and state. The value is in the state, as
// whoever uses it reads it there; Tray tells it once.
type model struct {
	WorkspaceID   types.String       `tfsdk:"workspace_id"`
	APIUserID     types.String       `tfsdk:"api_user_id"`
	Name          types.String       `tfsdk:"name"`
	ValidFor      base.DurationValue `tfsdk:"valid_for"`
	RotateBefore  base.DurationValue `tfsdk:"rotate_before"`
	Overlap       base.DurationValue `tfsdk:"overlap"`
	ID            types.String       `tfsdk:"id"`
	TokenName     types.String       `tfsdk:"token_name"`
	Value         types.String       `tfsdk:"value"`
	ExpiresAt     types.String       `tfsdk:"expires_at"`
	PreviousID    types.String       `tfsdk:"previous_id"`
	PreviousUntil types.String       `tfsdk:"previous_until"`
}

// identity is what names a token, also when it is rotated.
type identity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	APIUserID   types.String `tfsdk:"api_user_id"`
	Name        types.String `tfsdk:"name"`
}

func (m model) identity() identity { return identity{m.WorkspaceID, m.APIUserID, m.Name} }

// object is what the resource stands for: a token by its id, and before that by its name.
func object(m model) policy.Object {
	return base.ObjectIn(noun, m.ID, m.Name, m.APIUserID)
}

// second ends the name of every other token of a rotation: while the old one lives, it
// keeps its name.
const second = " (2)"

// nextName is what a new token is called while the one of the state lives.
func (m model) nextName(state model) string {
	if name := m.Name.ValueString(); state.TokenName.ValueString() == name {
		return name + second
	}
	return m.Name.ValueString()
}

// expiry is when a token that is made now is to expire; nil is never.
func expiry(now time.Time, life time.Duration) *time.Time {
	if life == 0 {
		return nil
	}
	at := now.Add(life).Truncate(time.Second)
	return &at
}

// due is what has to be done, as the last refresh saw it.
type due struct {
	Rotate bool `json:"rotate,omitempty"` // the token expires soon
	Revoke bool `json:"revoke,omitempty"` // the overlap is over
	Lost   bool `json:"lost,omitempty"`   // the token is gone, while the one before it lives
}

func (m model) due(now time.Time) due {
	at, before, until := instant(m.ExpiresAt), m.RotateBefore.Get(), instant(m.PreviousUntil)
	return due{
		Rotate: before > 0 && !at.IsZero() && !now.Before(at.Add(-before)),
		Revoke: !until.IsZero() && !now.Before(until),
	}
}

// fromAPI takes over what Tray says. The value it tells once, and what is the provider's own
// it does not know.
func (m *model) fromAPI(k *tray.APIToken) {
	m.WorkspaceID, m.APIUserID, m.ID, m.TokenName = types.StringValue(k.WorkspaceID), types.StringValue(k.UserID), types.StringValue(k.ID), types.StringValue(k.Name)
	m.Name, m.ExpiresAt = types.StringValue(strings.TrimSuffix(k.Name, second)), types.StringNull()
	if k.Expires == nil {
		return
	}
	m.ExpiresAt = types.StringValue(k.Expires.UTC().Format(time.RFC3339))
	if m.ValidFor.ValueString() == "" { // imported: as long as it was made for
		m.ValidFor = base.DurationOf(k.Expires.Sub(k.CreatedAt).Round(time.Minute))
	}
}

// made takes over a token that was just made, with its value.
func (m *model) made(k *tray.APIToken) {
	m.fromAPI(k)
	m.Value = types.StringValue(k.Value.Reveal())
	if m.ValidFor.IsUnknown() {
		m.ValidFor = base.NoDuration()
	}
}

func instant(v types.String) time.Time {
	at, _ := time.Parse(time.RFC3339, v.ValueString()) // the zero time for what is none
	return at
}
