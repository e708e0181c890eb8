package base

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// What the calls of a resource begin and end with. The noun makes its requests in between.

// Making is what a create begins with: the plan, and the configuration, which alone holds
// what is write-only.
func Making[M any](ctx context.Context, p *Provider, req resource.CreateRequest, resp *resource.CreateResponse) (plan, config M, ok bool) {
	plan, ok = Load[M](ctx, req.Plan, &resp.Diagnostics)
	config, loaded := Load[M](ctx, req.Config, &resp.Diagnostics)
	return plan, config, ok && loaded && p.BeginWrite(ctx, resp.Private, &resp.Diagnostics)
}

// Changing is what an update begins with.
func Changing[M any](ctx context.Context, p *Provider, req resource.UpdateRequest, diags *diag.Diagnostics) (plan, state, config M, ok bool) {
	plan, ok = Load[M](ctx, req.Plan, diags)
	state, loaded := Load[M](ctx, req.State, diags)
	config, read := Load[M](ctx, req.Config, diags)
	return plan, state, config, ok && loaded && read && p.BeginWrite(ctx, req.Private, diags)
}

// Deleting is what a delete begins with. It reports false also where another instance has made
// the object its own: nothing is taken away then.
func (p *Provider) Deleting(ctx context.Context, o policy.Object, req resource.DeleteRequest, diags *diag.Diagnostics) bool {
	return p.BeginWrite(ctx, req.Private, diags) && !p.HeldByAnother(Applied(ctx, req.Private), o)
}

// Reading is what a Read begins with. The identity is set before anything can return: the
// framework wants one even of what is gone.
func (p *Provider) Reading(ctx context.Context, o policy.Object, identity any, req resource.ReadRequest, resp *resource.ReadResponse) bool {
	if !p.BeginRead(ctx, req, resp, o) {
		return false
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	return true
}

// StoreRead sets the state that a Read has found, and remembers it for a plan that replaces
// the object.
func (p *Provider) StoreRead(ctx context.Context, n Noun, o policy.Object, state any, resp *resource.ReadResponse) {
	Remember(p, n, "", o.ID, state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// StoreMade sets state and identity of what was created: from now on the instance holds it.
func (p *Provider) StoreMade(ctx context.Context, o policy.Object, state, identity any, resp *resource.CreateResponse) {
	p.Hold(Applied(ctx, resp.Private), o)
	Store(ctx, &resp.State, state, resp.Identity, identity, &resp.Diagnostics)
}

// StoreChanged sets state and identity of what was changed: from now on the instance holds it.
func (p *Provider) StoreChanged(ctx context.Context, o policy.Object, state, identity any, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	p.Hold(Applied(ctx, req.Private), o)
	Store(ctx, &resp.State, state, resp.Identity, identity, &resp.Diagnostics)
}

// Configured is the configuration of a plan; of a destroy, which has none, the zero M.
func Configured[M any](ctx context.Context, step Step, req resource.ModifyPlanRequest, diags *diag.Diagnostics) (config M, ok bool) {
	if step == Destroy {
		return config, true
	}
	return Load[M](ctx, req.Config, diags)
}

// Seen reports whether a Read has found its object, err being what the request came to. Else
// what is proven to be gone leaves the state, or diags say why it could not be read.
func (p *Provider) Seen(ctx context.Context, n Noun, o policy.Object, err error, resp *resource.ReadResponse) bool {
	if tray.IsGone(err) {
		p.Gone(ctx, n, o, resp)
		return false
	}
	return !Failed(&resp.Diagnostics, "read the "+n.One, err)
}

// Vacant reports whether nothing was found where a create makes something; looking came to
// err. Else diags say so (TRAY012).
func Vacant(n Noun, found []Found, err error, exists string, diags *diag.Diagnostics) bool {
	if Failed(diags, "look the "+n.One+" up", err) {
		return false
	}
	if len(found) > 0 {
		Taken(diags, n, exists, found)
	}
	return len(found) == 0
}

// Vacated is Vacant where another object may have the name of m still, and lose it in the same
// apply. Named looks who has it.
func Vacated[M any](ctx context.Context, n Noun, named func(context.Context, M) ([]Found, error), m M, exists string, diags *diag.Diagnostics) bool {
	found, err := AwaitName(ctx, named, m, "")
	return Vacant(n, found, err, exists, diags)
}

// AwaitName is Await for the name of m: until nothing has it but the object with the id own.
func AwaitName[M any](ctx context.Context, named func(context.Context, M) ([]Found, error), m M, own string) ([]Found, error) {
	return Await(ctx, func() ([]Found, error) { return named(ctx, m) }, func(f Found) bool { return f.ID == own })
}

// Awaited is AwaitName for a change that gives a name: it reports false when nobody can look,
// which diags say then. Who still has the name, Tray says.
func Awaited[M any](ctx context.Context, n Noun, named func(context.Context, M) ([]Found, error), m M, own string, diags *diag.Diagnostics) bool {
	_, err := AwaitName(ctx, named, m, own)
	return !Failed(diags, "change the "+n.One, err)
}

// Known are objects that have a name, as the rules judge them.
func Known[T any](all []T, as func(T) Found) []Found {
	found := make([]Found, len(all))
	for i, x := range all {
		found[i] = as(x)
	}
	return found
}

// FirstID is the id of what was found first, "" of nothing.
func FirstID(found []Found) string {
	if len(found) == 0 {
		return ""
	}
	return found[0].ID
}

// Or is what is planned, or what Tray gave where the plan left it open.
func Or[V attr.Value](planned, given V) V {
	if planned.IsUnknown() {
		return given
	}
	return planned
}

// Default is a value, or what stands for none, as after an import.
func Default[V attr.Value](value, none V) V {
	if value.IsNull() {
		return none
	}
	return value
}
