package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// ModifyPlan says what will be known after the apply, and refuses what an apply would
// fail at. It stays quiet while it lacks an input or a read fails: the apply says it.
func (r *userResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		if state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics); ok {
			r.planDestroy(ctx, state, &resp.Diagnostics)
		}
		return
	}
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || plan.Status.ValueString() == statusActive && req.Plan.Raw.Equal(req.State.Raw) { // nothing to plan; most instances of most plans
		return
	}
	config, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if req.State.Raw.IsNull() {
		plan = r.planCreate(ctx, plan, config, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	if r.anotherPerson(ctx, state, plan) {
		resp.RequiresReplace.Append(path.Root("email"))
		r.planDestroy(ctx, state, &resp.Diagnostics)
		return
	}
	plan = r.planUpdate(ctx, state, plan, config, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *userResource) planCreate(ctx context.Context, plan, config model, diags *diagnostics) model {
	if r.Ready(nil) && !plan.Email.IsUnknown() {
		r.Plan.Note("user", plan.Email.Folded())
		now, err := r.find(ctx, model{Email: plan.Email})
		if err == nil && (now.user != nil || now.pending()) {
			alreadyThere(diags, plan.Email, now)
			return plan
		}
	}
	return r.planJoin(ctx, plan, config, diags)
}

// planJoin says what is known of somebody who will be invited or created.
func (r *userResource) planJoin(ctx context.Context, plan, config model, diags *diagnostics) model {
	r.checkRole(ctx, "", plan.OrganizationRole, diags)
	if plan.Onboarding.IsUnknown() {
		return plan
	}
	onboarding := plan.Onboarding.ValueString()
	if !config.Name.IsUnknown() {
		if problem := nameProblem(true, onboarding, config.Name.ValueString(), ""); problem != "" {
			diags.AddAttributeError(path.Root("name"), "Could not set the name", problem)
		}
	}
	r.planComes(plan)
	if onboarding == onboardingCreate {
		plan.Status = types.StringValue(statusActive)
		plan.ID, plan.AccountType = types.StringUnknown(), types.StringUnknown()
		plan.InviteID, plan.InviteExpiresAt = types.StringNull(), types.StringNull()
		return plan
	}
	if config.Name.IsNull() {
		plan.Name = types.StringNull()
	}
	plan.ID, plan.AccountType = types.StringNull(), types.StringNull()
	return r.planInvite(ctx, plan, diags)
}

// planInvite plans a new invitation and counts it.
func (r *userResource) planInvite(ctx context.Context, plan model, diags *diagnostics) model {
	plan.Status = types.StringValue(statusInvited)
	plan.InviteID, plan.InviteExpiresAt = types.StringUnknown(), types.StringUnknown()
	if !r.Ready(nil) || plan.Email.IsUnknown() {
		return plan
	}
	r.planComing(ctx, r.Plan.Add("invite", plan.Email.Folded()), diags)
	return plan
}

func (r *userResource) planUpdate(ctx context.Context, state, plan, config model, diags *diagnostics) model {
	plan = plan.unchanged(state)
	kind := changeOf(state, plan)
	if kind == changeJoin {
		return r.planJoin(ctx, plan, config, diags)
	}
	plan.ID, plan.Status, plan.AccountType = state.ID, state.Status, state.AccountType
	plan.InviteID, plan.InviteExpiresAt = state.InviteID, state.InviteExpiresAt
	if config.Name.IsNull() {
		plan.Name = state.Name
	} else if !config.Name.IsUnknown() {
		if problem := nameProblem(false, "", config.Name.ValueString(), state.Name.ValueString()); problem != "" {
			diags.AddAttributeError(path.Root("name"), "Could not change the name", problem)
		}
	}
	if kind == changeNothing {
		return plan
	}
	r.checkRole(ctx, state.OrganizationRole.ValueString(), plan.OrganizationRole, diags)
	if state.Status.ValueString() != statusInvited {
		r.planRank(ctx, state, plan.OrganizationRole, path.Root("organization_role"), diags)
		return plan
	}
	if r.live(ctx) {
		diags.AddAttributeWarning(path.Root("organization_role"), "The invitation keeps its role", fmt.Sprintf(
			"Tray's API cannot change an invitation. %s joins with the role that was invited to; the first plan after that shows the difference, and its apply sets the role.", plan.Email.ValueString()))
		return plan
	}
	return r.planInvite(ctx, plan, diags)
}

// checkRole refuses Owner, and a role that Tray does not have.
func (r *userResource) checkRole(ctx context.Context, from string, to base.Role, diags *diagnostics) {
	at := path.Root("organization_role")
	if to.IsUnknown() {
		return
	}
	if problem := ownerGiven(from, to.ValueString()); problem != "" {
		diags.AddAttributeError(at, ownerSummary, problem)
		return
	}
	if !r.Ready(nil) || to.Is(from) {
		return
	}
	if _, err := r.API.Roles.Organization(ctx); err == nil {
		findRole(ctx, r.Provider, to, diags)
	}
}

// anotherPerson reports whether the planned address is somebody else's. Letter case
// does not count, nor does an address that Tray has changed for the same user.
func (r *userResource) anotherPerson(ctx context.Context, state, plan model) bool {
	if plan.Email.IsUnknown() {
		return true
	}
	if plan.Email.Folded() == state.Email.Folded() {
		return false
	}
	if !r.Ready(nil) || state.ID.ValueString() == "" {
		return true
	}
	u, err := r.API.Users.Get(ctx, state.ID.ValueString())
	return err != nil || base.FoldEmail(u.Email) != plan.Email.Folded()
}

func (r *userResource) planDestroy(ctx context.Context, state model, diags *diagnostics) {
	how := state.OnDestroy.ValueString()
	switch state.Status.ValueString() {
	case statusActive:
		if problem := ownerLeaves(state.Email.ValueString(), state.OrganizationRole.ValueString(), how); problem != "" {
			diags.AddAttributeError(path.Root("organization_role"), ownerSummary, problem)
			return
		}
		diags.AddWarning(leaving(state.Email, how))
		r.planLeave(ctx, state, how, diags)
	case statusInvited:
		if r.live(ctx) {
			diags.AddWarning(staysValid(state))
		}
	}
}

// live reports whether this is known to be a Tray without the management plane.
func (r *userResource) live(ctx context.Context) bool {
	if !r.Ready(nil) {
		return false
	}
	managed, err := r.API.Management.Available(ctx)
	return err == nil && !managed
}
