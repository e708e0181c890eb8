// Package authentication implements tray_authentication: the credentials with which
// workflows and connectors reach a third party. Tray documents single reads and writes of
// them, and no list. It replaces an authentication as a whole, secrets included, and checks
// the form of these alone.
package authentication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*authenticationResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &authenticationResource{base.ResourceOf(noun)} }}
}

type authenticationResource struct{ base.NounResource }

func (r *authenticationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	const doing = "create the authentication"
	diags := &resp.Diagnostics
	plan, config, ok := base.Making[model](ctx, r.Provider, req, resp)
	if !ok || !base.Vacated(ctx, noun, r.named, plan, exists(plan), diags) {
		return
	}
	config.canonical()
	// Once more: what was unknown in the plan is known now.
	if r.checkSecrets(ctx, plan, config, diags); diags.HasError() {
		return
	}
	spec, given, err := plan.spec(ctx, config)
	if base.Failed(diags, doing, err) {
		return
	}
	got, err := r.API.Authentications.Create(ctx, spec, given)
	if base.Failed(diags, doing, err) {
		return
	}
	plan.ID = types.StringValue(got.ID)
	plan.Scopes = base.Or(plan.Scopes, base.StringSet(got.Scopes))
	plan.sent(ctx, config, resp.Private)
	r.Hold(base.Applied(ctx, resp.Private), plan.object())
	plan.Verified = r.verify(ctx, got.ID, config, newOne, diags)
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), diags)
}

// named are the authentications that have the name and the service environment of m, where a
// list tells. Who may not list may still create.
func (r *authenticationResource) named(ctx context.Context, m model) ([]base.Found, error) {
	all, _, err := r.API.Authentications.Named(ctx, m.Name.ValueString(), m.ServiceEnvironmentID.ValueString())
	if tray.IsForbidden(err) {
		return nil, nil
	}
	return base.Known(all, func(a tray.Authentication) base.Found { return base.Found{ID: a.ID} }), err
}

func (r *authenticationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, state.object(), state.identity(), req, resp) {
		return
	}
	got, err := r.API.Authentications.Get(ctx, state.ID.ValueString())
	if !r.Seen(ctx, noun, state.object(), err, resp) {
		return
	}
	state.fromAPI(got)
	r.StoreRead(ctx, noun, state.object(), state, resp)
}

func (r *authenticationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags := &resp.Diagnostics
	plan, state, config, ok := base.Changing[model](ctx, r.Provider, req, diags)
	if !ok {
		return
	}
	config.canonical()
	if plan.sends(state) {
		// Once more: what was unknown in the plan is known now.
		r.atHand(ctx, plan, state, config, req.Private, diags)
		if r.checkSecrets(ctx, plan, config, diags); diags.HasError() {
			return
		}
		spec, given, err := plan.spec(ctx, config)
		if err == nil {
			_, err = r.API.Authentications.Update(ctx, state.ID.ValueString(), spec, given)
		}
		if base.Failed(diags, "change the authentication", err) {
			return
		}
		plan.sent(ctx, config, resp.Private)
	}
	r.Hold(base.Applied(ctx, req.Private), plan.object())
	if plan.Verified.IsUnknown() {
		plan.Verified = r.verify(ctx, state.ID.ValueString(), config, oldOne, diags)
	}
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), diags)
}

func (r *authenticationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Deleting(ctx, state.object(), req, &resp.Diagnostics) {
		return
	}
	base.Failed(&resp.Diagnostics, "delete the authentication", r.API.Authentications.Delete(ctx, state.ID.ValueString()))
}

// ImportState takes an id, "<workspace>/<name>" where authentications can be listed, or an
// identity.
func (r *authenticationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	id, ok := r.toImport(ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	got, err := r.API.Authentications.Get(ctx, id)
	if base.Failed(&resp.Diagnostics, "import the authentication", err) {
		return
	}
	var m model
	m.fromAPI(got)
	if r.ClaimImport(ctx, noun, m.object(), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"id": m.ID})
	}
}
