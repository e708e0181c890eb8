package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

type diagnostics = diag.Diagnostics

// person is what can be known of somebody now: a user, or an invitation, or neither.
type person struct {
	user *tray.User
	// invite is open or has run out, as status says.
	invite *tray.Invite
	status string
	// cancelled says that the last invitation was withdrawn.
	cancelled bool
	// managed says that the management plane listed the invitations.
	managed bool
}

func (p person) pending() bool { return p.invite != nil && p.status == statusInvited }

// find looks for the user first, always: whoever was only invited may have accepted
// at any moment. The reads are shared by all resources of a run.
func (r *userResource) find(ctx context.Context, m model) (p person, err error) {
	if p.user, err = r.findUser(ctx, m); p.user != nil || err != nil {
		return p, err
	}
	if p.managed, err = r.API.Management.Available(ctx); err != nil {
		return p, err
	}
	if !p.managed {
		p.invite, p.status = m.invite(), inviteStatus(m.invite(), r.API.Now())
		return p, nil
	}
	invites, err := r.API.Invites.List(ctx)
	if err != nil {
		return p, err
	}
	p.invite, p.status, p.cancelled = lastInvite(invites, m.Email.ValueString())
	return p, nil
}

// findUser looks by id, then by address: somebody who was removed and came back has a
// new id. Nobody is no error.
func (r *userResource) findUser(ctx context.Context, m model) (*tray.User, error) {
	if id := m.ID.ValueString(); id != "" {
		u, err := r.API.Users.Get(ctx, id)
		if !tray.IsGone(err) {
			return u, err
		}
	}
	if m.Email.ValueString() == "" { // an import by id
		return nil, nil
	}
	u, err := r.API.Users.GetByEmail(ctx, m.Email.ValueString())
	if tray.IsGone(err) {
		return nil, nil
	}
	return u, err
}

// join brings a person into the organization who is neither a user nor invited.
func (r *userResource) join(ctx context.Context, plan model, role tray.Role, diags *diagnostics) (model, bool) {
	if plan.Onboarding.ValueString() == onboardingCreate {
		u, err := r.API.Users.Create(ctx, tray.UserSpec{
			Name: plan.Name.ValueString(), Email: plan.Email.ValueString(), RoleID: role.ID,
		})
		if r.joinFailed(ctx, plan, "create the user", err, diags) {
			return model{}, false
		}
		return plan.joined(u), true
	}
	i, err := r.API.Invites.Create(ctx, plan.Email.ValueString(), role.ID)
	if r.joinFailed(ctx, plan, "invite "+plan.Email.ValueString(), err, diags) {
		return model{}, false
	}
	if i.Status == tray.InviteAccepted {
		if u, err := r.API.Users.GetByEmail(ctx, plan.Email.ValueString()); err == nil {
			return plan.joined(u), true
		}
	}
	return plan.waiting(i, statusInvited), true
}

// joinFailed explains err. Tray documents no status for "is already there", so after a
// refusal it looks instead of reading the message. The look may be served from what
// was read before; then the next plan sees it.
func (r *userResource) joinFailed(ctx context.Context, plan model, doing string, err error, diags *diagnostics) bool {
	if err == nil {
		return false
	}
	if refused(err) {
		now, lookErr := r.find(ctx, model{Email: plan.Email})
		if lookErr == nil && (now.user != nil || now.pending()) {
			alreadyThere(diags, plan.Email, now)
			return true
		}
		err = fmt.Errorf("%w\n\n%s", err, refusedHint(plan, now.managed))
	} else if ambiguous(err) && plan.Onboarding.ValueString() == onboardingCreate {
		err = fmt.Errorf("%w\n\n%s", err, uncertainHint)
	}
	return base.Failed(diags, doing, err)
}

// change carries out what changeOf says between state and plan.
func (r *userResource) change(ctx context.Context, state, plan model, diags *diagnostics) (model, bool) {
	role, ok := findRole(ctx, r.Provider, plan.OrganizationRole, diags)
	if !ok {
		return model{}, false
	}
	now, err := r.find(ctx, state)
	if base.Failed(diags, "look for "+state.Email.ValueString(), err) {
		return model{}, false
	}
	if another(state, now.user) {
		diags.AddAttributeError(path.Root("email"), "Somebody else has the address now", cameBack(state, now.user))
		return model{}, false
	}
	if now.user != nil {
		if state.Status.ValueString() == statusActive && !state.OrganizationRole.Is(now.user.Role.Name) && !tray.SameRole(now.user.Role.Name, role.Name) {
			diags.AddAttributeError(path.Root("organization_role"), "Could not change the organization role", changedSince(state, now.user))
			return model{}, false
		}
		return r.setRole(ctx, plan, now.user, role, diags)
	}
	if now.pending() && now.managed {
		return r.inviteAgain(ctx, plan, now.invite, role, diags)
	}
	if !now.pending() || changeOf(state, plan) == changeJoin {
		return r.join(ctx, plan, role, diags)
	}
	// A live Tray cannot change an invitation. The wanted role is recorded; once the
	// person has accepted, the refresh shows the other one and the next apply sets it.
	return state, true
}

func (r *userResource) setRole(ctx context.Context, plan model, u *tray.User, role tray.Role, diags *diagnostics) (model, bool) {
	if tray.SameRole(u.Role.Name, role.Name) {
		return plan.joined(u), true
	}
	act := policy.Change{Action: policy.SetOrgRole, Who: enforce.Person(u.Email, u.ID), Role: role.Name}
	write := func() error {
		now, err := r.API.Users.SetRole(ctx, u.ID, role)
		if err == nil {
			u = now
		}
		return err
	}
	if !r.take(ctx, u, act, "change the organization role", write, diags, path.Root("organization_role")) {
		return model{}, false
	}
	return plan.joined(u), true
}

// inviteAgain replaces an open invitation. It cancels first: Tray refuses a second
// invitation to an address that has one. If inviting then fails, the state still holds
// the old invitation, the next refresh sees that it was cancelled, and the next apply
// invites.
func (r *userResource) inviteAgain(ctx context.Context, plan model, old *tray.Invite, role tray.Role, diags *diagnostics) (model, bool) {
	if base.Failed(diags, "cancel the invitation", r.API.Invites.Cancel(ctx, old.ID)) {
		return model{}, false
	}
	got, ok := r.join(ctx, plan, role, diags)
	if !ok {
		diags.AddWarning("Nobody is invited now", fmt.Sprintf("The invitation of %s with the old role was cancelled before the new one failed. Apply again to send it.", plan.Email.ValueString()))
	}
	return got, ok
}

// another reports whether u is not the user that the state has, but somebody who has come
// to the address since. A Read takes over such a user, and the plan shows it.
func another(state model, u *tray.User) bool {
	id := state.ID.ValueString()
	return u != nil && id != "" && u.ID != id
}

// leave does what on_destroy says with somebody who is a user. Returns says that the same
// apply creates the person again.
func (r *userResource) leave(ctx context.Context, state model, u *tray.User, returns bool, diags *diagnostics) {
	how := state.OnDestroy.ValueString()
	if problem := ownerLeaves(state.Email.ValueString(), u.Role.Name, how); problem != "" {
		diags.AddError(ownerSummary, problem)
		return
	}
	switch how {
	case destroyKeep:
	case destroyDemote:
		if viewer, ok := findRole(ctx, r.Provider, base.RoleValue(roleViewer), diags); ok {
			r.setRole(ctx, state, u, viewer, diags)
		}
	default:
		if !returns || r.leavePlaces(ctx, u, diags) {
			r.delete(ctx, u, returns, diags)
		}
	}
}

// cancel withdraws an open invitation where that can be done.
func (r *userResource) cancel(ctx context.Context, state model, i *tray.Invite, diags *diagnostics) {
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "cancel the invitation", err) {
		return
	}
	if !managed {
		diags.AddWarning(staysValid(state))
		return
	}
	base.Failed(diags, "cancel the invitation", r.API.Invites.Cancel(ctx, i.ID))
}
