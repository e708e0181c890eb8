package user

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// The rules that a change of the organization role, and a departure, are put to beside
// those of this package.
var (
	onRank  = []*policy.Rule{policy.TRAY002AdminIsAdmin, policy.TRAY003LastAdmin, policy.TRAY004OwnUser}
	onLeave = []*policy.Rule{policy.TRAY003LastAdmin, policy.TRAY004OwnUser, policy.TRAY005Removals, policy.TRAY006Services}
)

// planComes notes somebody who joins, or is invited to.
func (r *userResource) planComes(plan model) {
	if !r.Ready(nil) || plan.Email.IsUnknown() {
		return
	}
	action := policy.Invite
	if plan.Onboarding.ValueString() == onboardingCreate {
		action = policy.CreateUser
	}
	enforce.Note(r.Provider, policy.Change{Action: action, Who: plan.Email.Folded(), Role: plan.OrganizationRole.ValueString()})
}

// planComing is TRAY007 for all that this plan invites and for what has gone out already.
func (r *userResource) planComing(ctx context.Context, invited []string, diags *diagnostics) {
	if r.Ledger.Has("said", "TRAY007") { // once is enough
		return
	}
	slices.Sort(invited)
	invites := make([]policy.Change, len(invited))
	for i, who := range invited {
		invites[i] = policy.Change{Action: policy.Invite, Who: who}
	}
	known := policy.Organization{InvitesToday: r.sentToday(ctx, invited)}
	var said diagnostics
	broken := enforce.Violates(r.Provider, enforce.Case{Changes: invites, Rules: []*policy.Rule{policy.TRAY007Invites}, At: path.Root("email")}, known, &said)
	if !broken || r.Ledger.Note("said", "TRAY007") { // of many at once one says it
		diags.Append(said...)
	}
}

// sentToday counts the invitations of the last 24 hours, by Tray's clock, beside those to
// the people given, whom this run may have invited itself by now. 0 is also what cannot be
// read: only the management plane lists invitations.
func (r *userResource) sentToday(ctx context.Context, beside []string) int {
	if managed, err := r.API.Management.Available(ctx); err != nil || !managed {
		return 0
	}
	all, err := r.API.Invites.List(ctx)
	if err != nil {
		return 0
	}
	sent := 0
	for _, i := range all {
		ours := i.Status != tray.InviteCancelled && slices.Contains(beside, base.FoldEmail(i.Email))
		if !ours && !i.Created.IsZero() && r.API.Now().Sub(i.Created) < 24*time.Hour {
			sent++
		}
	}
	return sent
}

// planRank asks the rules about a user's new organization role.
func (r *userResource) planRank(ctx context.Context, state model, role base.Role, at path.Path, diags *diagnostics) {
	if !r.Ready(nil) || role.IsUnknown() || role.Is(state.OrganizationRole.ValueString()) {
		return
	}
	r.check(ctx, state, policy.Change{Action: policy.SetOrgRole, Who: state.Email.Folded(), Role: role.ValueString()}, onRank, at, diags)
}

// planLeave asks the rules about a user who is deleted, or demoted instead.
func (r *userResource) planLeave(ctx context.Context, state model, how string, diags *diagnostics) {
	switch how {
	case destroyKeep:
	case destroyDemote:
		r.planRank(ctx, state, base.RoleValue(roleViewer), path.Empty(), diags)
	default:
		r.check(ctx, state, policy.Change{Action: policy.DeleteUser, Who: state.Email.Folded()}, onLeave, path.Empty(), diags)
	}
}

// settle says once more, as an error, that the organization would have too few Admins, when
// it is this plan after which nobody can become one any more.
func (r *userResource) settle(ctx context.Context, m model, diags *diagnostics) {
	enforce.Settle(ctx, r.Provider, m.Email.Folded(), diags)
}

func (r *userResource) check(ctx context.Context, state model, change policy.Change, rules []*policy.Rule, at path.Path, diags *diagnostics) {
	enforce.Check(ctx, r.Provider, enforce.Case{
		Changes: []policy.Change{change}, Rules: rules, At: at,
		Known: map[string]policy.User{change.Who: {Role: state.OrganizationRole.ValueString(), AccountType: state.AccountType.ValueString()}},
	}, diags)
}

// guarded makes a write that takes rights from u, when the rules still agree: with
// min_org_admins above 1, an Admin who goes may have to wait until another has come.
func (r *userResource) guarded(ctx context.Context, u *tray.User, change policy.Change, doing string, write func() error, diags *diagnostics, at ...path.Path) bool {
	admin := tray.SameRole(u.Role.Name, policy.Admin) && !tray.SameRole(change.Role, policy.Admin)
	if admin && r.Limits().MinOrgAdmins > 1 {
		return enforce.Guard(ctx, r.Provider, doing, []policy.Change{change}, write, diags, at...)
	}
	err := write()
	if err == nil {
		enforce.Wrote(r.Provider, change)
	}
	if errors.Is(err, enforce.ErrReported) {
		return false
	}
	return !base.Failed(diags, doing, err, at...)
}

// delete deletes u. That a user owns custom services is shown by no API: the refusal
// is the first that says so, and it lists them. An Admin who returns in the same apply
// waits for nobody else to become one.
func (r *userResource) delete(ctx context.Context, u *tray.User, returns bool, diags *diagnostics) {
	write := func() error {
		err := r.API.Users.Delete(ctx, u.ID)
		if refused(err) && strings.Contains(err.Error(), "custom service") && r.ownsServices(u, err, diags) {
			return enforce.ErrReported
		}
		return err
	}
	const doing = "delete the user "
	if returns {
		if err := write(); !errors.Is(err, enforce.ErrReported) {
			base.Failed(diags, doing+u.Email, err)
		}
		return
	}
	r.guarded(ctx, u, policy.Change{Action: policy.DeleteUser, Who: enforce.Person(u.Email, u.ID)}, doing+u.Email, write, diags)
}

// ownsServices asks TRAY006 about somebody whom Tray would not delete for what they own.
func (r *userResource) ownsServices(u *tray.User, refusal error, diags *diagnostics) bool {
	deletes := policy.Change{Action: policy.DeleteUser, Who: enforce.Person(u.Email, u.ID)}
	known := policy.Organization{Users: map[string]policy.User{deletes.Who: {Role: u.Role.Name, Refusal: refusal.Error()}}}
	return enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{deletes}, Rules: []*policy.Rule{policy.TRAY006Services}}, known, diags)
}
