package membershipset

import (
	"context"
	"errors"

	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// errStrayed says that somebody outside this run has changed the member since the plan.
var errStrayed = errors.New("changed since the plan")

// move makes one change to one user, from wherever that user is by now: another resource of
// the same apply may have moved them since. Nobody else of this run touches the membership
// meanwhile. What others have done since the plan stays.
func (g *reconciler) move(ctx context.Context, o order, m move, role tray.Role) (outcome, error) {
	defer g.Ledger.Session.Hold(o.workspace, m.who)()
	done := outcome{move: m, role: role.Name}
	find := g.API.Members.Get // nobody has left on the word of one list
	if m.to != "" {
		find = g.API.Members.Find
	}
	now, err := find(ctx, o.workspace, m.userID)
	gone := tray.IsGone(err)
	if err != nil && !gone {
		return done, err
	}
	if m.to == "" {
		return g.out(ctx, o, m, now)
	}
	object := m.object(o.workspace)
	ours := func() bool {
		return o.creates || m.role != "" && tray.SameRole(now.Role.Name, m.role) || g.Ledger.Session.GivenUp(ctx, o.instance.Mark, object, 0)
	}
	write := func() (err error) { _, err = g.API.Members.SetRole(ctx, o.workspace, m.userID, role); return err }
	switch {
	case gone:
		write = func() (err error) { _, err = g.API.Members.Add(ctx, o.workspace, m.userID, role); return err }
	case now.Role.ID == role.ID:
		return done, nil
	case !ours():
		done.role = now.Role.Name
		return done, errStrayed
	}
	return done, enforce.AfterDemotion(ctx, g.Provider, m.userID, role.Name, write)
}

// out takes somebody out of the workspace, or leaves them to another resource of this run:
// to one that has made the membership its own, or is going to. The role of the latter is set
// here, as it may have had its turn.
func (g *reconciler) out(ctx context.Context, o order, m move, now *tray.Member) (outcome, error) {
	done, object := outcome{move: m}, m.object(o.workspace)
	if now == nil {
		return done, nil
	}
	role, meant := g.Ledger.Session.MeantByAnother(o.instance.Mark, object)
	done.role, done.held = now.Role.Name, meant || g.HeldByAnother(o.instance, object)
	switch {
	case !o.claimed(now.Role.Name): // moved on, by whomever
		return done, nil
	case !done.held:
		done.role = ""
		return done, g.API.Members.Remove(ctx, o.workspace, m.userID)
	case !meant || tray.SameRole(role, now.Role.Name):
		return done, nil
	}
	to, _, err := g.API.Roles.Named(ctx, o.workspace, role)
	if err != nil || to.ID == "" {
		return done, err
	}
	done.role = to.Name
	return done, enforce.AfterDemotion(ctx, g.Provider, m.userID, to.Name, func() (err error) {
		_, err = g.API.Members.SetRole(ctx, o.workspace, m.userID, to)
		return err
	})
}

// inState notes as a Read begins, before any request, whom the state has: others ask.
func (g *reconciler) inState(mark string, d desired, ro roster) {
	ids := ro.ids()
	g.Ledger.Session.ListsInState(mark, d.workspace, func(o policy.Object) bool {
		for who := range d.active() {
			if o.Same(policy.MembershipObject(d.workspace, ids[who], who)) || o.Same(policy.MembershipObject(d.workspace, "", who)) {
				return true
			}
		}
		return false
	})
	g.Ledger.Session.Stand(policy.Claim{Mark: mark, Stance: policy.InState, Object: d.object()})
}
