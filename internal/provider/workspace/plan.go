package workspace

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *workspaceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	switch {
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, req, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

func (r *workspaceResource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	o := object(plan)
	i := r.Planned(ctx, req, resp, &o)
	if !r.Ready(nil) || plan.Name.IsUnknown() {
		return
	}
	if !r.Claim(i, policy.Creates, o, "workspace", o.Name, path.Root("name"), &resp.Diagnostics) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	found, err := r.API.Workspaces.SharedByName(ctx, o.Name)
	if err != nil {
		return
	}
	plan.Adopted, plan.Type = types.BoolValue(!managed), types.StringValue(string(tray.WorkspaceShared))
	if managed {
		r.planMake(ctx, i, o, found, resp)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	there := adoptable(plan, found, r.Ledger, &resp.Diagnostics)
	if there == nil {
		return
	}
	plan.ID = types.StringValue(there.ID)
	if !r.Claim(i, policy.Creates, object(plan), "workspace", o.Name, path.Root("name"), &resp.Diagnostics) {
		return
	}
	if req.Config.Raw.IsFullyKnown() { // else an argument may still want otherwise
		plan.fromAPI(there)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planMake judges the creation of a workspace; found are those that have its name now.
func (r *workspaceResource) planMake(ctx context.Context, i base.Instance, o policy.Object, found []tray.Workspace, resp *resource.ModifyPlanResponse) {
	was, replaced := r.replaced(ctx, i, found)
	if replaced {
		r.planLeave(ctx, i, was, resp)
	}
	if len(found) == 0 || replaced && was.ID.ValueString() == found[0].ID {
		return
	}
	if !r.TakesName(ctx, o, found[0].ID, "workspace", path.Root("name"), &resp.Diagnostics) {
		r.exists(&resp.Diagnostics, found)
	}
}

// remember keeps what the state holds of a workspace. A plan that replaces it is made
// without the state: that of a tainted resource without the mark, too.
func (r *workspaceResource) remember(mark string, state model) {
	if mark != "" {
		r.Ledger.Keep("tray_workspace with the mark "+mark, state)
	}
	r.Ledger.Keep("tray_workspace "+state.ID.ValueString(), state)
}

// replaced returns what the state holds of the workspace that the plan of a create replaces.
// Of a tainted one only its name tells; while another resource's plan has that workspace,
// the name passes from one to another.
func (r *workspaceResource) replaced(ctx context.Context, i base.Instance, found []tray.Workspace) (was model, ok bool) {
	if i.Replaces {
		was, ok = r.Ledger.Kept("tray_workspace with the mark " + i.Mark).(model)
		return was, ok
	}
	if len(found) == 0 || r.IsSpokenFor(ctx, policy.Object{Type: "tray_workspace", ID: found[0].ID}) {
		return was, false
	}
	was, ok = r.Ledger.Kept("tray_workspace " + found[0].ID).(model)
	return was, ok
}

func (r *workspaceResource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	i := r.Planned(ctx, req, resp, nil)
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Ready(nil) {
		return
	}
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	r.remember(i.Mark, state)
	o := policy.Object{Type: "tray_workspace", ID: state.ID.ValueString(), Name: plan.Name.ValueString()}
	if !r.Claim(i, policy.Keeps, o, "workspace", "", path.Root("name"), &resp.Diagnostics) || !r.KeepsName(i, o, false, "workspace", &resp.Diagnostics) {
		return
	}
	details := changed(state, plan)
	if len(details) == 0 {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	if !managed {
		onlyTheUI(&resp.Diagnostics, details)
		return
	}
	if plan.Name.IsUnknown() || plan.Name.Equal(state.Name) {
		return
	}
	found, err := r.API.Workspaces.SharedByName(ctx, o.Name)
	if err != nil || len(found) == 0 || found[0].ID == o.ID || r.TakesName(ctx, o, found[0].ID, "workspace", path.Root("name"), &resp.Diagnostics) {
		return
	}
	nameTaken(&resp.Diagnostics, found[0], o.Name)
}

func (r *workspaceResource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	i := r.Planned(ctx, req, resp, nil)
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Ready(nil) {
		return
	}
	o := object(state)
	if r.Claim(i, policy.Destroys, o, "workspace", "", path.Empty(), &resp.Diagnostics) && r.KeepsName(i, o, true, "workspace", &resp.Diagnostics) {
		r.planLeave(ctx, i, state, resp)
	}
}

// planLeave judges the end of a workspace, with its resource or by a replacement.
func (r *workspaceResource) planLeave(ctx context.Context, i base.Instance, state model, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	if !managed {
		stays(diags, state)
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
		diags.AddError("Could not delete the workspace", fmt.Sprintf("%q is not empty: it holds %s. %s", state.label(), counted(held), howToEmpty))
		return false
	}
	diags.AddWarning("What a workspace holds is deleted with it",
		fmt.Sprintf("%q holds %s, and force_destroy is true: all of it is deleted with the workspace, for good.", state.label(), counted(held)))
	return true
}
