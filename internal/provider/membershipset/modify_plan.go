package membershipset

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
)

// planStand is the first step of a plan of either table: what it stands for. Was is what the
// state says, nil of a creation; want what the plan says, nil of a destroy and while the plan
// does not know of which workspace it is. Named says that the plan knows whom it names. It
// reports false when there is nothing to plan beyond that: a destroy and the first half of a
// replacement are judged here, and whom nobody knows yet nobody judges.
func (g *reconciler) planStand(ctx context.Context, was, want *desired, plan *settings, named bool, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (i base.Instance, goesOn bool) {
	diags := &resp.Diagnostics
	if req.Plan.Raw.IsNull() {
		g.planDestroy(ctx, g.Planned(ctx, req, resp, nil), *was, nil, loadRoster(ctx, req.Private), diags)
		return i, false
	}
	if want == nil || !g.Ready(nil) {
		return i, false
	}
	i = g.Planned(ctx, req, resp, creates(req, *want))
	g.planEnds(ctx, req.Private, was, want, plan)
	switch {
	case was == nil:
		succeed(ctx, resp.Private, want.workspace, want.standing(), named)
	case was.object() != want.object(): // replaced: planned again without a state
		g.planDestroy(ctx, i, *was, want, loadRoster(ctx, req.Private), diags)
		return i, false
	}
	if named {
		g.means(i, *want)
		enforce.Claim(ctx, g.Provider, want.all, want.claims(i.Mark), diags)
	}
	return i, named
}

// planWhole is the second step: who comes, goes and changes roles, for settings of the state
// and the plan. It reports the settings as they will be, and whether the state already has the
// same people in other words, which is no change.
func (g *reconciler) planWhole(ctx context.Context, i base.Instance, was, want *desired, state, plan settings, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (planned settings, same bool) {
	if was != nil && state.ExpiresAt.Same(plan.ExpiresAt) {
		plan.ExpiresAt = state.ExpiresAt // another spelling is no change
	}
	same = was != nil && sameEntries(was.entries, want.entries) && state.sameScope(plan)
	return g.planSettings(ctx, i, was, *want, state, plan, loadRoster(ctx, req.Private), &resp.Diagnostics), same
}
