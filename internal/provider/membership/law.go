package membership

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/law"
	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// shared are the rules that take more than this one membership to judge.
var shared = []rule.Rule{rule.TRAY003LastAdmin, rule.TRAY004OwnUser, rule.TRAY005Removals, rule.TRAY008OneManager}

// act is what happens to the membership, as rules see it.
func (m model) act(verb rule.Action, role string) rule.Change {
	return rule.Change{Action: verb, Workspace: m.WorkspaceID.ValueString(), Who: law.Person(m.Email.ValueString(), m.UserID.ValueString()), Role: role}
}

// words are what the resource says; see rule.Act.
func (m model) words() string {
	return m.WorkspaceID.ValueString() + " " + m.Email.ValueString() + " " + m.Role.ValueString()
}

// planLeave asks the rules about a membership that goes: with its resource, or because
// another workspace or person takes its place.
func (r *memberResource) planLeave(ctx context.Context, i base.Instance, state model, diags *diag.Diagnostics) {
	// Pending: Tray knows nothing of it.
	if state.UserID.IsNull() || !r.BeginDestroyPlan() {
		return
	}
	leaves := state.act(rule.RemoveMember, "")
	leaves.ResourceType, leaves.Mark = rule.OneMember, i.Mark
	law.Check(ctx, r.Provider, law.Case{Changes: []rule.Change{leaves}, Rules: shared}, diags)
}

// planAct notes what the plan does with a membership that stays or comes, and asks the
// rules when that takes rights away.
func (r *memberResource) planAct(ctx context.Context, state *model, plan model, diags *diag.Diagnostics) {
	if !r.Ready(nil) || plan.Role.IsUnknown() || plan.WorkspaceID.IsUnknown() || plan.act("", "").Who == "" {
		return
	}
	role := plan.Role.ValueString()
	switch {
	case state == nil || state.Status.ValueString() == pending && plan.Status.ValueString() == active:
		law.Note(r.Provider, plan.act(rule.AddMember, role))
	case plan.Role.Is(state.Role.ValueString()) || state.Status.ValueString() == pending:
	case plan.Role.Is(rule.Admin):
		law.Note(r.Provider, plan.act(rule.SetMember, role))
	default:
		law.Check(ctx, r.Provider, law.Case{Changes: []rule.Change{plan.act(rule.SetMember, role)}, Rules: shared, At: path.Root("role")}, diags)
	}
}

// claim says that this resource stands for the membership (TRAY008).
func (r *memberResource) claim(ctx context.Context, i base.Instance, plan model, diags *diag.Diagnostics) {
	if !r.Ready(nil) {
		return
	}
	claim := plan.act(rule.Manage, plan.Role.ValueString())
	if plan.WorkspaceID.IsUnknown() || claim.Who == "" {
		return
	}
	if !plan.Role.IsUnknown() {
		r.Plan.Run.Means(i.Mark, plan.object(), plan.Role.ValueString())
	}
	claim.ResourceType, claim.Mark, claim.Fingerprint = rule.OneMember, i.Mark, plan.words()
	at := path.Root("email")
	if plan.Email.ValueString() == "" {
		at = path.Root("user_id")
	}
	law.Claim(ctx, r.Provider, at, []rule.Change{claim}, diags)
}

// take makes a write that may leave the workspace without an Admin, when the rules still
// agree; see law.Take. The role was the member's before. It reports whether diags is
// without a reason against it.
func (r *memberResource) take(ctx context.Context, was base.Role, act rule.Change, doing string, write func() error, diags *diag.Diagnostics) bool {
	if was.Is(rule.Admin) && !tray.SameRole(act.Role, rule.Admin) {
		return law.Guard(ctx, r.Provider, doing, []rule.Change{act}, write, diags)
	}
	switch err := write(); {
	case errors.Is(err, law.ErrReported):
		return false
	case err != nil && !tray.IsGone(err):
		return !base.Failed(diags, doing, err)
	}
	law.Wrote(r.Provider, act)
	return true
}
