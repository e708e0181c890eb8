package user

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// ModifyPlan says what will be known after the apply, and refuses what an apply would
// fail at. It stays quiet while it lacks an input or a read fails: the apply says it.
func (r *userResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	if req.Plan.Raw.Equal(req.State.Raw) && r.planUnchanged(ctx, req, resp) {
		return
	}
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	// Not base.Stand: nobody is renamed into somebody else, so no names pass or shift.
	switch step {
	case base.Destroy:
		r.planDestroy(ctx, r.Planned(ctx, req, resp, nil), state, diags)
	case base.Create:
		o := object(plan)
		plan = r.planCreate(ctx, r.Planned(ctx, req, resp, &o), plan, config, diags)
		diags.Append(resp.Plan.Set(ctx, plan)...)
	case base.Update:
		r.planChange(ctx, r.Planned(ctx, req, resp, nil), plan, state, config, resp)
	}
}

// planUnchanged plans for somebody who has joined and stays as they are: most instances of
// most plans, so nothing is decoded beyond the plan. It reports false for who has not joined.
func (r *userResource) planUnchanged(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if ok && plan.Status.ValueString() != statusActive {
		return false
	}
	if ok {
		r.planStays(r.Planned(ctx, req, resp, nil), plan, &resp.Diagnostics)
		r.settle(ctx, plan, &resp.Diagnostics)
	}
	return true
}

// planChange plans for somebody who is in the state, and is to be otherwise, or replaced.
func (r *userResource) planChange(ctx context.Context, i base.Instance, plan, state, config model, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	if r.anotherPerson(ctx, state, plan) {
		resp.RequiresReplace.Append(path.Root("email"))
		r.remember(i.Mark, state)
		r.planDestroy(ctx, i, state, diags)
		return
	}
	if r.planStays(i, state.called(plan), diags) {
		plan = r.planUpdate(ctx, state, plan, config, diags)
	}
	r.settle(ctx, plan, diags)
	diags.Append(resp.Plan.Set(ctx, plan)...)
}

// planStays notes that the instance stands for somebody who stays.
func (r *userResource) planStays(i base.Instance, m model, diags *diagnostics) bool {
	if !r.Ready(nil) {
		return true
	}
	r.remember(i.Mark, m)
	return r.Claim(i, policy.Keeps, object(m), noun.One, "", noun.At, diags)
}

func (r *userResource) planCreate(ctx context.Context, i base.Instance, plan, config model, diags *diagnostics) model {
	if !r.Ready(nil) || plan.Email.IsUnknown() {
		return r.planJoin(ctx, plan, config, diags)
	}
	r.Ledger.Note("user", plan.Email.Folded())
	if !r.Claim(i, policy.Creates, object(plan), noun.One, plan.Email.ValueString(), noun.At, diags) {
		return plan
	}
	defer r.settle(ctx, plan, diags)
	was, replaced := r.replaced(i, plan)
	now, err := r.find(ctx, model{Email: plan.Email})
	switch there := err == nil && (now.user != nil || now.pending()); {
	case replaced && was.Status.ValueString() == statusInvited && err == nil && now.user == nil && r.live(ctx):
		diags.AddAttributeError(path.Root("email"), "Could not invite again", cannotCancel(plan.Email))
		return plan
	case !there:
		return r.planJoin(ctx, plan, config, diags)
	case !replaced && !r.MayBeThere(ctx, base.Instance{Mark: i.Mark}, object(plan)) && r.alreadyThere(plan.Email, now, diags):
		return plan
	case now.user != nil && (r.HandedOver(object(plan)) || replaced && was.OnDestroy.ValueString() != destroyDelete):
		return r.planTakeOver(ctx, plan, config, now.user, diags)
	case now.user != nil && replaced:
		r.planReturn(ctx, was.joined(now.user), plan, diags)
	}
	return r.planJoin(ctx, plan, config, diags)
}

// planJoin says what is known of somebody who will be invited or created.
func (r *userResource) planJoin(ctx context.Context, plan, config model, diags *diagnostics) model {
	r.checkRole(ctx, plan.Email, "", plan.OrganizationRole, diags)
	if plan.Onboarding.IsUnknown() {
		return plan
	}
	onboarding := plan.Onboarding.ValueString()
	if !config.Name.IsUnknown() {
		if problem := nameProblem(onboarding, config.Name.ValueString()); problem != "" {
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
	if r.API.Invites.AcceptedAtOnce() {
		plan.Status, plan.ID, plan.Name, plan.AccountType = types.StringUnknown(), types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	}
	r.planComing(ctx, r.Ledger.Add("invite", plan.Email.Folded()), diags)
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
	switch {
	case config.Name.IsNull() || !state.Name.IsNull(): // it is what a creation sends, and afterwards the person's own
		plan.Name = state.Name
	case !config.Name.IsUnknown():
		if problem := nameProblem(onboardingInvite, config.Name.ValueString()); problem != "" {
			diags.AddAttributeError(path.Root("name"), "Could not set the name", problem)
		}
	}
	if kind == changeNothing {
		return plan
	}
	r.checkRole(ctx, plan.Email, state.OrganizationRole.ValueString(), plan.OrganizationRole, diags)
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
func (r *userResource) checkRole(ctx context.Context, email base.Email, from string, to base.Role, diags *diagnostics) {
	if to.IsUnknown() || !r.mayRank(email.ValueString(), from, to, diags) {
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

func (r *userResource) planDestroy(ctx context.Context, i base.Instance, state model, diags *diagnostics) {
	if !r.Claim(i, policy.Destroys, object(state), noun.One, "", path.Empty(), diags) {
		return
	}
	if !r.BeginDestroyPlan() { // that of a deposed object was judged before
		return
	}
	defer r.settle(ctx, state, diags)
	how := state.OnDestroy.ValueString()
	switch state.Status.ValueString() {
	case statusActive:
		if !r.mayLeave(state.Email, state.OrganizationRole.ValueString(), how, path.Root("organization_role"), diags) {
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
