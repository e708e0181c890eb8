package membership

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// The values of status.
const (
	active  = "active"  // Tray has the membership
	pending = "pending" // the person has not accepted the invitation yet: only the state has it
	ended   = "ended"   // the date of expires_at has passed, and Tray has no membership
)

// model is tray_workspace_member in configuration, plan and state.
type model struct {
	ID          types.String `tfsdk:"id"`
	WorkspaceID types.String `tfsdk:"workspace_id"`
	UserID      types.String `tfsdk:"user_id"`
	Email       base.Email   `tfsdk:"email"`
	Role        base.Role    `tfsdk:"role"`
	Status      types.String `tfsdk:"status"`
	ExpiresAt   base.End     `tfsdk:"expires_at"`
}

// identity is what names a membership for its whole life: the workspace and one name
// of the person, the e-mail address when the resource was created or imported by it,
// else the user id. The other one is null. It never changes afterwards: an address
// works before the person has a user id, and an id outlives a change of address.
type identity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	Email       types.String `tfsdk:"email"`
	UserID      types.String `tfsdk:"user_id"`
}

// identify makes the identity of a membership that has none yet.
func (m model) identify(byEmail bool) identity {
	if byEmail && m.Email.ValueString() != "" || m.UserID.ValueString() == "" {
		return identity{WorkspaceID: m.WorkspaceID, Email: types.StringValue(m.Email.Folded()), UserID: types.StringNull()}
	}
	return identity{WorkspaceID: m.WorkspaceID, Email: types.StringNull(), UserID: m.UserID}
}

// fromAPI takes over what Tray says. An address that Tray does not show stays as it is.
func (m *model) fromAPI(got *tray.Member) {
	m.WorkspaceID = types.StringValue(got.WorkspaceID)
	m.UserID = types.StringValue(got.UserID)
	m.Role = base.RoleValue(got.Role.Name)
	m.Status = types.StringValue(active)
	if got.Email != "" {
		m.Email = base.EmailValue(got.Email)
	} else if m.Email.IsUnknown() {
		m.Email = base.EmailNull()
	}
}

// wait makes the membership pending.
func (m *model) wait() {
	m.UserID, m.Status = types.StringNull(), types.StringValue(pending)
}

// person is what people call the member: the address, else the id.
func (m model) person() string {
	if email := m.Email.ValueString(); email != "" {
		return email
	}
	return m.UserID.ValueString()
}

// object is the membership as one thing in Tray: by ids where the user is known, and by the
// person's address.
func (m model) object() policy.Object {
	return policy.MembershipObject(m.WorkspaceID.ValueString(), m.UserID.ValueString(), m.Email.Folded())
}

// who is the person as rules name people.
func (m model) who() string { return enforce.Person(m.Email.ValueString(), m.UserID.ValueString()) }

// creates is the membership that a plan without a state makes; nil for any other plan.
func (m model) creates(req resource.ModifyPlanRequest) *policy.Object {
	if !req.State.Raw.IsNull() {
		return nil
	}
	o := m.object()
	return &o
}
