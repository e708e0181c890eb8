// Package authentication implements tray_authentication: the credentials with which
// workflows and connectors reach a third party. Tray documents single reads and writes of
// them, and no list. It replaces an authentication as a whole, secrets included, and checks
// the form of these alone.
package authentication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure   = (*authenticationResource)(nil)
	_ resource.ResourceWithIdentity    = (*authenticationResource)(nil)
	_ resource.ResourceWithImportState = (*authenticationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*authenticationResource)(nil)
	_ resource.ResourceWithMoveState   = (*authenticationResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &authenticationResource{} }}
}

type authenticationResource struct{ base.Resource }

func (r *authenticationResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = noun.Type
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *authenticationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "Identifier of the authentication, given by Tray.", RequiredForImport: true},
	}}
}

func (r *authenticationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	const doing = "create the authentication"
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	config, loaded := base.Load[model](ctx, req.Config, diags)
	if !ok || !loaded || !r.BeginWrite(ctx, resp.Private, diags) {
		return
	}
	config.canonical()
	found, err := r.awaitName(ctx, plan)
	if base.Failed(diags, "look the authentication up", err) {
		return
	}
	if len(found) > 0 {
		base.Taken(diags, noun, exists(plan), known(found))
		return
	}
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
	if plan.Scopes.IsUnknown() {
		plan.Scopes = base.StringSet(got.Scopes)
	}
	plan.sent(ctx, config, resp.Private)
	r.Hold(base.Applied(ctx, resp.Private), plan.object())
	plan.Verified = r.verify(ctx, got.ID, config, newOne, diags)
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), diags)
}

// awaitName returns which authentications have the name and the service environment of m,
// once they have had time to lose them.
func (r *authenticationResource) awaitName(ctx context.Context, m model) ([]tray.Authentication, error) {
	found, err := base.Await(ctx, func() ([]tray.Authentication, error) {
		found, _, err := r.API.Authentications.Named(ctx, m.Name.ValueString(), m.ServiceEnvironmentID.ValueString())
		return found, err
	}, func(a tray.Authentication) bool { return a.ID == m.ID.ValueString() })
	if tray.IsForbidden(err) { // who may not list may still create
		return nil, nil
	}
	return found, err
}

func (r *authenticationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp, state.object()) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	got, err := r.API.Authentications.Get(ctx, state.ID.ValueString())
	if tray.IsGone(err) {
		r.Gone(ctx, noun, state.object(), resp)
		return
	}
	if base.Failed(&resp.Diagnostics, "read the authentication", err) {
		return
	}
	state.fromAPI(got)
	base.Remember(r.Provider, noun, "", state.ID.ValueString(), state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *authenticationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	state, loaded := base.Load[model](ctx, req.State, diags)
	config, read := base.Load[model](ctx, req.Config, diags)
	if !ok || !loaded || !read || !r.BeginWrite(ctx, req.Private, diags) {
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
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) || r.HeldByAnother(base.Applied(ctx, req.Private), state.object()) {
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
	id, ok := r.named(ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	got, err := r.API.Authentications.Get(ctx, id)
	if base.Failed(&resp.Diagnostics, "import the authentication", err) {
		return
	}
	var m model
	m.fromAPI(got)
	r.Ledger.Reading()
	if !r.Claim(base.Applied(ctx, resp.Private), policy.Imports, m.object(), noun.One, "", path.Empty(), &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), m.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

// MoveState implements resource.ResourceWithMoveState.
func (r *authenticationResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(noun.Type, nil)
}
