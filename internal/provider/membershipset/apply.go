package membershipset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/sync/errgroup"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// parallel is how many writes of one resource are on their way at once. The client
// keeps the rate below Tray's limit.
const parallel = 8

// order is what one apply of one resource is about.
type order struct {
	scope
	instance base.Instance
	// at gives the attribute that names somebody.
	at func(who string) path.Path
	// creates and overwrite say that the roles of people who are there may be theirs by
	// another right than the state's.
	creates, overwrite bool
}

// apply makes the changes that are intended: it adds and raises first, lowers second and
// removes last. One refusal does not stop the others of the same step, but nothing is taken
// away after a step that failed. What is left is for the next apply.
func (g *reconciler) apply(ctx context.Context, o order, in intended, diags *diag.Diagnostics) {
	if !g.mayWait(ctx, o, in.waiting, diags) {
		return
	}
	g.announce(o, in, slices.Concat(in.remove, in.end))
	c := in.changes
	if o.creates && !o.overwrite {
		c.lower = g.lowerable(ctx, o, c.lower, diags)
	}
	roles, err := g.roles(ctx, o.scope, slices.Concat(c.add, c.raise, c.lower), o.at, diags)
	if base.Failed(diags, "read the roles of the workspace", err) || roles == nil {
		return
	}
	gain := slices.Concat(c.add, c.raise)
	if _, ok := g.each(ctx, o, gain, roles, diags); !ok {
		left(diags, "changed or removed", slices.Concat(c.lower, c.remove))
		return
	}
	g.takeAway(ctx, o, c, roles, diags)
	if diags.HasError() {
		return
	}
	g.endAll(ctx, o, c.end, diags)
	if diags.HasError() {
		return
	}
	for who := range in.wanted {
		g.Hold(o.instance, in.then.object(o.workspace, who))
	}
}

// announce tells the other resources of this apply whom this one keeps, and whom it gives up.
func (g *reconciler) announce(o order, in intended, remove []move) {
	for who, s := range in.wanted {
		g.Ledger.Session.Means(o.instance.Mark, in.then.object(o.workspace, who), s.role)
	}
	for _, m := range remove {
		g.Ledger.Session.Means(o.instance.Mark, m.object(o.workspace), "")
	}
}

// lowerable leaves out those whom a creation found there with a higher role which nobody in
// this apply gives up, or has so far: no plan has shown that they lose it.
func (g *reconciler) lowerable(ctx context.Context, o order, lower []move, diags *diag.Diagnostics) []move {
	var may, stay []move
	wait := sign
	for _, m := range lower {
		object := m.object(o.workspace)
		if g.HandedOver(object) || g.Ledger.Session.GivenUp(ctx, o.instance.Mark, object, wait) {
			may = append(may, m)
		} else {
			wait, stay = 0, append(stay, m) // all of them have been waited for
		}
	}
	warnOtherRoles(stay, diags)
	return may
}

// takeAway lowers and removes, once the rules agree with what is there now. It returns those
// who were to be removed and have stayed with another resource.
func (g *reconciler) takeAway(ctx context.Context, o order, c changes, roles map[string]tray.Role, diags *diag.Diagnostics) (spared []move) {
	losing := slices.Concat(c.lower, c.remove)
	if len(losing) == 0 {
		return nil
	}
	acts := slices.Concat(toActs(policy.SetMember, o.workspace, c.lower), toActs(policy.RemoveMember, o.workspace, c.remove))
	var done []outcome
	write := func() error {
		steps := [][]move{c.lower}
		for _, admins := range []bool{false, true} { // the Admins of a workspace that is taken down go last
			steps = append(steps, slices.DeleteFunc(slices.Clone(c.remove), func(m move) bool { return isAdmin(m.role) != admins }))
		}
		for _, step := range steps {
			some, ok := g.each(ctx, o, step, roles, diags)
			done = append(done, some...)
			if !ok {
				return enforce.ErrReported
			}
		}
		return nil
	}
	// Once this process has seen no Admin to lose, there is nothing to ask.
	if !slices.ContainsFunc(losing, func(m move) bool { return isAdmin(m.role) }) {
		_ = write()
	} else {
		enforce.Guard(ctx, g.Provider, "change the members of the workspace", acts, write, diags)
	}
	// The last word is what was done: a removal that was left to another resource is none.
	for _, d := range done {
		enforce.Wrote(g.Provider, d.act(o.workspace))
		if d.move.to == "" && d.role != "" && d.held {
			spared = append(spared, d.move)
		}
	}
	return spared
}

// endAll takes out those whose access has ended. What stands against one keeps nobody else.
func (g *reconciler) endAll(ctx context.Context, o order, ending []move, diags *diag.Diagnostics) {
	acts, said := changes{end: ending}.endActs(o.workspace), make([]diag.Diagnostics, len(ending))
	var group errgroup.Group
	group.SetLimit(parallel)
	for n, m := range ending {
		group.Go(func() error {
			var done outcome
			write := func() (err error) { done, err = g.move(ctx, o, m, tray.Role{}); return err }
			if enforce.End(ctx, g.Provider, doing(m), acts[n], write, &said[n]) {
				enforce.Wrote(g.Provider, done.act(o.workspace))
			}
			return nil
		})
	}
	_ = group.Wait()
	for _, some := range said {
		diags.Append(some...)
	}
}

// outcome is what has become of a move.
type outcome struct {
	move move
	role string // that the person has now; "" is out
	held bool   // another resource of this run stands for the membership
}

func (d outcome) act(workspace string) policy.Change {
	if d.role == "" {
		return policy.Change{Action: policy.RemoveMember, Workspace: workspace, Who: d.move.who}
	}
	return policy.Change{Action: policy.SetMember, Workspace: workspace, Who: d.move.who, Role: d.role}
}

// each makes the moves at once. It returns what has become of those that succeeded, and
// whether all did.
func (g *reconciler) each(ctx context.Context, o order, moves []move, roles map[string]tray.Role, diags *diag.Diagnostics) (done []outcome, ok bool) {
	errs, all := make([]error, len(moves)), make([]outcome, len(moves))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, m := range moves {
		group.Go(func() error {
			all[i], errs[i] = g.move(ctx, o, m, roles[m.to])
			if errs[i] == nil && m.to != "" {
				enforce.Wrote(g.Provider, all[i].act(o.workspace))
			}
			return nil
		})
	}
	_ = group.Wait()
	ok = true
	var strayed []move
	for i, m := range moves {
		switch {
		case errs[i] == nil:
			done = append(done, all[i])
			continue
		case errors.Is(errs[i], errStrayed):
			m.role = all[i].role
			strayed = append(strayed, m)
			continue
		}
		ok = false
		if back := (cameBack{}); errors.As(errs[i], &back) {
			diags.AddAttributeError(o.at(m.who), "Somebody else has the address now", back.detail)
			continue
		}
		at := []path.Path{o.at(m.who)}
		if m.to == "" {
			at = nil // the configuration does not name somebody who leaves
		}
		base.Failed(diags, doing(m), errs[i], at...)
	}
	if len(strayed) > 0 {
		diags.AddWarning("Members have been changed since the plan", "What the plan did not show stays as it is; the next plan shows it:"+lines(strayed))
	}
	return done, ok
}

func doing(m move) string {
	switch {
	case m.to == "":
		return "remove the member " + m.email
	case m.role == "":
		return "add the member " + m.email
	}
	return "change the role of " + m.email
}

// left says what was not tried after a failure.
func left(diags *diag.Diagnostics, what string, moves []move) {
	if len(moves) == 0 {
		return
	}
	diags.AddWarning("Nothing was taken away",
		"After the failure above nobody was "+what+". The next apply goes on with:"+lines(moves))
}

// mayWait asks TRAY009 about people who are not in the organization, before anything is
// written.
func (g *reconciler) mayWait(ctx context.Context, o order, waiting []entry, diags *diag.Diagnostics) bool {
	strangers, visible, err := g.unInvited(ctx, waiting)
	if base.Failed(diags, "look for the invitations", err) {
		return false
	}
	if len(strangers) > 0 && !visible {
		diags.AddWarning("Members wait for invitations that cannot be seen",
			fmt.Sprintf("Nobody in the organization has these addresses yet, and this token cannot list invitations: %s. The first apply after they have joined adds them. "+
				"If nobody invited them, they wait forever: look in Tray under Settings > People, Other tab.", strings.Join(emails(strangers), ", ")))
		return true
	}
	known := policy.Organization{Invited: map[string]bool{}}
	joins := make([]policy.Change, len(waiting))
	for i, w := range waiting {
		known.Invited[w.email] = !slices.Contains(strangers, w)
		joins[i] = policy.Change{Action: policy.AddMember, Workspace: o.workspace, Who: w.email, ResourceType: o.form}
	}
	at := func(who string) path.Path { return o.at(base.FoldEmail(who)) }
	c := enforce.Case{Changes: joins, Rules: []*policy.Rule{policy.TRAY009MembersJoin}, Person: at, Complete: true}
	return !enforce.Violates(g.Provider, c, known, diags)
}
