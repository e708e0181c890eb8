package membershipset

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// result is what a read or a write leaves for the state.
type result struct {
	desired
	waiting []string
	ignored map[string]string
	roster  roster
	// read says that Tray was asked; otherwise the state stays as it was.
	read bool
	// asPlanned says that an apply did all that was planned: what the plan knew stands.
	asPlanned bool
}

// reconcile makes the workspace what want says and returns what then is there. was is the
// state, nil on a create, and ro its roster. After a failure the result is the truth as far
// as it got.
func (g *reconciler) reconcile(ctx context.Context, i base.Instance, was *desired, want desired, ro roster, diags *diag.Diagnostics) result {
	in, err := g.intend(ctx, was, want, ro)
	if err == nil {
		err = g.settleUp(ctx, want.scope, &in)
	}
	if base.Failed(diags, "read the members of the workspace", err) {
		return result{}
	}
	if was == nil {
		warnUnnamed(in.remove, diags)
		in.remove = nil // a creation removes nobody
	}
	o := order{scope: want.scope, instance: i, at: want.at, overwrite: want.overwrite, creates: was == nil}
	g.apply(ctx, o, in, diags)
	// Whoever has left is not to be called ignored, so both are named.
	both := desired{scope: want.scope, entries: maps.Clone(want.entries), ended: want.ended}
	everybody := map[string]bool{}
	for who := range want.entries {
		everybody[who] = true
	}
	if was != nil {
		for who, s := range was.entries {
			if _, there := both.entries[who]; !there {
				both.entries[who] = s
			}
		}
	}
	got, err := g.settle(ctx, both, everybody, ro)
	if err != nil {
		if !diags.HasError() {
			base.Failed(diags, "read the members back", err)
		}
		return result{}
	}
	if !diags.HasError() {
		got.entries, got.ended, got.asPlanned = want.entries, want.ended, true // as it is spelled there
		got.waiting = slices.Sorted(slices.Values(append(emails(in.waiting), want.stillWaiting(was)...)))
		g.Hold(i, want.object())
	}
	return got
}

func emails(entries []entry) []string {
	all := make([]string, len(entries))
	for i, s := range entries {
		all[i] = s.email
	}
	return all
}

// clear removes everybody for whom the resource stands, but for those who stay with the
// second half of its replacement, or with another resource of the run. It returns who is
// left of them when that fails.
func (g *reconciler) clear(ctx context.Context, i base.Instance, was desired, ro roster, private base.PrivateState, diags *diag.Diagnostics) result {
	then := ro.actual()
	if ro == nil {
		var err error
		then, err = g.readActual(ctx, was.scope)
		if tray.IsGone(err) { // the workspace is gone, and its members with it
			return result{}
		}
		if base.Failed(diags, "read the members of the workspace", err) {
			return result{}
		}
	}
	ours := ro.rename(was.active(), then)
	next := successorOf(ctx, private)
	for _, who := range next.People { // nobody takes out whom the second half comes for
		g.Hold(i, policy.MembershipObject(next.Workspace, "", who))
	}
	stay := stays(next, was, ro, then, ours)
	var remove []move
	for _, m := range was.diff(then, nil, ours).remove {
		switch _, is := ours[m.who]; {
		case is && stay[m.who]:
			g.Ledger.Session.HandOver(m.object(was.workspace))
		case is:
			remove = append(remove, m)
		}
	}
	o := order{scope: was.scope, instance: i, at: was.at}
	g.announce(o, intended{}, remove)
	spared := g.takeAway(ctx, o, changes{remove: remove}, nil, diags)
	if !diags.HasError() {
		warnSpared(spared, diags)
		return result{}
	}
	got, err := g.settle(ctx, was, was.pending, ro)
	if err != nil {
		return result{}
	}
	ours = ro.rename(was.entries, got.roster.actual())
	maps.DeleteFunc(got.entries, func(who string, _ entry) bool { _, is := ours[who]; return !is })
	return got
}

// warnSpared says who stays although the resource that had them is destroyed.
func warnSpared(spared []move, diags *diag.Diagnostics) {
	if len(spared) > 0 {
		diags.AddWarning("Members stay in the workspace", "Another resource of this apply stands for their memberships now:"+lines(spared))
	}
}

// refresh reads who is there now, and notes it for other resources and for the next plan. It
// reports false when there is nothing to keep, as the workspace is gone, or no answer.
func (g *reconciler) refresh(ctx context.Context, was desired, req resource.ReadRequest, resp *resource.ReadResponse) (got result, read bool) {
	ro := loadRoster(ctx, req.Private)
	g.inState(base.Refreshed(ctx, req, resp).Mark, was, ro)
	for who := range g.notePassed(ctx, was, req.Private, resp.Private) {
		if !was.pending[who] { // gone or to be ended; the plan tells those who wait
			was.ended[who] = true
		}
	}
	got, err := g.settle(ctx, was, was.pending, ro)
	if tray.IsGone(err) {
		base.Forget(&resp.Diagnostics, "workspace", was.workspace)
		resp.State.RemoveResource(ctx)
		return got, false
	}
	if base.Failed(&resp.Diagnostics, "read the members of the workspace", err) {
		return got, false
	}
	got.warnRenamed(&resp.Diagnostics)
	got.roster.save(ctx, resp.Private)
	return got, true
}
