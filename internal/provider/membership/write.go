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

// sign is how long the creation of a membership that is there with another role waits for
// a sign that another resource of the same apply gives the person up.
const sign = 2 * time.Second

// join adds the person whom the configuration names, or lets the membership wait for
// somebody who has not joined the organization yet.
func (r *memberResource) join(ctx context.Context, i base.Instance, config model, plan *model, diags *diag.Diagnostics) bool {
	who, err := r.who(ctx, config)
	switch {
	case err == nil:
		return samePerson(config, who, diags) && r.add(ctx, i, plan, who.ID, diags)
	case config.UserID.IsNull() && tray.IsGone(err):
		plan.wait()
		return r.mayWait(ctx, *plan, diags)
	case config.UserID.IsNull():
		return !base.Failed(diags, "look the person up", err)
	case tray.IsForbidden(err): // a token without a right to read users: the id is enough
		return r.add(ctx, i, plan, config.UserID.ValueString(), diags)
	case tray.IsGone(err):
		return !r.isStranger(config.UserID.ValueString(), "user_id", policy.Organization{}, diags)
	default:
		return !base.Failed(diags, "look the person up", err)
	}
}

// add brings the user into the workspace with the planned role, and completes m with what
// Tray then says. A membership that is there already was judged in the plan, but for one
// that has come since: with the same role it is taken over; with another it belongs to the
// first half of this replacement, to a resource of this apply that gives the person up, or
// to nobody here, and then it stays as it is.
func (r *memberResource) add(ctx context.Context, i base.Instance, m *model, userID string, diags *diag.Diagnostics) bool {
	m.UserID = types.StringValue(userID)
	role, ok := r.role(ctx, *m, diags)
	if !ok {
		return false
	}
	was := ""
	switch there, err := r.API.Members.Find(ctx, m.WorkspaceID.ValueString(), userID); {
	case err == nil && r.HandedOver(m.object()):
		was = there.Role.Name
	case err == nil && tray.SameRole(there.Role.Name, role.Name):
		takenOver(diags, *m)
		was = there.Role.Name
	case err == nil && !r.Ledger.Session.GivenUp(ctx, i.Mark, m.object(), sign):
		return r.standBy(i, m, there, diags)
	case err == nil:
		was = there.Role.Name
	}
	verb := policy.AddMember
	if was != "" {
		verb = policy.SetMember
	}
	write := func() error { return r.put(ctx, i, m, role, diags) }
	return r.take(ctx, base.RoleValue(was), m.act(verb, role.Name), "add the member", write, diags)
}

// put adds the user, or gives the role to the one who is there. Nobody else of this run
// touches the membership meanwhile.
func (r *memberResource) put(ctx context.Context, i base.Instance, m *model, role tray.Role, diags *diag.Diagnostics) error {
	ws, userID := m.WorkspaceID.ValueString(), m.UserID.ValueString()
	defer r.Ledger.Session.Hold(ws, m.who())()
	var got *tray.Member
	err := enforce.AfterDemotion(ctx, r.Provider, userID, role.Name, func() (err error) {
		there, look := r.API.Members.Find(ctx, ws, userID)
		switch {
		case look != nil:
			got, err = r.API.Members.Add(ctx, ws, userID, role)
		case tray.SameRole(there.Role.Name, role.Name):
			got = there
		default:
			got, err = r.API.Members.SetRole(ctx, ws, userID, role)
		}
		return err
	})
	if err != nil {
		r.notAdded(ctx, *m, err, diags)
		return enforce.ErrReported
	}
	m.fromAPI(got)
	r.Hold(i, m.object())
	return nil
}

// notAdded says why somebody could not be added.
func (r *memberResource) notAdded(ctx context.Context, m model, err error, diags *diag.Diagnostics) {
	ws := m.WorkspaceID.ValueString()
	switch there, look := r.API.Members.Get(ctx, ws, m.UserID.ValueString()); {
	case look == nil && enforce.Refused(err) && !m.Role.Is(there.Role.Name) && r.exists(ctx, m, there, diags):
	case base.NotSeen(err) && r.unseen(ctx, ws):
		noWorkspace(diags, ws)
	case enforce.Refused(err):
		base.Failed(diags, "add the member", err, path.Root("role"))
	default:
		base.Failed(diags, "add the member", err)
	}
}

// standBy leaves somebody the role they have: no plan has shown that they lose it. Should a
// resource of this apply give them up yet, it sets the role that is noted here; otherwise
// the next plan shows the difference.
func (r *memberResource) standBy(i base.Instance, m *model, there *tray.Member, diags *diag.Diagnostics) bool {
	defer r.Ledger.Session.Hold(there.WorkspaceID, m.who())()
	planned := m.Role
	m.fromAPI(there)
	m.Role = planned
	r.Ledger.Session.Means(i.Mark, m.object(), planned.ValueString())
	r.Hold(i, m.object())
	standsBy(diags, *m, there)
	return true
}

// complete adds the person of a pending membership, who may still not have joined the
// organization. Somebody may have added the person since the last refresh: the
// membership was ours all along, so only its role is set.
func (r *memberResource) complete(ctx context.Context, i base.Instance, config model, plan *model, diags *diag.Diagnostics) bool {
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
		return r.setRole(ctx, i, base.RoleValue(there.Role.Name), plan, diags)
	default:
		return r.add(ctx, i, plan, who.ID, diags)
	}
}

const changing = "change the member's role"

// setRole gives a member the planned role in place of the one that the plan was made of.
func (r *memberResource) setRole(ctx context.Context, i base.Instance, was base.Role, plan *model, diags *diag.Diagnostics) bool {
	role, ok := r.role(ctx, *plan, diags)
	if !ok {
		return false
	}
	var got *tray.Member
	write := func() (err error) {
		defer r.Ledger.Session.Hold(plan.WorkspaceID.ValueString(), plan.who())()
		err = enforce.AfterDemotion(ctx, r.Provider, plan.UserID.ValueString(), role.Name, func() (err error) {
			got, err = r.change(ctx, i, was, *plan, role)
			return err
		})
		if enforce.Refused(err) {
			base.Failed(diags, changing, err, path.Root("role"))
			return enforce.ErrReported
		}
		return err
	}
	if !r.take(ctx, was, plan.act(policy.SetMember, role.Name), changing, write, diags) {
		return false
	}
	switch {
	case got == nil:
		diags.AddError("Could not "+changing, plan.person()+" is no member of the workspace any more. The next plan shows it, and its apply adds the person again.")
		return false
	case got.Role.ID != role.ID:
		diags.AddError("Could not "+changing, fmt.Sprintf("%s was %s when this was planned and is %s now: somebody has changed the role since. The next plan shows it.",
			plan.person(), was.ValueString(), got.Role.Name))
		return false
	}
	email := plan.Email
	plan.fromAPI(got)
	if !email.IsUnknown() { // the plan's word on the address stands, see newAddress
		plan.Email = email
	}
	r.Hold(i, plan.object())
	return true
}

// change sets the role of somebody who has the one that the plan was made of. Somebody whom
// another resource of this run has just taken out, as it stands for the old role, is added
// again. What others have done since the plan stays: nil is nobody, and another role comes
// back as it is.
func (r *memberResource) change(ctx context.Context, i base.Instance, was base.Role, plan model, role tray.Role) (*tray.Member, error) {
	ws, userID := plan.WorkspaceID.ValueString(), plan.UserID.ValueString()
	there, err := r.API.Members.Get(ctx, ws, userID)
	givenUp := func() bool { return r.Ledger.Session.GivenUp(ctx, i.Mark, plan.object(), 0) }
	switch {
	case tray.IsGone(err) && givenUp():
		return r.API.Members.Add(ctx, ws, userID, role)
	case tray.IsGone(err):
		return nil, nil
	case err != nil:
		return nil, err
	case there.Role.ID == role.ID || !was.Is(there.Role.Name) && !givenUp():
		return there, nil
	}
	got, err := r.API.Members.SetRole(ctx, ws, userID, role)
	if tray.IsGone(err) {
		return nil, nil
	}
	return got, err
}

// leave takes the person out of the workspace, unless another resource of this run stands
// for the membership by now, or is going to: then the person gets the role that it gives.
// Ends says that the access ends by the date of the state. It reports whether diags is without
// a reason against it.
func (r *memberResource) leave(ctx context.Context, i base.Instance, state model, ends bool, diags *diag.Diagnostics) bool {
	ws, userID, o := state.WorkspaceID.ValueString(), state.UserID.ValueString(), state.object()
	act := state.act(policy.RemoveMember, "")
	act.Ends = ends
	spared := ""
	write := func() error {
		r.Ledger.Session.AwaitMeant(ctx, i.Mark, o)
		defer r.Ledger.Session.Hold(ws, state.who())()
		role, meant := r.Ledger.Session.MeantByAnother(i.Mark, o)
		r.Ledger.Session.Means(i.Mark, o, "")
		if !meant && !r.HeldByAnother(i, o) {
			return r.API.Members.Remove(ctx, ws, userID)
		}
		there, err := r.API.Members.Get(ctx, ws, userID)
		if err != nil {
			return err
		}
		if spared = there.Role.Name; !meant || tray.SameRole(role, spared) || !state.Role.Is(spared) {
			return nil
		}
		to, _, err := r.API.Roles.Named(ctx, ws, role)
		if err != nil || to.ID == "" {
			return err
		}
		spared = to.Name
		_, err = r.API.Members.SetRole(ctx, ws, userID, to)
		return err
	}
	ok := r.take(ctx, state.Role, act, "remove the member "+state.person(), write, diags)
	if ok && spared != "" {
		enforce.Wrote(r.Provider, state.act(policy.SetMember, spared)) // not removed, whatever the act said
	}
	return ok
}
