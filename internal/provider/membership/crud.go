package membership

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/law"
	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
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
	if !r.join(ctx, config, &plan, diags) {
		return
	}
	byEmail := !config.Email.IsNull()
	diags.Append(setNamed(ctx, resp.Private, byEmail)...)
	diags.Append(resp.Identity.Set(ctx, plan.identify(byEmail))...)
	diags.Append(resp.State.Set(ctx, plan)...)
}

// join adds the person whom the configuration names, or lets the membership wait for
// somebody who has not joined the organization yet.
func (r *memberResource) join(ctx context.Context, config model, plan *model, diags *diag.Diagnostics) bool {
	who, err := r.who(ctx, config)
	switch {
	case err == nil:
		return samePerson(config, who, diags) && r.add(ctx, plan, who.ID, diags)
	case config.UserID.IsNull() && tray.IsGone(err):
		plan.wait()
		return r.mayWait(ctx, *plan, diags)
	case config.UserID.IsNull():
		return !base.Failed(diags, "look the person up", err)
	case tray.IsForbidden(err): // a token without a right to read users: the id is enough
		return r.add(ctx, plan, config.UserID.ValueString(), diags)
	case tray.IsGone(err):
		noUser(diags, config.UserID.ValueString())
		return false
	default:
		return !base.Failed(diags, "look the person up", err)
	}
}

// add puts the user into the workspace and completes m with what Tray then says.
func (r *memberResource) add(ctx context.Context, m *model, userID string, diags *diag.Diagnostics) bool {
	ws := m.WorkspaceID.ValueString()
	role, ok := r.role(ctx, *m, diags)
	if !ok {
		return false
	}
	got, err := r.API.Members.Add(ctx, ws, userID, role)
	if err == nil {
		m.fromAPI(got)
		law.Did(r.Provider, m.act(rule.AddMember, role.Name))
		return true
	}
	switch there, look := r.API.Members.Get(ctx, ws, userID); {
	case look == nil && refused(err):
		m.UserID = types.StringValue(userID)
		exists(diags, *m, there)
	case base.NotSeen(err) && r.unseen(ctx, ws):
		noWorkspace(diags, ws)
	case refused(err):
		base.Failed(diags, "add the member", err, path.Root("role"))
	default:
		base.Failed(diags, "add the member", err)
	}
	return false
}

func (r *memberResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	diags := &resp.Diagnostics
	state, ok := base.Load[model](ctx, req.State, diags)
	if !ok || !r.BeginRead(ctx, req, resp) {
		return
	}
	byEmail := named(ctx, req.Private, diags)
	// Before anything can return: the framework wants an identity even of what is gone.
	if req.Identity == nil || req.Identity.Raw.IsFullyNull() {
		diags.Append(resp.Identity.Set(ctx, state.identify(byEmail))...)
	}
	before := state
	got, err := r.find(ctx, state)
	switch {
	case tray.IsGone(err):
		r.forget(ctx, state, diags)
		resp.State.RemoveResource(ctx)
		return
	case base.Failed(diags, "read the membership", err):
		return
	case got != nil:
		state.fromAPI(got)
		r.Plan.Note(inState, state.key())
		if moved(before, state) && byEmail {
			newAddress(diags, before, state)
			state.Email = before.Email
		}
	default: // pending, which Tray knows nothing of
		base.Unseen(ctx, resp.Private)
	}
	if state != before { // the response starts as the request's state
		diags.Append(resp.State.Set(ctx, state)...)
	}
}

// find returns the membership that Tray has, nil for one that is still pending, or an
// error that IsGone knows when it, or its workspace, is proven to be gone.
func (r *memberResource) find(ctx context.Context, state model) (*tray.Member, error) {
	ws := state.WorkspaceID.ValueString()
	if !state.UserID.IsNull() {
		return r.API.Members.Get(ctx, ws, state.UserID.ValueString())
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

// Update changes the role, or completes a pending membership. Another spelling of the
// address or the role, or a new address of the same person, is written down only.
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
	switch {
	case state.Status.ValueString() == pending:
		ok = r.complete(ctx, config, &plan, diags)
	case !plan.Role.Is(state.Role.ValueString()):
		ok = r.setRole(ctx, state.Role, &plan, diags)
	}
	if !ok {
		return
	}
	diags.Append(setNamed(ctx, resp.Private, !config.Email.IsNull())...)
	if req.Identity == nil || req.Identity.Raw.IsFullyNull() {
		diags.Append(resp.Identity.Set(ctx, state.identify(named(ctx, req.Private, diags)))...)
	}
	diags.Append(resp.State.Set(ctx, plan)...)
}

// complete adds the person of a pending membership, who may still not have joined the
// organization. Somebody may have added the person since the last refresh: the
// membership was ours all along, so only its role is set.
func (r *memberResource) complete(ctx context.Context, config model, plan *model, diags *diag.Diagnostics) bool {
	who, err := r.who(ctx, config)
	if tray.IsGone(err) && config.UserID.IsNull() && plan.UserID.IsUnknown() {
		plan.wait()
		return true
	}
	if base.Failed(diags, "look the person up", err) || !samePerson(config, who, diags) {
		return false
	}
	plan.UserID = types.StringValue(who.ID)
	there, err := r.API.Members.Find(ctx, plan.WorkspaceID.ValueString(), who.ID)
	switch {
	case err == nil && plan.Role.Is(there.Role.Name):
		plan.fromAPI(there)
		return true
	case err == nil:
		return r.setRole(ctx, base.RoleValue(there.Role.Name), plan, diags)
	default:
		return r.add(ctx, plan, who.ID, diags)
	}
}

func (r *memberResource) setRole(ctx context.Context, was base.Role, plan *model, diags *diag.Diagnostics) bool {
	role, ok := r.role(ctx, *plan, diags)
	if !ok {
		return false
	}
	const doing = "change the member's role"
	var got *tray.Member
	write := func() (err error) {
		got, err = r.API.Members.SetRole(ctx, plan.WorkspaceID.ValueString(), plan.UserID.ValueString(), role)
		if refused(err) {
			base.Failed(diags, doing, err, path.Root("role"))
			return law.ErrReported
		}
		return err
	}
	if !r.take(ctx, was, plan.act(rule.SetMember, role.Name), doing, write, diags) {
		return false
	}
	if got == nil { // gone since the plan
		diags.AddError("Could not "+doing, plan.person()+" is no member of the workspace any more. The next plan shows it, and its apply adds the person again.")
		return false
	}
	email := plan.Email
	plan.fromAPI(got)
	if !email.IsUnknown() { // the plan's word on the address stands, see newAddress
		plan.Email = email
	}
	return true
}

func (r *memberResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || state.UserID.IsNull() { // pending: Tray knows nothing of it
		return
	}
	if !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	remove := func() error {
		return r.API.Members.Remove(ctx, state.WorkspaceID.ValueString(), state.UserID.ValueString())
	}
	r.take(ctx, state.Role, state.act(rule.RemoveMember, ""), "remove the member "+state.person(), remove, &resp.Diagnostics)
}
