package workspace

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *workspaceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	step, plan, state, ok := base.PlanStep[model](ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	// Not kind.Stand: a plan without changes does not ask which Tray it is.
	i, ok := r.Stand(ctx, kind.Noun, step, object(state), object(plan), req, resp)
	if step == base.Update && r.Ready(nil) {
		base.Remember(r.Provider, kind.Noun, i.Mark, state.ID.ValueString(), state)
	}
	if !ok {
		return
	}
	switch step {
	case base.Create:
		r.planCreate(ctx, i, plan, req, resp)
	case base.Update:
		r.planUpdate(ctx, plan, state, &resp.Diagnostics)
	case base.Destroy:
		r.planLeave(ctx, i, state, resp)
	}
}

func (r *workspaceResource) planCreate(ctx context.Context, i base.Instance, plan model, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	plan.Adopted, plan.Type = types.BoolValue(!managed), types.StringValue(string(tray.WorkspaceShared))
	if managed {
		r.planMake(ctx, i, plan, resp)
	} else {
		r.planAdopt(ctx, i, plan, req.Config.Raw.IsFullyKnown(), resp)
	}
}

// planMake judges the creation of a workspace. What it replaces, which deletes it, is judged too.
func (r *workspaceResource) planMake(ctx context.Context, i base.Instance, plan model, resp *resource.ModifyPlanResponse) {
	found, err := r.named(ctx, plan)
	if err != nil {
		return
	}
	was, replaced := base.Replaced[model](ctx, r.Provider, kind.Noun, i, base.FirstID(found))
	if replaced {
		r.planLeave(ctx, i, was, resp)
	}
	r.Free(ctx, kind.Noun, object(plan), was.ID.ValueString(), found, exists(plan), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planAdopt plans to adopt the workspace of that name, whose id memberships below it are
// planned with. Whole says that all of the configuration is known.
func (r *workspaceResource) planAdopt(ctx context.Context, i base.Instance, plan model, whole bool, resp *resource.ModifyPlanResponse) {
	found, err := r.API.Workspaces.SharedByName(ctx, plan.Name.ValueString())
	if err != nil {
		return
	}
	there := adoptable(plan, found, r.Ledger, &resp.Diagnostics)
	if there == nil {
		return
	}
	plan.ID = types.StringValue(there.ID)
	if !r.Claim(i, policy.Creates, object(plan), kind.One, plan.Name.ValueString(), kind.At, &resp.Diagnostics) {
		return
	}
	if whole { // else an argument may still want otherwise
		plan.fromAPI(there)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *workspaceResource) planUpdate(ctx context.Context, plan, state model, diags *diag.Diagnostics) {
	details := changed(state, plan)
	if len(details) == 0 {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	if !managed {
		kind.OnlyTheUI(diags, details...)
		return
	}
	if plan.Name.IsUnknown() || plan.Name.Equal(state.Name) {
		return
	}
	// Not base.Free, which tells how to import what has the name: here it has to go elsewhere.
	o := policy.Object{Type: kind.Type, ID: state.ID.ValueString(), Name: plan.Name.ValueString()}
	found, err := r.named(ctx, plan)
	if err != nil || len(found) == 0 || found[0].ID == o.ID || r.TakesName(ctx, o, found[0].ID, kind.One, kind.At, diags) {
		return
	}
	nameTaken(diags, found[0].ID, o.Name)
}

// planLeave judges the end of a workspace, with its resource or by a replacement.
func (r *workspaceResource) planLeave(ctx context.Context, i base.Instance, state model, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	if !managed {
		kind.Stays(diags, object(state).Title(), stays)
		return
	}
	if state.DeletionProtection.ValueBool() {
		diags.AddError("Could not delete the workspace", isProtected(state))
		return
	}
	if r.planContents(ctx, state, diags) {
		r.planPeople(ctx, i, state, resp)
	}
}

// planContents refuses to delete what a workspace holds, unless force_destroy says so.
func (r *workspaceResource) planContents(ctx context.Context, state model, diags *diag.Diagnostics) bool {
	held, err := r.API.Workspaces.Contents(ctx, state.ID.ValueString())
	switch {
	case err != nil || len(held) == 0:
		return true
	case !state.ForceDestroy.ValueBool():
		diags.AddError("Could not delete the workspace", fmt.Sprintf("%q is not empty: it holds %s. %s", object(state).Title(), counted(held), howToEmpty))
		return false
	}
	diags.AddWarning("What a workspace holds is deleted with it",
		fmt.Sprintf("%q holds %s, and force_destroy is true: all of it is deleted with the workspace, for good.", object(state).Title(), counted(held)))
	return true
}
