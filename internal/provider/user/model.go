package user

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// The values of status, onboarding and on_destroy.
const (
	statusInvited = "invited"
	statusActive  = "active"
	statusExpired = "expired"

	onboardingInvite = "invite"
	onboardingCreate = "create"

	destroyDelete = "delete"
	destroyDemote = "demote"
	destroyKeep   = "keep"
)

type model struct {
	Email            base.Email   `tfsdk:"email"`
	OrganizationRole base.Role    `tfsdk:"organization_role"`
	Name             types.String `tfsdk:"name"`
	Onboarding       types.String `tfsdk:"onboarding"`
	OnDestroy        types.String `tfsdk:"on_destroy"`
	ID               types.String `tfsdk:"id"`
	Status           types.String `tfsdk:"status"`
	InviteID         types.String `tfsdk:"invite_id"`
	InviteExpiresAt  types.String `tfsdk:"invite_expires_at"`
	AccountType      types.String `tfsdk:"account_type"`
}

var noun = base.Noun{Type: "tray_user", One: "user", At: path.Root("email"), Identity: map[string]string{"email": "E-mail address in lower case."}}

// object is whom the resource stands for: somebody by user id, and before that by address.
func object(m model) policy.Object {
	return policy.Object{Type: noun.Type, ID: m.ID.ValueString(), Name: m.Email.Folded()}
}

// called is m with the address of the plan, which may be another of the same person.
func (m model) called(plan model) model {
	m.Email = plan.Email
	return m
}

type identityModel struct {
	Email types.String `tfsdk:"email"`
}

// identify is the identity: the address in lower case, which is the same before and after the
// invitation is accepted, however the configuration spells it.
func (m model) identify() identityModel {
	return identityModel{types.StringValue(m.Email.Folded())}
}

// joined is what m becomes when the person is a user. Nothing of the invitation
// stays, so that the state does not show a date that means nothing any more.
func (m model) joined(u *tray.User) model {
	m.OrganizationRole = base.RoleValue(u.Role.Name)
	m.ID = types.StringValue(u.ID)
	m.Name = types.StringValue(u.Name)
	m.AccountType = types.StringValue(string(u.AccountType))
	m.Status = types.StringValue(statusActive)
	m.InviteID, m.InviteExpiresAt = types.StringNull(), types.StringNull()
	return m
}

// waiting is what m becomes while the invitation is open, or when it has run out. The
// role is only known where the management plane lists invitations.
func (m model) waiting(i *tray.Invite, status string) model {
	if i.Role.Name != "" {
		m.OrganizationRole = base.RoleValue(i.Role.Name)
	}
	m.ID, m.Name, m.AccountType = types.StringNull(), types.StringNull(), types.StringNull()
	m.Status = types.StringValue(status)
	m.InviteID = types.StringValue(i.ID)
	m.InviteExpiresAt = types.StringNull()
	if !i.Expires.IsZero() {
		m.InviteExpiresAt = types.StringValue(i.Expires.UTC().Format(time.RFC3339))
	}
	return m
}

// invite is the invitation as the state remembers it, nil when it remembers none.
func (m model) invite() *tray.Invite {
	if m.InviteID.ValueString() == "" {
		return nil
	}
	i := &tray.Invite{ID: m.InviteID.ValueString(), Email: m.Email.ValueString()}
	if at, err := time.Parse(time.RFC3339, m.InviteExpiresAt.ValueString()); err == nil {
		i.Expires = at
	}
	return i
}

// withDefaults fills in the settings that Tray does not know, which an import leaves
// null, so that an imported state equals a created one. Somebody who is a user already is
// imported with "create", the value that goes with the name that they have: a
// configuration that Terraform writes out of the state has to be valid.
func (m model) withDefaults() model {
	if m.Onboarding.IsNull() {
		m.Onboarding = types.StringValue(onboardingInvite)
		if m.ID.ValueString() != "" {
			m.Onboarding = types.StringValue(onboardingCreate)
		}
	}
	if m.OnDestroy.IsNull() {
		m.OnDestroy = types.StringValue(destroyDelete)
	}
	return m
}

// unchanged keeps what the state says in other words: the spelling of a role, and, of
// somebody who has joined, the way in, which means nothing any more.
func (m model) unchanged(state model) model {
	if m.OrganizationRole.Is(state.OrganizationRole.ValueString()) {
		m.OrganizationRole = state.OrganizationRole
	}
	if state.Status.ValueString() == statusActive && !m.Onboarding.IsUnknown() {
		m.Onboarding = state.Onboarding
	}
	return m
}

// asPlanned replaces each value that plan had promised. The person may accept, or take
// another name, between plan and apply; Terraform then wants the promised value now,
// and the next refresh shows the new one.
func (m model) asPlanned(plan model) model {
	m.Email, m.OrganizationRole = plan.Email, plan.OrganizationRole
	m.Onboarding, m.OnDestroy = plan.Onboarding, plan.OnDestroy
	for _, f := range []struct {
		now     *types.String
		planned types.String
	}{
		{&m.Name, plan.Name}, {&m.ID, plan.ID}, {&m.Status, plan.Status}, {&m.InviteID, plan.InviteID},
		{&m.InviteExpiresAt, plan.InviteExpiresAt}, {&m.AccountType, plan.AccountType},
	} {
		if !f.planned.IsUnknown() {
			*f.now = f.planned
		}
	}
	return m
}
