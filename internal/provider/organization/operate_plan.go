package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// planOpen plans to create an organization.
func (r *organizationResource) planOpen(ctx context.Context, i base.Instance, config, plan model, resp *resource.ModifyPlanResponse) {
	if config.OwnerEmail.IsNull() {
		needsOwner(&resp.Diagnostics)
	}
	plan.complete(config, newOrganization)
	if given(plan.Embedded) && !plan.Embedded.ValueBool() {
		plan.EmbeddedWorkspaceID = types.StringNull()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if plan.Name.IsUnknown() {
		return
	}
	found, err := r.API.Organizations.Named(ctx, plan.Name.ValueString())
	if err != nil || !r.KeepsNamesApart(noun.Type, noun.One, noun.At, &resp.Diagnostics) {
		return
	}
	was, replaced := base.Replaced[model](ctx, r.Provider, noun, i, base.FirstID(named(found)))
	if replaced {
		r.planClose(ctx, was, &resp.Diagnostics)
	}
	r.Free(ctx, noun, object(plan), was.ID.ValueString(), named(found), exists(plan), &resp.Diagnostics)
}

// newOrganization is what is known of an organization before it is there.
var newOrganization = model{
	ID: types.StringUnknown(), OrganizationWorkspaceID: types.StringUnknown(), EmbeddedWorkspaceID: types.StringUnknown(),
	Adopted: types.BoolValue(false), Plan: types.StringValue("enterprise"), Embedded: types.BoolValue(false), SSO: types.BoolValue(false),
}

// planChange judges a change of an organization. An unchanged one costs nothing.
func (r *organizationResource) planChange(ctx context.Context, plan, state model, diags *diag.Diagnostics) {
	contradictions(diags, plan, state, settled...)
	change := plan.changes(state)
	if change.Name != nil { // not base.Free, which tells how to import what has the name: here it has to go elsewhere
		found, err := r.API.Organizations.Named(ctx, *change.Name)
		o := policy.Object{Type: noun.Type, ID: state.ID.ValueString(), Name: *change.Name}
		if err == nil && len(found) > 0 && found[0].ID != o.ID && !r.TakesName(ctx, o, found[0].ID, noun.One, noun.At, diags) {
			nameTaken(diags, found[0])
		}
	}
	if change.Plan == nil {
		return
	}
	o, err := r.API.Organizations.Get(ctx, state.ID.ValueString())
	if err == nil && o.SharedWorkspaces != nil {
		holds(diags, *change.Plan, *o.SharedWorkspaces)
	}
}

// planClose says what a destroy does, or why it cannot be.
func (r *organizationResource) planClose(ctx context.Context, state model, diags *diag.Diagnostics) {
	if state.adopted() {
		stays(diags, state)
		return
	}
	if !r.Ready(nil) {
		return
	}
	operator, err := r.API.Management.Operator(ctx)
	if err != nil || !mayClose(diags, state, operator) {
		return
	}
	if o, err := r.API.Organizations.Get(ctx, state.ID.ValueString()); err == nil {
		inUse(diags, o)
	}
}
