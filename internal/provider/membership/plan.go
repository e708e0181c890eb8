package membership

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

// ModifyPlan implements resource.ResourceWithModifyPlan. Its checks are quiet when an
// input is unknown or a read fails: the apply says it then, in the same words.
func (r *memberResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		if state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics); ok {
			r.planLeave(ctx, r.Planned(ctx, req, resp, nil), state, &resp.Diagnostics)
		}
		return
	}
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	instance := r.Planned(ctx, req, resp, plan.creates(req))
	r.means(instance, plan)
	passed := hasPassed(ctx, req.Private)
	rests := plan.Status.ValueString() == ended || plan.Status.ValueString() == active && !passed
	if rests && req.Plan.Raw.Equal(req.State.Raw) { // nothing to plan; most instances of most plans
		r.claim(ctx, instance, plan, &resp.Diagnostics)
		return
	}
	config, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if !r.planChange(ctx, instance, config, &plan, req, resp) {
		return
	}
	r.claim(ctx, instance, plan, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}
}

// planChange plans a creation or an update. It reports false when the membership is
// replaced instead, which Terraform plans once more as a creation.
func (r *memberResource) planChange(ctx context.Context, i base.Instance, config model, plan *model, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	diags := &resp.Diagnostics
	if req.State.Raw.IsNull() {
		if r.Ready(nil) {
			r.planCreate(ctx, i, config, plan, diags)
		}
		r.planAct(ctx, nil, *plan, diags)
		return true
	}
	state, ok := base.Load[model](ctx, req.State, diags)
	if !ok {
		return false
	}
	if at := r.planUpdate(ctx, config, state, plan, hasPassed(ctx, req.Private), diags); !at.Equal(path.Empty()) {
		resp.RequiresReplace.Append(at)
		r.planLeave(ctx, i, state, diags)
		return false
	}
	r.planAct(ctx, &state, *plan, diags)
	return true
}

// planCreate fills in what can be known of the membership and checks the rest.
func (r *memberResource) planCreate(ctx context.Context, i base.Instance, config model, plan *model, diags *diag.Diagnostics) {
	who, absent := r.planPerson(ctx, config, diags)
	switch {
	case who != nil:
		plan.UserID, plan.Status = types.StringValue(who.ID), types.StringValue(active)
		if config.Email.IsNull() && who.Email != "" {
			plan.Email = base.EmailValue(who.Email)
		}
	case !config.UserID.IsNull() && !config.UserID.IsUnknown():
		plan.Status = types.StringValue(active)
	}
	if diags.HasError() {
		return
	}
	if r.planEnd(ctx, nil, plan, true); plan.Status.ValueString() == ended { // nobody joins
		return
	}
	if absent && !r.Ledger.Has("user", config.Email.Folded()) {
		if invited, _, err := r.invited(ctx, config.Email); err == nil && !invited {
			mayBeUnknown(diags, config.Email)
		}
	}
	if !plan.WorkspaceID.IsUnknown() && r.planWorkspace(ctx, *plan, diags) {
		r.planNew(ctx, i, *plan, diags)
	}
	r.planRole(ctx, *plan, who, diags)
}

// planPerson looks up whom the configuration names: nil when that cannot be said yet,
// absent when it is certain that nobody in the organization has the address.
func (r *memberResource) planPerson(ctx context.Context, config model, diags *diag.Diagnostics) (who *tray.User, absent bool) {
	if config.UserID.IsUnknown() || config.UserID.IsNull() && config.Email.IsUnknown() {
		return nil, false
	}
	who, err := r.who(ctx, config)
	switch {
	case err == nil:
		samePerson(config, who, diags)
		return who, false
	case !tray.IsGone(err):
		return nil, false
	case config.UserID.IsNull():
		return nil, true
	default:
		r.isStranger(config.UserID.ValueString(), "user_id", policy.Organization{}, diags)
		return nil, false
	}
}

// planWorkspace checks that the workspace is there and takes members. It reports false
// when it does not, or when that cannot be read.
func (r *memberResource) planWorkspace(ctx context.Context, plan model, diags *diag.Diagnostics) bool {
	id := plan.WorkspaceID.ValueString()
	w, err := r.API.Workspaces.Get(ctx, id)
	if base.NotSeen(err) {
		noWorkspace(diags, id)
		return false
	}
	if err != nil {
		return false
	}
	if why := takesMembers(w); why != "" {
		diags.AddAttributeError(path.Root("workspace_id"), "This workspace takes no members", why)
		return false
	}
	return true
}

// planNew looks whether the membership exists already. With the same role it is taken
// over; with another it must be one that an instance of this run has or had, else it is
// imported.
func (r *memberResource) planNew(ctx context.Context, i base.Instance, plan model, diags *diag.Diagnostics) {
	if plan.UserID.IsNull() || plan.UserID.IsUnknown() {
		return
	}
	ws := plan.WorkspaceID.ValueString()
	run := &r.Ledger.Session
	there, err := r.API.Members.Find(ctx, ws, plan.UserID.ValueString())
	if err != nil || run.InApply() || i.Replaces {
		return
	}
	if plan.Role.IsUnknown() || plan.Role.Is(there.Role.Name) {
		if is, _ := run.MemberInState(ctx, ws, plan.object(), 0); !is {
			takenOver(diags, plan)
		}
		return
	}
	switch is, told := run.MemberInState(ctx, ws, plan.object(), sign); {
	case is, told && r.MayBeThere(ctx, i, plan.object()):
	case !told && !run.OneByOne(), run.SilentApply(): // the apply takes no role away that no plan has shown
		standsBy(diags, plan, there)
	default:
		r.exists(ctx, plan, there, diags)
	}
}

// planRole checks a new or changed role: that there is one of that name, and that it
// goes with the organization role of the person, if that is known.
func (r *memberResource) planRole(ctx context.Context, plan model, who *tray.User, diags *diag.Diagnostics) {
	if plan.Role.IsUnknown() {
		return
	}
	if who != nil && !r.planRank(plan, who, diags) {
		return
	}
	if plan.WorkspaceID.IsUnknown() || diags.HasError() {
		return
	}
	role, others, err := r.API.Roles.Named(ctx, plan.WorkspaceID.ValueString(), plan.Role.ValueString())
	if err == nil && role.ID == "" {
		diags.AddAttributeError(path.Root("role"), "Unknown workspace role", base.UnknownRole(plan.Role, others))
	}
}

// planUpdate keeps what the plan takes over from the state, sees whether a pending
// membership can be completed, and checks a changed role. When the configuration names
// another person or workspace, it returns the argument that does.
func (r *memberResource) planUpdate(ctx context.Context, config, state model, plan *model, passed bool, diags *diag.Diagnostics) path.Path {
	if !plan.WorkspaceID.Equal(state.WorkspaceID) {
		return path.Root("workspace_id")
	}
	if at := r.otherPerson(ctx, config, state, diags); !at.Equal(path.Empty()) {
		return at
	}
	if config.Email.IsNull() {
		plan.Email = state.Email
	}
	plan.Status = state.Status
	if !state.ID.IsNull() {
		plan.ID = state.ID
	}
	if plan.Role.Is(state.Role.ValueString()) {
		plan.Role = state.Role // another spelling is no change
	}
	if config.UserID.IsNull() {
		plan.UserID = state.UserID
	}
	if plan.ExpiresAt.Same(state.ExpiresAt) {
		plan.ExpiresAt = state.ExpiresAt
	}
	if plan.over(state, passed) {
		plan.Status = types.StringValue(ended)
		return path.Empty()
	}
	if r.Ready(nil) && !diags.HasError() {
		r.planStanding(ctx, config, state, plan, diags)
	}
	return path.Empty()
}

// planStanding plans a membership that is not over by the date of the state: it waits, comes
// back, or stands.
func (r *memberResource) planStanding(ctx context.Context, config, state model, plan *model, diags *diag.Diagnostics) {
	switch state.Status.ValueString() {
	case pending:
		r.planCompletion(ctx, config, state, plan, diags)
		r.planEnd(ctx, &state, plan, !plan.Status.Equal(state.Status))
		return
	case ended:
		r.planReturn(ctx, config, plan, diags)
		r.planEnd(ctx, &state, plan, true)
		return
	}
	if !config.UserID.IsNull() && !plan.Email.Equal(state.Email) {
		r.planPerson(ctx, config, diags)
	}
	if !plan.Role.IsUnknown() && !plan.Role.Is(state.Role.ValueString()) {
		r.planRole(ctx, *plan, r.mayRank(ctx, state), diags)
	}
	r.planEnd(ctx, &state, plan, false)
}

// planReturn plans that somebody whose access had ended joins again: the date is a later one
// now, or there is none any more.
func (r *memberResource) planReturn(ctx context.Context, config model, plan *model, diags *diag.Diagnostics) {
	who, err := r.who(ctx, config)
	if err != nil || !samePerson(config, who, diags) { // the apply says it, or the person waits
		plan.Status = types.StringUnknown()
		if config.UserID.IsNull() {
			plan.UserID = types.StringUnknown()
		}
		return
	}
	plan.UserID, plan.Status = types.StringValue(who.ID), types.StringValue(active)
	r.planRole(ctx, *plan, who, diags)
}

// mayRank reads the user of an active membership when they may be Owner or Admin of the
// organization, which somebody who is less than Admin in the workspace is not. It reads
// the other members first: the rules want them anyway, and they tell the roles.
func (r *memberResource) mayRank(ctx context.Context, state model) *tray.User {
	_, _ = r.API.Members.List(ctx, state.WorkspaceID.ValueString())
	if !state.Role.Is(policy.Admin) {
		return nil
	}
	who, err := r.API.Users.Get(ctx, state.UserID.ValueString())
	if err != nil {
		return nil
	}
	return who
}

// planCompletion plans to add the person of a pending membership who has joined the
// organization since. Otherwise the membership stays as it is; an update that is due
// for another reason promises nothing, as the person may join before the apply.
func (r *memberResource) planCompletion(ctx context.Context, config, state model, plan *model, diags *diag.Diagnostics) {
	who, err := r.who(ctx, *plan)
	switch {
	case err == nil && samePerson(config, who, diags):
		plan.UserID, plan.Status = types.StringValue(who.ID), types.StringValue(active)
		r.planRole(ctx, *plan, who, diags)
	case err != nil && (!plan.Role.Equal(state.Role) || !plan.Email.Equal(state.Email) || !plan.ExpiresAt.Equal(state.ExpiresAt)):
		plan.Status = types.StringUnknown()
		if config.UserID.IsNull() {
			plan.UserID = types.StringUnknown()
		}
		r.planRole(ctx, *plan, nil, diags)
	}
}

// otherPerson returns the argument by which the configuration names another person
// than the state, or an empty path. The user id decides when it is given; another
// address may still be the same person's.
func (r *memberResource) otherPerson(ctx context.Context, config, state model, diags *diag.Diagnostics) path.Path {
	id, email := path.Root("user_id"), path.Root("email")
	switch {
	case config.UserID.IsUnknown():
		return id
	case !config.UserID.IsNull() && !state.UserID.IsNull():
		if config.UserID.Equal(state.UserID) {
			return path.Empty()
		}
		return id
	case config.UserID.IsNull() && config.Email.IsUnknown():
		return email
	case config.UserID.IsNull() && config.Email.Folded() == state.Email.Folded():
		return path.Empty()
	case !r.Ready(nil):
		return email
	case config.UserID.IsNull():
		who, err := r.API.Users.GetByEmail(ctx, config.Email.ValueString())
		return r.sameUser(who, err, state.UserID.ValueString(), email, diags)
	default: // pending by e-mail so far, and now the id is given
		who, err := r.API.Users.GetByEmail(ctx, state.Email.ValueString())
		return r.sameUser(who, err, config.UserID.ValueString(), id, diags)
	}
}

// sameUser returns at unless who has the id. Whether to replace a membership depends
// on the answer, so a failed read is an error here.
func (r *memberResource) sameUser(who *tray.User, err error, id string, at path.Path, diags *diag.Diagnostics) path.Path {
	switch {
	case err == nil && who.ID == id:
		return path.Empty()
	case err != nil && !tray.IsGone(err):
		base.Failed(diags, "look the person up", err, at)
		return path.Empty()
	default:
		return at
	}
}
