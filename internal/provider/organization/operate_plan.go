package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// remember keeps what the state holds of an organization. A plan that replaces it is made
// without the state: that of a tainted resource without the mark, too.
func (r *organizationResource) remember(mark string, state model) {
	if mark != "" {
		r.Ledger.Keep("tray_organization with the mark "+mark, state)
	}
	r.Ledger.Keep("tray_organization "+state.ID.ValueString(), state)
}

// replaced returns what the state holds of the organization that the plan of a create
// replaces; see the same of workspaces.
func (r *organizationResource) replaced(i base.Instance, found []tray.Organization) (was model, ok bool) {
	if i.Replaces {
		was, ok = r.Ledger.Kept("tray_organization with the mark " + i.Mark).(model)
		return was, ok
	}
	if len(found) == 0 || r.Ledger.Session.IsPlanned(policy.Object{Type: "tray_organization", ID: found[0].ID}) {
		return was, false
	}
	was, ok = r.Ledger.Kept("tray_organization " + found[0].ID).(model)
	return was, ok
}

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
	if err != nil {
		return
	}
	was, replaced := r.replaced(i, found)
	if replaced {
		r.planClose(ctx, was, &resp.Diagnostics)
	}
	if len(found) == 0 || replaced && was.ID.ValueString() == found[0].ID {
		return
	}
	if !r.TakesName(ctx, object(plan), found[0].ID, "organization", path.Root("name"), &resp.Diagnostics) {
		exists(&resp.Diagnostics, found)
	}
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
	if change.Name != nil {
		found, err := r.API.Organizations.Named(ctx, *change.Name)
		o := policy.Object{Type: "tray_organization", ID: state.ID.ValueString(), Name: *change.Name}
		if err == nil && len(found) > 0 && found[0].ID != o.ID && !r.TakesName(ctx, o, found[0].ID, "organization", path.Root("name"), diags) {
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
func (r *organizationResource) planDestroy(ctx context.Context, i base.Instance, state model, diags *diag.Diagnostics) {
	o := object(state)
	if !r.Ready(nil) || r.Claim(i, policy.Destroys, o, "organization", "", path.Empty(), diags) && r.KeepsName(i, o, true, "organization", diags) {
		r.planClose(ctx, state, diags)
	}
}

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
