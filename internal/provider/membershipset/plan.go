package membershipset

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// asked are the rules that a plan of memberships is put to, beside those about whom it finds
// there (TRAY012) and who is nobody's guest (TRAY009).
var asked = []*policy.Rule{policy.TRAY002AdminIsAdmin, policy.TRAY003LastAdmin, policy.TRAY004OwnUser, policy.TRAY005Removals, policy.TRAY008OneManager}

// sign is how long a creation that finds somebody with another role waits for a sign that
// another resource of the same run has the person.
const sign = 2 * time.Second

// intended is what a plan does: the members it is made of, and the changes.
type intended struct {
	changes
	then            actual
	wanted, managed map[string]entry // by Tray's names
	ending          map[string]entry // whose access ends by the date of the state
	roster          roster
	recorded        bool // then is that of the last refresh, not of this moment
}

// intend says what brings was to want; was is nil for a creation. An update starts from the
// roster, so that the apply, which asks again, comes to the same.
func (g *reconciler) intend(ctx context.Context, was *desired, want desired, ro roster) (in intended, err error) {
	in = intended{roster: ro, recorded: was != nil && ro != nil, wanted: map[string]entry{}, managed: map[string]entry{}}
	if in.recorded {
		in.then = ro.actual()
	} else if in.then, err = g.readActual(ctx, want.scope); err != nil {
		return in, err
	}
	in.wanted = ro.rename(want.standing(), in.then)
	ending := maps.Clone(want.entries)
	maps.DeleteFunc(ending, func(who string, _ entry) bool { return !want.ended[who] || !want.stood(was, who) })
	in.ending = ro.rename(ending, in.then)
	if was != nil {
		in.managed = ro.rename(was.active(), in.then)
		// Whoever waited at the last refresh goes on waiting: the next one sees who has joined.
		maps.DeleteFunc(in.wanted, func(who string, _ entry) bool { return was.pending[who] })
	}
	return in, nil
}

// allThere reports whether everybody who is wanted was a member, so that nobody can be found
// to wait for an invitation.
func (in intended) allThere() bool {
	for who := range in.wanted {
		if _, there := in.then.present[who]; !there {
			return false
		}
	}
	return true
}

// settleUp completes what is intended by who can join, and by who is there by right.
func (g *reconciler) settleUp(ctx context.Context, s scope, in *intended) error {
	if err := g.complete(ctx, s, in.then, in.wanted, in.managed); err != nil {
		return err
	}
	in.changes = s.diff(in.then, in.wanted, in.managed)
	in.split(in.ending)
	return nil
}

// foresee fills in what is known of the state after the apply, out of the state and the
// configuration alone: the apply plans again, when the world may have moved.
func (p settings) foresee(was *desired, want desired, in intended) settings {
	if !in.recorded {
		return p
	}
	if in.allThere() {
		p.Pending = pendingSet(want.stillWaiting(was))
	}
	for _, o := range in.then.present {
		if want.unsure(o, in.wanted) && want.unsure(o, in.managed) {
			return p
		}
	}
	p.Ignored = ignoredMap(want.ignoredAfter(in.then, in.wanted, want.diff(in.then, in.wanted, in.managed)))
	return p
}

// planChange checks what the plan does with want; was is the state, nil on a create.
// Nothing is read for a resource that changes nothing, and a read that fails leaves the
// verdict to the apply.
func (g *reconciler) planChange(ctx context.Context, i base.Instance, was *desired, want desired, in intended, diags *diag.Diagnostics) {
	if g.settleUp(ctx, want.scope, &in) != nil {
		return
	}
	if twice := in.roster.twice(want.entries, in.then); twice != "" {
		diags.AddAttributeError(want.all, "One person is named twice", twice)
		return
	}
	_, _ = g.API.Members.List(ctx, want.workspace)                                             // the rules want them anyway, and they tell the roles
	_, _ = g.roles(ctx, want.scope, slices.Concat(in.add, in.raise, in.lower), want.at, diags) // what cannot be read, the apply says
	if was == nil {
		g.planExisting(ctx, i, want, in.changes, diags)
		in.remove = nil // a creation removes nobody
	}
	g.planWaiting(ctx, want, in.waiting, diags)
	if diags.HasError() {
		return
	}
	warnUnseen(in.remove, in.managed, diags)
	g.tellEnded(ctx, was, want, in.then, diags)
	g.rankLowered(ctx, &in)
	enforce.Check(ctx, g.Provider, enforce.Case{
		Changes: g.yielding(i, want, in.acts(want.workspace)), Known: in.then.known(), Rules: asked,
		At: want.all, Person: want.at, Complete: want.form == policy.AllMembers,
	}, diags)
	if len(in.end) > 0 {
		ends := g.yielding(i, want, in.endActs(want.workspace))
		enforce.Check(ctx, g.Provider, enforce.Case{Changes: ends, Known: in.then.known(), Rules: asked, At: path.Root("expires_at"), Ends: true}, diags)
	}
}

// yielding marks those whom the resource gives up, in a plan in which nothing waits for
// anything: whoever takes one over is not seen, here or in the apply.
func (g *reconciler) yielding(i base.Instance, want desired, acts []policy.Change) []policy.Change {
	if run := &g.Ledger.Session; !run.OneByOne() || !run.Planning() {
		return acts
	}
	for n, a := range acts {
		if a.Action == policy.RemoveMember {
			acts[n].ResourceType, acts[n].Mark, acts[n].Yields = want.form, i.Mark, true
		}
	}
	return acts
}

// means says, in an apply, whom the resource is going to give which role, to whoever would
// take them out.
func (g *reconciler) means(i base.Instance, want desired) {
	for who, e := range want.standing() {
		g.Ledger.Session.Means(i.Mark, policy.MembershipObject(want.workspace, "", who), e.role)
	}
}

// rankLowered reads the organization role of the Admins who are lowered: an Admin of the
// organization cannot be (TRAY002).
func (g *reconciler) rankLowered(ctx context.Context, in *intended) {
	for _, m := range in.lower {
		if !isAdmin(m.role) || m.orgRole != "" {
			continue
		}
		if u, err := g.API.Users.Get(ctx, m.userID); err == nil {
			m.orgRole = u.Role.Name
			in.then.enter(m.member)
		}
	}
}

// planExisting is TRAY012 for a workspace that others are in already, unless they come from
// another resource of this run, or the creation is to take them over.
func (g *reconciler) planExisting(ctx context.Context, i base.Instance, want desired, c changes, diags *diag.Diagnostics) {
	// Whose access has ended is named, and is there all the same: a creation takes nothing away.
	c.remove = slices.DeleteFunc(slices.Clone(c.remove), func(m move) bool { return want.ended[m.who] })
	there := slices.Concat(c.remove, c.raise, c.lower)
	if len(there) == 0 || g.Ledger.Session.InApply() {
		return
	}
	if want.overwrite {
		warnUnnamed(c.remove, diags)
		return
	}
	run, certain := &g.Ledger.Session, true
	strangers := slices.DeleteFunc(slices.Clone(there), func(m move) bool {
		is, told := run.MemberInState(ctx, want.workspace, m.object(want.workspace), sign)
		certain = certain && told
		return is
	})
	switch {
	case len(strangers) == 0 || certain && g.MayBeThere(ctx, i, want.object()):
		warnUnnamed(c.remove, diags)
	case !certain && !run.OneByOne(), run.SilentApply(): // the apply takes nothing away that no plan has shown
		warnUnnamed(c.remove, diags)
		warnOtherRoles(c.lower, diags)
	default:
		g.refuseExisting(ctx, want, strangers, diags)
	}
}

// refuseExisting asks TRAY012 about members whom the creation would change or remove.
func (g *reconciler) refuseExisting(ctx context.Context, want desired, there []move, diags *diag.Diagnostics) {
	members := map[string]string{}
	changes := []policy.Change{{Action: policy.Manage, ResourceType: want.form, Workspace: want.workspace, Role: canonical(want.role)}}
	for _, m := range there {
		members[m.email] = m.role // as it is spelled: the rule compares nobody else
		changes = append(changes, policy.Change{Action: policy.AdoptMember, ResourceType: want.form, Workspace: want.workspace, Who: m.email, Role: m.to, Hint: g.OneByOne("them")})
	}
	known := policy.Organization{Workspaces: map[string]policy.Workspace{want.workspace: {Name: g.WorkspaceName(ctx, want.workspace), Members: members}}}
	enforce.Violates(g.Provider, enforce.Case{Changes: changes, Rules: []*policy.Rule{policy.TRAY012Exists}, At: want.all}, known, diags)
}

// planWaiting warns of people whom nobody seems to have invited. A tray_user of the same
// plan may still do so: the apply knows.
func (g *reconciler) planWaiting(ctx context.Context, want desired, waiting []entry, diags *diag.Diagnostics) {
	strangers, _, err := g.unInvited(ctx, waiting)
	if err != nil {
		return
	}
	for _, s := range strangers {
		diags.AddAttributeWarning(want.at(base.FoldEmail(s.email)), "Nobody has this address yet",
			fmt.Sprintf("Nobody in the organization has the address %s, and this plan has not come across an invitation for it. Is it spelled right? "+
				"Otherwise declare the person with tray_user, and refer to its email here, so that the invitation goes out first (TRAY009).", s.email))
	}
}

// warnUnseen lists those who go although the state does not have them, and the plan's
// own table therefore cannot show them.
func warnUnseen(remove []move, managed map[string]entry, diags *diag.Diagnostics) {
	unseen := slices.DeleteFunc(slices.Clone(remove), func(m move) bool {
		_, ours := managed[m.who]
		return ours
	})
	if len(unseen) > 0 {
		diags.AddWarning("Members are removed whom the state does not have",
			"They are in the workspace, and this resource stands for them from now on but does not name them:"+lines(unseen))
	}
}

// warnUnnamed lists those whom a creation leaves there although nobody names them.
func warnUnnamed(unnamed []move, diags *diag.Diagnostics) {
	if len(unnamed) > 0 {
		diags.AddWarning("Members stay whom this resource does not name",
			"They are in the workspace already. A creation removes nobody; the plan after it shows each of them as removed, and its apply removes them:"+lines(unnamed))
	}
}

// planDestroy asks the rules about everybody who leaves with the resource. Beside is what a
// replacement makes of it, nil for a destroy: whoever is named there in the same workspace
// does not leave.
func (g *reconciler) planDestroy(ctx context.Context, i base.Instance, was desired, beside *desired, ro roster, diags *diag.Diagnostics) {
	if !g.BeginDestroyPlan() {
		return
	}
	then := ro.actual()
	leaving := ro.rename(was.active(), then)
	if beside != nil && beside.workspace == was.workspace {
		for who := range ro.rename(beside.standing(), then) {
			delete(leaving, who)
		}
	}
	c := changes{}
	for _, who := range slices.Sorted(maps.Keys(leaving)) {
		s := leaving[who]
		c.remove = append(c.remove, move{member: member{who: who, email: s.email, role: s.role}, email: s.email, scope: was.role})
	}
	acts := c.acts(was.workspace)
	for n := range acts {
		acts[n].ResourceType, acts[n].Mark = was.form, i.Mark
	}
	enforce.Check(ctx, g.Provider, enforce.Case{Changes: acts, Rules: asked, Complete: was.form == policy.AllMembers}, diags)
}

// canonical is how an identity and an import id write a role: as Tray does.
func canonical(role string) string {
	for _, known := range []string{policy.Admin, policy.Contributor, policy.Viewer} {
		if tray.SameRole(role, known) {
			return known
		}
	}
	return role
}

// warnOtherRoles lists those whose roles a creation leaves as they are.
func warnOtherRoles(lower []move, diags *diag.Diagnostics) {
	if len(lower) > 0 {
		diags.AddWarning("Members are there with another role", "No resource of this apply has given them up so far, so their roles are left as they are: "+
			"they change when one does, or else the next plan shows the change:"+lines(lower))
	}
}

// planSettings checks what the plan does, and returns its settings with what is known of
// the state after the apply.
func (g *reconciler) planSettings(ctx context.Context, i base.Instance, was *desired, want desired, state, plan settings, ro roster, diags *diag.Diagnostics) settings {
	if was != nil && !state.ID.IsNull() { // for life
		plan.ID = state.ID
	}
	if was != nil && sameEntries(was.entries, want.entries) && state.sameScope(plan) && was.sameEnds(want) {
		plan.Pending, plan.Ignored, plan.Ended = state.Pending, state.Ignored, state.Ended
		return plan
	}
	if was != nil { // an end that is due is no change of the configuration
		plan.Pending, plan.Ignored = types.SetUnknown(types.StringType), types.MapUnknown(types.StringType)
	}
	if was == nil && i.Replaces { // what is there goes before this comes, or stays
		return plan
	}
	if was == nil && !g.takesMembers(ctx, want.workspace, diags) {
		return plan
	}
	in, err := g.intend(ctx, was, want, ro)
	if err != nil { // the apply says it
		return plan
	}
	plan = plan.foresee(was, want, in)
	g.planChange(ctx, i, was, want, in, diags)
	return plan
}

// identified gives the resource its id if it has none yet.
func (g *reconciler) identified(ctx context.Context, s settings, role string) settings {
	if s.ID.ValueString() != "" {
		return s
	}
	name := g.WorkspaceName(ctx, s.WorkspaceID.ValueString())
	if role != "" {
		name += "/" + canonical(role)
	}
	s.ID = types.StringValue(name)
	return s
}
