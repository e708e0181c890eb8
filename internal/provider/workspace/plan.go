package workspace

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// inState is the ledger's kind for the ids of workspaces that are in the state. To
// replace a workspace (-replace, or a tainted one), Terraform plans a create while the
// old one is still there: that is not "it exists already". Two blocks of one name look
// the same here, and the apply refuses the second.
const inState = "workspace in state"

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *workspaceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !r.Ready(nil) {
		return
	}
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
	if !ok || plan.Name.IsUnknown() {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	found, err := r.API.Workspaces.SharedByName(ctx, plan.Name.ValueString())
	if err != nil {
		return
	}
	plan.Adopted, plan.Type = types.BoolValue(!managed), types.StringValue(string(tray.WorkspaceShared))
	if managed {
		if len(found) > 0 && !r.Plan.Has(inState, found[0].ID) {
			exists(&resp.Diagnostics, found)
		}
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	there := adoptable(plan, found, r.Plan, &resp.Diagnostics)
	if there == nil {
		return
	}
	plan.ID = types.StringValue(there.ID)
	if req.Config.Raw.IsFullyKnown() { // else an argument may still want otherwise
		plan.fromAPI(there)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *workspaceResource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	r.Plan.Note(inState, state.ID.ValueString())
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
	found, err := r.API.Workspaces.SharedByName(ctx, plan.Name.ValueString())
	if err != nil || len(found) == 0 || found[0].ID == state.ID.ValueString() {
		return
	}
	resp.Diagnostics.AddAttributeError(path.Root("name"), "Could not rename the workspace",
		fmt.Sprintf("Another shared workspace (%s) is named %q already. Names of shared workspaces are unique: choose another, or rename that one first.",
			found[0].ID, plan.Name.ValueString()))
}

func (r *workspaceResource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	if !managed {
		stays(&resp.Diagnostics, state)
		return
	}
	projects, err := r.API.Workspaces.Projects(ctx, state.ID.ValueString())
	if err != nil || projects == 0 {
		return
	}
	if state.DeletionProtection.ValueBool() {
		resp.Diagnostics.AddError("Could not delete the workspace",
			fmt.Sprintf("%q holds %d project(s). %s", state.label(), projects, unprotect))
		return
	}
	resp.Diagnostics.AddWarning("Projects are deleted with the workspace",
		fmt.Sprintf("%q holds %d project(s), and deletion_protection is false: they are deleted with it.", state.label(), projects))
}
