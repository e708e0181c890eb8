package membershipset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/sync/errgroup"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/law"
	"github.com/tray-community/terraform-provider-tray/internal/provider/rule"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// parallel is how many writes of one resource are on their way at once. The client
// keeps the rate below Tray's limit.
const parallel = 8

// order is what one apply of one resource is about.
type order struct {
	scope
	wanted, managed map[string]seat
	// at gives the attribute that names somebody.
	at func(who string) path.Path
}

// carryOut brings the workspace to what is wanted: it adds and raises first, lowers
// second and removes last. One refusal does not stop the others of the same step, but
// nothing is taken away after a step that failed. What is left is for the next apply.
func (g *governor) carryOut(ctx context.Context, o order, diags *diag.Diagnostics) {
	now, err := g.gather(ctx, o.scope, o.wanted, o.managed)
	if base.Failed(diags, "read the members of the workspace", err) {
		return
	}
	c := o.diff(now, o.wanted, o.managed)
	if !g.mayWait(ctx, o, c.waiting, diags) {
		return
	}
	roles, err := g.roles(ctx, o.scope, slices.Concat(c.add, c.raise, c.lower), o.at, diags)
	if base.Failed(diags, "read the roles of the workspace", err) || roles == nil {
		return
	}
	gain := slices.Concat(c.add, c.raise)
	if !g.each(ctx, o, gain, roles, diags) {
		left(diags, "changed or removed", slices.Concat(c.lower, c.remove))
		return
	}
	g.takeAway(ctx, o, c, roles, diags)
}

// takeAway lowers and removes, once the rules agree with what is there now.
func (g *governor) takeAway(ctx context.Context, o order, c changes, roles map[string]tray.Role, diags *diag.Diagnostics) {
	losing := slices.Concat(c.lower, c.remove)
	if len(losing) == 0 {
		return
	}
	acts := slices.Concat(toActs(rule.SetMember, o.workspace, c.lower), toActs(rule.RemoveMember, o.workspace, c.remove))
	write := func() error {
		steps := [][]move{c.lower}
		for _, admins := range []bool{false, true} { // the Admins of a workspace that is taken down go last
			steps = append(steps, slices.DeleteFunc(slices.Clone(c.remove), func(m move) bool { return isAdmin(m.role) != admins }))
		}
		for _, step := range steps {
			if !g.each(ctx, o, step, roles, diags) {
				return law.ErrReported
			}
		}
		return nil
	}
	// Once this process has seen no Admin to lose, there is nothing to ask.
	if !slices.ContainsFunc(losing, func(m move) bool { return isAdmin(m.role) }) {
		if write() == nil {
			law.Did(g.Provider, acts...)
		}
		return
	}
	law.Take(ctx, g.Provider, "change the members of the workspace", acts, write, diags)
}

// each makes the moves at once and reports whether all succeeded.
func (g *governor) each(ctx context.Context, o order, moves []move, roles map[string]tray.Role, diags *diag.Diagnostics) bool {
	errs := make([]error, len(moves))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, m := range moves {
		group.Go(func() error {
			errs[i] = g.move(ctx, o.scope, m, roles[m.to])
			if errs[i] == nil && m.to != "" {
				law.Did(g.Provider, rule.Act{Verb: rule.SetMember, Workspace: o.workspace, Who: m.who, Role: m.to})
			}
			return nil
		})
	}
	_ = group.Wait()
	ok := true
	for i, m := range moves {
		if errs[i] == nil {
			continue
		}
		ok = false
		at := []path.Path{o.at(m.who)}
		if m.to == "" {
			at = nil // the configuration does not name somebody who leaves
		}
		base.Failed(diags, doing(m), errs[i], at...)
	}
	return ok
}

// move makes one change, from wherever the person is by now: another resource of the
// same apply may have moved them since.
func (g *governor) move(ctx context.Context, s scope, m move, role tray.Role) error {
	defer g.Plan.Run.Hold(s.workspace, m.who)()
	find := g.API.Members.Get // nobody has left on the word of one list
	if m.to != "" {
		find = g.API.Members.Find
	}
	now, err := find(ctx, s.workspace, m.userID)
	gone := tray.IsGone(err)
	if err != nil && !gone {
		return err
	}
	switch {
	case m.to == "" && (gone || !s.claimed(now.Role.Name)):
		return nil
	case m.to == "":
		return g.API.Members.Remove(ctx, s.workspace, m.userID)
	case gone:
		_, err = g.API.Members.Add(ctx, s.workspace, m.userID, role)
	case now.Role.ID == role.ID:
		return nil
	default:
		_, err = g.API.Members.SetRole(ctx, s.workspace, m.userID, role)
	}
	return err
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

// mayWait refuses people whom nobody has invited (TRAY009), before anything is written.
func (g *governor) mayWait(ctx context.Context, o order, waiting []seat, diags *diag.Diagnostics) bool {
	strangers, visible, err := g.unInvited(ctx, waiting)
	if base.Failed(diags, "look for the invitations", err) {
		return false
	}
	if len(strangers) == 0 {
		return true
	}
	emails := make([]string, len(strangers))
	for i, s := range strangers {
		emails[i] = s.email
	}
	if !visible {
		diags.AddWarning("Members wait for invitations that cannot be seen",
			fmt.Sprintf("Nobody in the organization has these addresses yet, and this token cannot list invitations: %s. The first apply after they have joined adds them. "+
				"If nobody invited them, they wait forever: look in Tray under Settings > People, Other tab.", strings.Join(emails, ", ")))
		return true
	}
	for _, s := range strangers {
		diags.AddAttributeError(o.at(base.FoldEmail(s.email)), "TRAY009: Only members of the organization join a workspace",
			fmt.Sprintf("%s is neither a user of the organization nor invited. Declare the person with tray_user, and refer to its email here.", s.email))
	}
	return false
}
