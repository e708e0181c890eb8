package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The ledger's kinds for ids of organizations in the state, and of those among them
// that are protected. To replace one (-replace, or a tainted one), Terraform plans a
// create while the old one is still there: what stands against deleting it is said then.
const (
	inState   = "organization in state"
	protected = "protected organization"
)

func (r *organizationResource) note(state model) {
	r.Plan.Note(inState, state.ID.ValueString())
	if state.DeletionProtection.ValueBool() {
		r.Plan.Note(protected, state.ID.ValueString())
	}
}

// planOpen plans to create an organization.
func (r *organizationResource) planOpen(ctx context.Context, config, plan model, resp *resource.ModifyPlanResponse) {
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
	if err != nil || len(found) == 0 {
		return
	}
	if !r.Plan.Has(inState, found[0].ID) {
		exists(&resp.Diagnostics, found)
		return
	}
	replaced := opened(&found[0])
	replaced.DeletionProtection = types.BoolValue(r.Plan.Has(protected, found[0].ID))
	if mayClose(&resp.Diagnostics, replaced, true) {
		inUse(&resp.Diagnostics, &found[0])
	}
}

// newOrganization is what is known of an organization before it is there.
var newOrganization = model{
	ID: types.StringUnknown(), OrganizationWorkspaceID: types.StringUnknown(), EmbeddedWorkspaceID: types.StringUnknown(),
	Adopted: types.BoolValue(false), Plan: types.StringValue("enterprise"), Embedded: types.BoolValue(false), SSO: types.BoolValue(false),
}

// planChange judges a change of an organization. An unchanged one costs nothing.
func (r *organizationResource) planChange(ctx context.Context, plan, state model, diags *diag.Diagnostics) {
	r.note(state)
	contradictions(diags, plan, state, settled...)
	change := plan.changes(state)
	if change.Name != nil {
		found, err := r.API.Organizations.Named(ctx, *change.Name)
		if err == nil && len(found) > 0 && found[0].ID != state.ID.ValueString() {
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

// planDestroy says what a destroy does, or why it cannot be.
func (r *organizationResource) planDestroy(ctx context.Context, state model, diags *diag.Diagnostics) {
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
