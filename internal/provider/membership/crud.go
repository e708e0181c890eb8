package membership

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func (r *memberResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	if !ok {
		return
	}
	config, ok := base.Load[model](ctx, req.Config, diags)
	if !ok || !r.BeginWrite(ctx, resp.Private, diags) {
		return
	}
	instance := base.Applied(ctx, resp.Private)
	over, ok := r.endedNow(ctx, plan, diags)
	switch {
	case !ok:
		return
	case over:
		ok = r.beEnded(ctx, config, &plan, diags)
	default:
		ok = r.join(ctx, instance, config, &plan, diags)
	}
	if !ok {
		return
	}
	r.identified(ctx, &plan)
	byEmail := !config.Email.IsNull()
	diags.Append(setNamed(ctx, resp.Private, byEmail)...)
	diags.Append(resp.Identity.Set(ctx, plan.identify(byEmail))...)
	diags.Append(resp.State.Set(ctx, plan)...)
}

// identified gives the membership its id, if it has none: the workspace's name is one read
// for all memberships of a run that need it.
func (r *memberResource) identified(ctx context.Context, m *model) {
	if m.ID.ValueString() == "" {
		m.ID = types.StringValue(r.WorkspaceName(ctx, m.WorkspaceID.ValueString()) + "/" + m.who())
	}
}

func (r *memberResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	diags := &resp.Diagnostics
	state, ok := base.Load[model](ctx, req.State, diags)
	if !ok || !r.BeginRead(ctx, req, resp) {
		return
	}
	mark := base.Refreshed(ctx, req, resp).Mark
	r.Ledger.Session.Stand(policy.Claim{Mark: mark, Stance: policy.InState, Object: state.object()}) // before any request: others ask for it
	byEmail := named(ctx, req.Private, diags)
	// Before anything can return: the framework wants an identity even of what is gone.
	if req.Identity == nil || req.Identity.Raw.IsFullyNull() {
		diags.Append(resp.Identity.Set(ctx, state.identify(byEmail))...)
	}
	before := state
	got, err := r.find(ctx, state, byEmail)
	passed := r.notePassed(ctx, state, req.Private, resp.Private)
	switch {
	case tray.IsGone(err) && r.endsWith(ctx, &state, passed):
	case tray.IsGone(err):
		r.forget(ctx, state, diags)
		resp.State.RemoveResource(ctx)
		return
	case base.Failed(diags, "read the membership", err):
		return
	case got != nil:
		state.fromAPI(got)
		if moved(before, state) && byEmail {
			newAddress(diags, before, state)
			state.Email = before.Email
		}
	default: // pending or ended, which Tray knows nothing of
		base.Unseen(ctx, resp.Private)
	}
	r.identified(ctx, &state)
	if state != before { // the response starts as the request's state
		diags.Append(resp.State.Set(ctx, state)...)
	}
}

// find returns the membership that Tray has, nil for one that is still pending, or an
// error that IsGone knows when it, or its workspace, is proven to be gone.
func (r *memberResource) find(ctx context.Context, state model, byEmail bool) (*tray.Member, error) {
	ws := state.WorkspaceID.ValueString()
	if state.Status.ValueString() == ended {
		return r.findEnded(ctx, state, byEmail)
	}
	if !state.UserID.IsNull() {
		got, err := r.API.Members.Get(ctx, ws, state.UserID.ValueString())
		if byEmail && tray.IsGone(err) {
			return r.findAnew(ctx, state, err)
		}
		return got, err
	}
	if _, err := r.API.Workspaces.Get(ctx, ws); tray.IsGone(err) {
		return nil, err
	}
	who, err := r.API.Users.GetByEmail(ctx, state.Email.ValueString())
	if tray.IsGone(err) {
		return nil, nil // nobody accepted yet
	}
	if err != nil {
		return nil, err
	}
	got, err := r.API.Members.Get(ctx, ws, who.ID)
	if tray.IsGone(err) {
		return nil, nil // accepted: the plan completes it
	}
	return got, err
}

// findAnew looks for the person whom the configuration names by address under a new user
// id, before gone, which is an error that IsGone knows, is believed: a user who is deleted
// and made again, as a replacement of tray_user does, is another one to Tray.
func (r *memberResource) findAnew(ctx context.Context, state model, gone error) (*tray.Member, error) {
	who, err := r.API.Users.GetByEmail(ctx, state.Email.ValueString())
	if err != nil || who.ID == state.UserID.ValueString() {
		return nil, gone
	}
	got, err := r.API.Members.Get(ctx, state.WorkspaceID.ValueString(), who.ID)
	if tray.IsGone(err) {
		return nil, gone
	}
	return got, err
}

// forget warns that the membership is gone, and with it perhaps its workspace.
func (r *memberResource) forget(ctx context.Context, state model, diags *diag.Diagnostics) {
	ws := state.WorkspaceID.ValueString()
	there, err := r.API.Workspaces.Get(ctx, ws)
	switch {
	case base.NotSeen(err): // the proof that the membership is gone was that of its workspace
		base.Forget(diags, "membership", state.person()+" in the workspace "+ws+", which is gone itself")
	case err == nil:
		base.Forget(diags, "membership", state.person()+" in "+there.Name)
	default:
		base.Forget(diags, "membership", state.person()+" in the workspace "+ws)
	}
}

// Update changes the role, completes a pending membership, or carries out the end of one or
// its renewal. Another spelling of the address or the role, a new address of the same person,
// or another date, is written down only.
func (r *memberResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	if !ok {
		return
	}
	state, ok := base.Load[model](ctx, req.State, diags)
	if !ok {
		return
	}
	config, ok := base.Load[model](ctx, req.Config, diags)
	if !ok || !r.BeginWrite(ctx, req.Private, diags) {
		return
	}
	if !r.update(ctx, base.Applied(ctx, req.Private), config, state, &plan, diags) {
		return
	}
	r.identified(ctx, &plan)
	diags.Append(setNamed(ctx, resp.Private, !config.Email.IsNull())...)
	if req.Identity == nil || req.Identity.Raw.IsFullyNull() {
		diags.Append(resp.Identity.Set(ctx, state.identify(named(ctx, req.Private, diags)))...)
	}
	diags.Append(resp.State.Set(ctx, plan)...)
}

func (r *memberResource) update(ctx context.Context, i base.Instance, config, state model, plan *model, diags *diag.Diagnostics) bool {
	over, ok := r.endedNow(ctx, *plan, diags)
	if !ok {
		return false
	}
	if over {
		return r.end(ctx, i, config, state, plan, diags)
	}
	switch was := state.Status.ValueString(); {
	case was == ended:
		return r.join(ctx, i, config, plan, diags)
	case was == pending:
		return r.complete(ctx, i, config, plan, diags)
	case !plan.Role.Is(state.Role.ValueString()):
		return r.setRole(ctx, i, state.Role, plan, diags)
	}
	plan.Status = state.Status
	return true
}

func (r *memberResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || state.UserID.IsNull() || state.Status.ValueString() == ended { // Tray knows nothing of it
		return
	}
	if !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	instance := base.Applied(ctx, req.Private)
	if r.Succeeded(instance, state.object()) { // the second half of the replacement goes on with it
		return
	}
	if instance.Creates != nil { // nobody takes out whom the second half comes for
		r.Hold(instance, *instance.Creates)
	}
	r.leave(ctx, instance, state, false, &resp.Diagnostics)
}
