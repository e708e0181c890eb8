package membership

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// shared are the rules that take more than this one membership to judge.
var shared = []*policy.Rule{policy.TRAY003LastAdmin, policy.TRAY004OwnUser, policy.TRAY005Removals, policy.TRAY008OneManager}

// act is what happens to the membership, as rules see it.
func (m model) act(verb policy.Action, role string) policy.Change {
	return policy.Change{Action: verb, Workspace: m.WorkspaceID.ValueString(), Who: enforce.Person(m.Email.ValueString(), m.UserID.ValueString()), Role: role}
}

// words are what the resource says; see policy.Change.
func (m model) words() string {
	return m.WorkspaceID.ValueString() + " " + m.Email.ValueString() + " " + m.Role.ValueString()
}

// planLeave asks the rules about a membership that goes: with its resource, or because
// another workspace or person takes its place.
func (r *memberResource) planLeave(ctx context.Context, i base.Instance, state model, diags *diag.Diagnostics) {
	// Pending or ended: Tray knows nothing of it.
	if state.UserID.IsNull() || state.Status.ValueString() == ended || !r.BeginDestroyPlan() {
		return
	}
	leaves := state.act(policy.RemoveMember, "")
	leaves.ResourceType, leaves.Mark = policy.OneMember, i.Mark
	enforce.Check(ctx, r.Provider, enforce.Case{Changes: []policy.Change{leaves}, Rules: shared}, diags)
}

// planAct notes what the plan does with a membership that stays or comes, and asks the
// rules when that takes rights away.
func (r *memberResource) planAct(ctx context.Context, state *model, plan model, diags *diag.Diagnostics) {
	if plan.Status.ValueString() == ended {
		r.planEnded(ctx, state, plan, diags)
		return
	}
	if !r.Ready(nil) || plan.Role.IsUnknown() || plan.WorkspaceID.IsUnknown() || plan.act("", "").Who == "" {
		return
	}
	role := plan.Role.ValueString()
	switch {
	case state == nil, state.Status.ValueString() == ended, state.Status.ValueString() == pending && plan.Status.ValueString() == active:
		enforce.Note(r.Provider, plan.act(policy.AddMember, role))
	case plan.Role.Is(state.Role.ValueString()) || state.Status.ValueString() == pending:
	case plan.Role.Is(policy.Admin):
		enforce.Note(r.Provider, plan.act(policy.SetMember, role))
	default:
		enforce.Check(ctx, r.Provider, enforce.Case{Changes: []policy.Change{plan.act(policy.SetMember, role)}, Rules: shared, At: path.Root("role")}, diags)
	}
}

// means says, in an apply, which role the person is to have, to whoever would take them out.
func (r *memberResource) means(i base.Instance, plan model) {
	gives := plan.Status.ValueString() != ended && !plan.WorkspaceID.IsUnknown() && !plan.Role.IsUnknown()
	if r.Ready(nil) && gives && plan.act("", "").Who != "" {
		r.Ledger.Session.Means(i.Mark, plan.object(), plan.Role.ValueString())
	}
}

// claim says that this resource stands for the membership (TRAY008).
func (r *memberResource) claim(ctx context.Context, i base.Instance, plan model, diags *diag.Diagnostics) {
	if !r.Ready(nil) {
		return
	}
	claim := plan.act(policy.Manage, plan.Role.ValueString())
	if plan.WorkspaceID.IsUnknown() || claim.Who == "" {
		return
	}
	r.means(i, plan)
	claim.ResourceType, claim.Mark, claim.Fingerprint = policy.OneMember, i.Mark, plan.words()
	at := path.Root("email")
	if plan.Email.ValueString() == "" {
		at = path.Root("user_id")
	}
	enforce.Claim(ctx, r.Provider, at, []policy.Change{claim}, diags)
}

// take makes a write that may leave the workspace without an Admin, when the rules still
// agree; see enforce.Guard. The role was the member's before. It reports whether diags is
// without a reason against it.
func (r *memberResource) take(ctx context.Context, was base.Role, act policy.Change, doing string, write func() error, diags *diag.Diagnostics) bool {
	if act.Ends {
		if enforce.End(ctx, r.Provider, doing, act, write, diags) {
			enforce.Wrote(r.Provider, act)
		}
		return !diags.HasError()
	}
	if was.Is(policy.Admin) && !tray.SameRole(act.Role, policy.Admin) {
		return enforce.Guard(ctx, r.Provider, doing, []policy.Change{act}, write, diags)
	}
	switch err := write(); {
	case errors.Is(err, enforce.ErrReported):
		return false
	case err != nil && !tray.IsGone(err):
		return !base.Failed(diags, doing, err)
	}
	enforce.Wrote(r.Provider, act)
	return true
}
