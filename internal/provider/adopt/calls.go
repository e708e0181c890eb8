package adopt

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// What the calls of a resource begin and end with that makes objects on the management plane,
// and adopts them without. The noun does either in between.

// Stand is base.Stand, with whether there is the management plane. It reports false also when
// diags have an error already, or nobody can tell about the plane.
func (k Kind) Stand(ctx context.Context, p *base.Provider, step base.Step, was, o policy.Object, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (i base.Instance, managed, ok bool) {
	i, ok = p.Stand(ctx, k.Noun, step, was, o, req, resp)
	if !ok || resp.Diagnostics.HasError() {
		return i, false, false
	}
	managed, err := p.API.Management.Available(ctx)
	return i, managed, err == nil
}

// SetPlan sets the plan that an adoption has completed. While something in the configuration is
// not known, the plan stays open: an argument may still want otherwise.
func SetPlan(ctx context.Context, plan any, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !resp.Diagnostics.HasError() && req.Config.Raw.IsFullyKnown() {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}
}

// SetMade says in a plan that the object is made rather than adopted.
func SetMade(ctx context.Context, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("adopted"), false)...)
}

// Making is base.Making, with whether there is the management plane.
func Making[M any](ctx context.Context, p *base.Provider, k Kind, req resource.CreateRequest, resp *resource.CreateResponse) (plan, config M, managed, ok bool) {
	if plan, config, ok = base.Making[M](ctx, p, req, resp); ok {
		managed, ok = k.managed(ctx, p, "create", &resp.Diagnostics)
	}
	return plan, config, managed, ok
}

// Changing is base.Changing, with whether there is the management plane.
func Changing[M any](ctx context.Context, p *base.Provider, k Kind, req resource.UpdateRequest, diags *diag.Diagnostics) (plan, state, config M, managed, ok bool) {
	if plan, state, config, ok = base.Changing[M](ctx, p, req, diags); ok {
		managed, ok = k.managed(ctx, p, "change", diags)
	}
	return plan, state, config, managed, ok
}

func (k Kind) managed(ctx context.Context, p *base.Provider, verb string, diags *diag.Diagnostics) (managed, ok bool) {
	managed, err := p.API.Management.Available(ctx)
	return managed, !base.Failed(diags, verb+" the "+k.One, err)
}

// Deleting is what a delete begins with. It reports whether the object is taken away: with the
// management plane, unless another instance of this apply has made it its own. Without, it
// stays (see Stays).
func (k Kind) Deleting(ctx context.Context, p *base.Provider, req resource.DeleteRequest, o policy.Object, what string, diags *diag.Diagnostics) bool {
	if !p.BeginWrite(ctx, req.Private, diags) {
		return false
	}
	managed, ok := k.managed(ctx, p, "delete", diags)
	if ok && !managed {
		k.Stays(diags, o.Title(), what)
	}
	return ok && managed && !p.HeldByAnother(base.Applied(ctx, req.Private), o)
}
