package membership

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// The life of an end. A Read compares the date of the state with Tray's clock, and leaves
// beside the state that it has passed; that travels with the plan, and an apply which plans
// again comes to the same. A date that the plan brings, or one under which somebody joins, is
// judged by the clock itself: once it has passed it stays so, and until then the status is
// only known after the apply. Access that has ended stays ended while its date stands.

// passedKey holds, beside the state, that the date of the state has passed.
const passedKey = "end_has_passed"

// notePassed leaves beside the state whether its date has passed, by Tray's clock.
func (r *memberResource) notePassed(ctx context.Context, state model, before, after base.PrivateState) (passed bool) {
	was, _ := before.GetKey(ctx, passedKey)
	if _, ends := state.ExpiresAt.At(); ends {
		now, err := r.API.Clock(ctx)
		passed = err == nil && state.ExpiresAt.Passed(now)
	}
	switch {
	case passed && len(was) == 0:
		after.SetKey(ctx, passedKey, []byte("true"))
	case !passed && len(was) > 0:
		after.SetKey(ctx, passedKey, nil)
	}
	return passed
}

func hasPassed(ctx context.Context, private base.PrivateState) bool {
	value, _ := private.GetKey(ctx, passedKey)
	return string(value) == "true"
}

// over reports whether the access has ended by the date that the state was refreshed with.
func (m model) over(state model, passed bool) bool {
	_, ends := m.ExpiresAt.At()
	return ends && m.ExpiresAt.Same(state.ExpiresAt) && (passed || state.Status.ValueString() == ended)
}

// unsure is how long before a date an apply may still find itself, whose clock is that of
// another of Tray's servers than its plan's.
const unsure = 5 * time.Second

// planEnd completes the plan of a membership that is not over by the state's date: with grants
// it gives access that the person does not have.
func (r *memberResource) planEnd(ctx context.Context, state *model, plan *model, grants bool) {
	stands := state != nil && plan.ExpiresAt.Same(state.ExpiresAt) && !grants
	if plan.ExpiresAt.IsNull() || stands || !r.Ready(nil) {
		return
	}
	now, err := r.API.Clock(ctx)
	if err == nil && plan.ExpiresAt.Passed(now.Add(-unsure)) {
		plan.Status = types.StringValue(ended)
		return
	}
	plan.Status = types.StringUnknown()
}

// endedNow decides, in an apply, what the plan left open.
func (r *memberResource) endedNow(ctx context.Context, plan model, diags *diag.Diagnostics) (is, ok bool) {
	if _, ends := plan.ExpiresAt.At(); !ends || !plan.Status.IsUnknown() {
		return plan.Status.ValueString() == ended, true
	}
	now, err := r.API.Clock(ctx)
	if base.Failed(diags, "read Tray's clock", err, path.Root("expires_at")) {
		return false, false
	}
	return plan.ExpiresAt.Passed(now), true
}

// planEnded says that the access has ended, and asks the rules when somebody loses it now.
// A date that stood in the state was judged when it was written down; one that has passed as
// it is written removes somebody like anybody else.
func (r *memberResource) planEnded(ctx context.Context, state *model, plan model, diags *diag.Diagnostics) {
	if !r.Ready(nil) || state != nil && state.Status.ValueString() == ended {
		return
	}
	at, has := path.Root("expires_at"), state != nil && state.Status.ValueString() == active
	if !r.Ledger.Session.InApply() {
		r.tellEnded(ctx, state, plan, diags)
	}
	if !has {
		return
	}
	leaves := state.act(policy.RemoveMember, "")
	leaves.Ends = plan.ExpiresAt.Same(state.ExpiresAt)
	enforce.Check(ctx, r.Provider, enforce.Case{Changes: []policy.Change{leaves}, Rules: shared, At: at, Ends: leaves.Ends}, diags)
}

// tellEnded warns, once in the life of an end, of what becomes of it.
func (r *memberResource) tellEnded(ctx context.Context, state *model, plan model, diags *diag.Diagnostics) {
	does := "this apply takes the membership away"
	switch {
	case state == nil && r.isMember(ctx, plan):
		does = "the person is a member all the same. A creation takes nothing away: the plan after it does"
	case state == nil:
		does = "the person does not join"
	case state.Status.ValueString() == pending:
		does = "the person has not joined, and does not any more"
	}
	diags.AddAttributeWarning(path.Root("expires_at"), "Access has ended", fmt.Sprintf(
		"The access of %s ended on %s%s: %s. It does not come back while the date stands; a later date renews it.",
		plan.person(), plan.ExpiresAt.ValueString(), r.inWorkspace(ctx, plan), does))
}

// inWorkspace is " in the workspace " and its name, once that is known.
func (r *memberResource) inWorkspace(ctx context.Context, m model) string {
	if m.WorkspaceID.IsUnknown() {
		return ""
	}
	return " in the workspace " + r.WorkspaceName(ctx, m.WorkspaceID.ValueString())
}

func (r *memberResource) isMember(ctx context.Context, plan model) bool {
	if plan.UserID.ValueString() == "" {
		return false
	}
	_, err := r.API.Members.Find(ctx, plan.WorkspaceID.ValueString(), plan.UserID.ValueString())
	return err == nil
}

// beEnded notes in m that the access has ended, and who the person is, as far as can be told.
func (r *memberResource) beEnded(ctx context.Context, config model, m *model, diags *diag.Diagnostics) bool {
	m.Status = types.StringValue(ended)
	if !m.UserID.IsUnknown() && !m.Email.IsUnknown() {
		return true
	}
	who, err := r.who(ctx, config)
	if err != nil && !tray.IsGone(err) && !tray.IsForbidden(err) {
		return !base.Failed(diags, "look the person up", err)
	}
	if m.UserID.IsUnknown() {
		m.UserID = types.StringNull()
		if err == nil {
			m.UserID = types.StringValue(who.ID)
		}
	}
	if m.Email.IsUnknown() {
		m.Email = base.EmailNull()
		if err == nil && who.Email != "" {
			m.Email = base.EmailValue(who.Email)
		}
	}
	return true
}

// end takes away what a membership gives, whose access has ended.
func (r *memberResource) end(ctx context.Context, i base.Instance, config, state model, plan *model, diags *diag.Diagnostics) bool {
	if !r.beEnded(ctx, config, plan, diags) {
		return false
	}
	if state.Status.ValueString() != active {
		return true
	}
	return r.leave(ctx, i, state, plan.ExpiresAt.Same(state.ExpiresAt), diags)
}

// findEnded returns the membership of somebody whose access has ended and who is there again,
// nil for one who is not. The list of members is enough: nothing is dropped on it.
func (r *memberResource) findEnded(ctx context.Context, state model, byEmail bool) (*tray.Member, error) {
	all, err := r.API.Members.List(ctx, state.WorkspaceID.ValueString())
	for _, m := range all {
		if m.UserID == state.UserID.ValueString() || byEmail && m.Email != "" && base.FoldEmail(m.Email) == state.Email.Folded() {
			return &m, nil
		}
	}
	return nil, err
}

// endsWith says, of a membership that is proven gone, whether its access had ended anyway:
// then the state says so, and nothing is to be planned. A workspace that is gone takes all along.
func (r *memberResource) endsWith(ctx context.Context, state *model, passed bool) bool {
	if !passed {
		return false
	}
	if _, err := r.API.Workspaces.Get(ctx, state.WorkspaceID.ValueString()); err != nil {
		return false
	}
	state.Status = types.StringValue(ended)
	return true
}
