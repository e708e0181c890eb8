// Package apitoken implements tray_api_token, as a resource that is rotated before it
// expires and as an ephemeral resource that lives for one run. Tray makes API tokens in its
// UI only, so both need the management plane.
package apitoken

import (
	"cmp"
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ base.Whole                          = (*tokenResource)(nil)
	_ resource.ResourceWithValidateConfig = (*tokenResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &tokenResource{base.ResourceOf(noun)} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &tokenList{tokenResource{base.ResourceOf(noun)}} }}
}

// EphemeralResources lists the package's ephemeral resources for the provider.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return &ephemeralToken{} }}
}

type tokenResource struct{ base.NounResource }

const resourceText = "A token of an API user (`tray_api_user`), which is rotated before it expires.\n\n" +
	"**Works on a live Tray:** no (sandbox only). Tray makes tokens in its UI, and the plan says where.\n\n" +
	"**The state holds the token.** Tray tells the `value` once, so it stands in the state, marked as sensitive and otherwise as it is: keep the state where few can read it. " +
	"A token for one run alone is better made by the ephemeral resource of this name, which no state holds.\n\n" +
	"A token cannot be changed. With `rotate_before` a plan that runs that long before the expiry, or later, makes a new token in place, and all that refers to `value` gets it in the same apply. " +
	"Another `valid_for` does so at once. " +
	"The old token is revoked right after, or with `overlap` lives on for that long: the first apply after that time revokes it. " +
	"Without `overlap` whatever uses the old value fails until it has the new one.\n\n" +
	"Tray's names are unique for each API user, so every other token of a rotation has ` (2)` after its name. " +
	"A rotation that is cut off can leave such a token behind, of which nobody knows the value: the next plan shows it as `previous_id`, and revokes it.\n\n" +
	"Only an apply rotates: have one run more often than `rotate_before`, each night for instance. A token that has expired is gone, and the next plan makes another.\n\n" +
	"**Requests:** one list of tokens for each API user (100 a page) serves all of them in a run."

func (r *tokenResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	duration := func(text string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: text, CustomType: base.DurationType{}, Optional: true, Validators: base.Durations(time.Minute, 0)}
	}
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"workspace_id": base.Needed("Workspace of the API user.", base.Word()),
		"api_user_id":  base.Needed("API user that it acts as.", base.Word()),
		"name":         base.Needed("Name, which no other token of the API user has. Another one makes another token, and revokes this one at once.", append(base.Name(250), ownName)),
		"valid_for": schema.StringAttribute{
			MarkdownDescription: "How long each token is valid, such as `\"90d\"` or `\"12h\"`. Omitted: a new one never expires, and one that is there stays as it is. An imported token stays as it is too, until it is rotated.",
			CustomType:          base.DurationType{}, Optional: true, Computed: true, Validators: base.Durations(time.Minute, 0),
		},
		"rotate_before": duration("How long before its expiry a plan rotates the token, such as `\"14d\"`; shorter than `valid_for`, which it needs. Omitted: it is not rotated, and expires."),
		"overlap": duration("How long the old token lives on after a rotation, though not beyond its own expiry, such as `\"2d\"`. It must end before the next rotation. " +
			"Omitted: the old token is revoked as soon as the new one is made."),
		"id":             base.Told("Identifier of the token, given by Tray. A rotation changes it."),
		"token_name":     base.Told("Name that the token has in Tray: `name`, or that with ` (2)` after it."),
		"expires_at":     base.Told("When it expires, RFC 3339; null for never."),
		"value":          schema.StringAttribute{MarkdownDescription: "The token itself. Null after an import, until a rotation: Tray tells it once.", Computed: true, Sensitive: true},
		"previous_id":    base.Told("The old token, while it lives on after a rotation. A plan in which it becomes null revokes it."),
		"previous_until": base.Told("Until when the old token lives on, RFC 3339."),
	}}
}

func (r *tokenResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) || !managed(ctx, r.Provider, plan.Name.ValueString(), &resp.Diagnostics) {
		return
	}
	found, err := r.named(ctx, plan)
	if !base.Vacant(noun, found, err, exists(plan), &resp.Diagnostics) {
		return
	}
	k, err := r.API.APITokens.Create(ctx, plan.WorkspaceID.ValueString(), plan.APIUserID.ValueString(), plan.Name.ValueString(), expiry(r.API.Now(), plan.ValidFor.Get()))
	if base.Failed(&resp.Diagnostics, "create the API token", err) {
		return
	}
	plan.made(k)
	plan.PreviousID, plan.PreviousUntil = types.StringNull(), types.StringNull()
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

func (r *tokenResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	all, got, err := r.read(ctx, state)
	if tray.IsGone(err) {
		if got = cmp.Or(with(all, state.PreviousID.ValueString()), state.orphan(all)); got == nil {
			r.gone(ctx, state, resp)
			return
		}
	} else if base.Failed(&resp.Diagnostics, "read the API token", err) {
		return
	}
	before := state.PreviousID
	now := state.refresh(all, got, r.API.Now())
	now.warn(state, before, &resp.Diagnostics)
	keepDue(ctx, now, req.Private, resp.Private)
	r.StoreRead(ctx, noun, object(state), state, resp)
}

// read returns all tokens of the API user, and that of the state. The list comes first: it
// answers for all of them.
func (r *tokenResource) read(ctx context.Context, state model) ([]tray.APIToken, *tray.APIToken, error) {
	workspace, user := state.WorkspaceID.ValueString(), state.APIUserID.ValueString()
	all, err := r.API.APITokens.List(ctx, workspace, user)
	if err != nil && !tray.IsGone(err) {
		return nil, nil, err
	}
	got, err := r.API.APITokens.Get(ctx, workspace, user, state.ID.ValueString())
	return all, got, err
}

func (r *tokenResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	rotates := plan.Value.IsUnknown()
	if (rotates || plan.PreviousID.IsNull()) && !r.revoke(ctx, state, state.PreviousID, &resp.Diagnostics) {
		return
	}
	store := func() {
		resp.Private.SetKey(ctx, dueKey, nil)
		r.StoreChanged(ctx, object(plan), plan, plan.identity(), req, resp)
	}
	if !rotates {
		store()
		return
	}
	now := r.API.Now()
	k, err := r.API.APITokens.Create(ctx, state.WorkspaceID.ValueString(), state.APIUserID.ValueString(), plan.nextName(state), expiry(now, plan.ValidFor.Get()))
	if base.Failed(&resp.Diagnostics, "create the API token that follows", err) {
		return
	}
	plan.made(k)
	plan.PreviousID, plan.PreviousUntil = state.ID, types.StringValue(plan.until(now, state).UTC().Format(time.RFC3339))
	store() // before the old one goes: the new one is told once
	if plan.Overlap.Get() == 0 && r.revoke(ctx, state, state.ID, &resp.Diagnostics) {
		plan.PreviousID, plan.PreviousUntil = types.StringNull(), types.StringNull()
		store()
	}
}

// revoke ends the life of a token of the state, if there is one.
func (r *tokenResource) revoke(ctx context.Context, state model, id types.String, diags *diagnostics) bool {
	if id.ValueString() == "" {
		return true
	}
	err := r.API.APITokens.Revoke(ctx, state.WorkspaceID.ValueString(), state.APIUserID.ValueString(), id.ValueString())
	return !base.Failed(diags, "revoke the API token "+state.Name.ValueString(), err)
}

func (r *tokenResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Deleting(ctx, object(state), req, &resp.Diagnostics) {
		return
	}
	if r.revoke(ctx, state, state.PreviousID, &resp.Diagnostics) {
		r.revoke(ctx, state, state.ID, &resp.Diagnostics)
	}
}

// ImportState takes "<workspace>/<API user>/<token>", each by id or by name, or an identity.
func (r *tokenResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.toImport(ctx, req, &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, noun, object(m), resp) {
		// What is not set here, the Read after it knows.
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"workspace_id": m.WorkspaceID, "api_user_id": m.APIUserID, "name": m.Name, "id": m.ID})
	}
}
