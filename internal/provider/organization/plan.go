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

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *organizationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	if step == base.Create {
		o := object(plan)
		r.planNew(ctx, r.Planned(ctx, req, resp, &o), config, plan, resp)
		return
	}
	i, ok := r.Stand(ctx, noun, step, object(state), object(plan), req, resp)
	switch {
	case step == base.Destroy && (ok || !r.Ready(nil)): // that one stays in Tray is known without the API
		r.planClose(ctx, state, &resp.Diagnostics)
	case step == base.Update && ok:
		r.planStays(ctx, i, config, plan, state, resp)
	}
}

// planNew plans to create an organization, or to adopt the token's. Not base.Stand: which
// organization is adopted is read first, and a name that is not known yet stops nothing.
func (r *organizationResource) planNew(ctx context.Context, i base.Instance, config, plan model, resp *resource.ModifyPlanResponse) {
	if !r.Ready(nil) {
		return
	}
	operator, err := r.API.Management.Operator(ctx)
	if err != nil {
		return
	}
	o := object(plan)
	if !operator { // it is there, whatever this plan calls it
		there, _, err := r.there(ctx)
		if err != nil {
			return
		}
		o.ID = there.ID.ValueString()
	}
	if !r.Claim(i, policy.Creates, o, noun.One, o.Name, noun.At, &resp.Diagnostics) {
		return
	}
	if operator {
		r.planOpen(ctx, i, config, plan, resp)
	} else {
		r.planCreate(ctx, config, plan, resp)
	}
}

func (r *organizationResource) planStays(ctx context.Context, i base.Instance, config, plan, state model, resp *resource.ModifyPlanResponse) {
	operator, err := r.API.Management.Operator(ctx)
	if err != nil {
		return
	}
	base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
	if operator {
		r.planChange(ctx, plan, state, &resp.Diagnostics)
	} else {
		r.planUpdate(ctx, config, plan, state, resp)
	}
}

func (r *organizationResource) planCreate(ctx context.Context, config, plan model, resp *resource.ModifyPlanResponse) {
	there, managed, err := r.there(ctx)
	if err != nil {
		return
	}
	plan.complete(config, there)
	contradictions(&resp.Diagnostics, plan, there)
	unchecked(&resp.Diagnostics, plan, model{}, there)
	if !plan.Name.IsUnknown() && !plan.Name.Equal(there.Name) {
		if r.mayRename(ctx, managed, plan, there, &resp.Diagnostics) {
			renames(&resp.Diagnostics, there.Name.ValueString(), plan.Name.ValueString())
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planUpdate asks for no more than the probe. It looks at an unchanged resource too: an
// argument that is removed leaves its value in the state, which on a live Tray is then
// nobody's word.
func (r *organizationResource) planUpdate(ctx context.Context, config, plan, state model, resp *resource.ModifyPlanResponse) {
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	there := state // just read
	if !managed {
		there.forgetUntold()
	}
	plan.complete(config, there)
	contradictions(&resp.Diagnostics, plan, there)
	unchecked(&resp.Diagnostics, plan, state, there)
	if !plan.Name.IsUnknown() && !plan.Name.Equal(there.Name) {
		r.mayRename(ctx, managed, plan, there, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// forgetUntold takes away what a live Tray does not tell: in a state it is only what
// the user wrote.
func (m *model) forgetUntold() {
	m.OwnerEmail, m.Plan, m.Embedded, m.SSO = base.EmailNull(), types.StringNull(), types.BoolNull(), types.BoolNull()
}

// there reads what Tray tells of the organization, and whether the management plane
// is what told it.
func (r *organizationResource) there(ctx context.Context) (model, bool, error) {
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return model{}, false, err
	}
	o, err := r.API.Management.Organization(ctx)
	if err != nil {
		return model{}, managed, err
	}
	return known(o, managed), managed, nil
}

// mayRename reports whether the name can be changed to that of plan, or says in diags
// what stands against it.
func (r *organizationResource) mayRename(ctx context.Context, managed bool, plan, there model, diags *diag.Diagnostics) bool {
	if !managed {
		onlyTheUIRenames(diags, there.Name.ValueString(), plan.Name.ValueString())
		return false
	}
	return entitled(diags, role(ctx, r.API), "rename the organization", path.Root("name"))
}

// role is the organization role of the token's user, "" when nobody can tell. It costs
// no request beyond the probe.
func role(ctx context.Context, api *tray.Client) string {
	self, err := api.Management.Self(ctx)
	if err != nil || self == nil {
		return ""
	}
	return self.Role.Name
}
