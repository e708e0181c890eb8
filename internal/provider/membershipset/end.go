package membershipset

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// The life of an end is that of tray_workspace_member (internal/provider/membership/end.go),
// for each person of a table: a Read notes whose date of the state has passed, which travels
// with the plan; a new date, or one under which somebody joins, is judged by the clock, and
// until it has passed `ended` is only known after the apply. Whoever is in `ended` is named,
// is not in Tray, and stays so while the date stands.

// passedKey holds, beside the state, whose dates of the state have passed, folded.
const passedKey = "ends_have_passed"

func loadPassed(ctx context.Context, private base.PrivateState) map[string]bool {
	var who []string
	if raw, _ := private.GetKey(ctx, passedKey); len(raw) > 0 {
		_ = json.Unmarshal(raw, &who) // a broken one is none
	}
	passed := make(map[string]bool, len(who))
	for _, w := range who {
		passed[w] = true
	}
	return passed
}

// notePassed leaves beside the state whose dates have passed, by Tray's clock.
func (g *reconciler) notePassed(ctx context.Context, was desired, before, after base.PrivateState) map[string]bool {
	passed := map[string]bool{}
	if len(was.dates) > 0 {
		_, _ = g.API.Members.List(ctx, was.workspace) // tells the time, and is read anyway
		now, err := g.API.Clock(ctx)
		for who := range was.entries {
			if err == nil && was.dates[who].Passed(now) {
				passed[who] = true
			}
		}
	}
	old, _ := before.GetKey(ctx, passedKey)
	var raw []byte // none removes the key
	if len(passed) > 0 {
		raw, _ = json.Marshal(slices.Sorted(maps.Keys(passed)))
	}
	if !bytes.Equal(old, raw) {
		after.SetKey(ctx, passedKey, raw)
	}
	return passed
}

// stood reports whether somebody's date is the one that the state has.
func (d desired) stood(was *desired, who string) bool {
	if was == nil || d.dates[who].IsNull() {
		return false
	}
	return d.dates[who].Same(was.dates[who])
}

// unsure is how long before a date an apply may still find itself, whose clock is that of
// another of Tray's servers than its plan's.
const unsure = 5 * time.Second

// judge says in want whose access has ended. It reports whether that may still change until
// the apply; early is how far before a date the apply may find itself.
func (g *reconciler) judge(ctx context.Context, was *desired, want *desired, passed map[string]bool, early time.Duration) (open bool) {
	want.ended = map[string]bool{}
	for who := range want.entries {
		date, has := want.dates[who]
		if !has {
			continue
		}
		stood, joins := want.stood(was, who), was == nil || was.ended[who]
		if !joins {
			_, there := was.entries[who]
			joins = !there
		}
		switch {
		case stood && (was.ended[who] || passed[who]):
			want.ended[who] = true
		case stood && !joins:
		default:
			now, err := g.API.Clock(ctx)
			want.ended[who] = err == nil && date.Passed(now.Add(-early))
			open = open || !want.ended[who]
		}
	}
	maps.DeleteFunc(want.ended, func(_ string, is bool) bool { return !is })
	return open
}

// planEnds completes a plan by whose access has ended.
func (g *reconciler) planEnds(ctx context.Context, private base.PrivateState, was *desired, want *desired, plan *settings) {
	open := g.judge(ctx, was, want, loadPassed(ctx, private), unsure)
	switch {
	case plan.ExpiresAt.IsNull():
		plan.Ended = types.SetNull(types.StringType)
	case plan.ExpiresAt.IsUnknown() || open:
		plan.Ended = types.SetUnknown(types.StringType)
	default:
		plan.Ended = want.endedSet()
	}
}

// applyEnds takes over what the plan says of whose access has ended, and decides what it left
// open.
func (g *reconciler) applyEnds(ctx context.Context, private base.PrivateState, was *desired, want *desired, plan settings) {
	if plan.Ended.IsUnknown() {
		g.judge(ctx, was, want, loadPassed(ctx, private), 0)
		return
	}
	want.ended = foldedSet(plan.Ended)
}

// writesNothing reports whether an update changes nothing in Tray, and completes its plan then.
func (g *reconciler) writesNothing(was, want desired, state settings, plan *settings) bool {
	if !sameEntries(was.entries, want.entries) || !state.sameScope(*plan) || !maps.Equal(was.ended, want.ended) ||
		plan.Pending.IsUnknown() || plan.Ignored.IsUnknown() {
		return false
	}
	if plan.Ended.IsUnknown() {
		plan.Ended = want.endedSet()
	}
	return true
}

// sameEnds reports whether two desires have the same dates, and the same people's are over.
func (d desired) sameEnds(o desired) bool {
	return base.SameDates(d.dates, o.dates) && maps.Equal(d.ended, o.ended)
}

// standing are the entries whose access has not ended.
func (d desired) standing() map[string]entry {
	some := maps.Clone(d.entries)
	maps.DeleteFunc(some, func(who string, _ entry) bool { return d.ended[who] })
	return some
}

// endedSet is `ended`, as the configuration spells people.
func (d desired) endedSet() types.Set {
	var emails []string
	for who := range d.ended {
		if s, named := d.entries[who]; named {
			emails = append(emails, s.email)
		}
	}
	slices.Sort(emails)
	elements := make([]attr.Value, len(emails))
	for i, email := range emails {
		elements[i] = types.StringValue(email)
	}
	return types.SetValueMust(types.StringType, elements)
}

// stillEnded are those of ended who are named and whom nobody has let in again. With a role
// for which the resource does not stand they are none of its business.
func (s scope) stillEnded(now actual, named map[string]entry, ended map[string]bool) map[string]bool {
	still := map[string]bool{}
	for who := range ended {
		o, there := now.present[who]
		if _, is := named[who]; is && (!there || !s.claimed(o.role)) {
			still[who] = true
		}
	}
	return still
}

// split takes those whose access ends by the date of the state out of the removals.
func (c *changes) split(ending map[string]entry) {
	var removed []move
	for _, m := range c.remove {
		if _, ends := ending[m.who]; ends {
			c.end = append(c.end, m)
		} else {
			removed = append(removed, m)
		}
	}
	c.remove = removed
}

// endActs are the ends as rules see them: written down before.
func (c changes) endActs(workspace string) []policy.Change {
	acts := toActs(policy.RemoveMember, workspace, c.end)
	for n := range acts {
		acts[n].Ends = true
	}
	return acts
}

// tellEnded warns, once in the life of an end, of what becomes of it.
func (g *reconciler) tellEnded(ctx context.Context, was *desired, want desired, now actual, diags *diag.Diagnostics) {
	if g.Ledger.Session.InApply() {
		return
	}
	takes := "This apply takes the memberships away"
	if was == nil {
		takes = "A creation takes nothing away: the plan after it takes the memberships away"
	}
	var lines []string
	for _, who := range slices.Sorted(maps.Keys(want.ended)) {
		does := "does not join"
		switch _, there := now.present[who]; {
		case was == nil && there:
			does = "is a member all the same"
		case was == nil:
		case was.ended[who]:
			continue
		case was.pending[who]:
			does = "has not joined, and does not any more"
		default:
			if s, there := was.entries[who]; there {
				does = "was " + s.role
			}
		}
		lines = append(lines, fmt.Sprintf("\n  - access of %s ended on %s (%s)", want.entries[who].email, want.dates[who].ValueString(), does))
	}
	if len(lines) > 0 {
		diags.AddAttributeWarning(path.Root("expires_at"), "Access has ended", fmt.Sprintf(
			"In the workspace %s, by the dates of expires_at. %s, and they do not come back while their dates stand; a later date renews one:%s",
			g.WorkspaceName(ctx, want.workspace), takes, strings.Join(lines, "")))
	}
}

// checkDates refuses dates of people whom the resource does not name. What is no date, or not
// known yet, is told elsewhere.
func checkDates(dates base.Ends, named map[string]entry, at path.Path, diags *diag.Diagnostics) {
	for _, email := range slices.Sorted(maps.Keys(dates.Elements())) {
		date, ok := dates.Elements()[email].(base.End)
		_, ends := date.At()
		if _, is := named[base.FoldEmail(email)]; is || !ok || !ends {
			continue
		}
		diags.AddAttributeError(path.Root("expires_at").AtMapKey(email), "A date for somebody who is not named",
			email+" is not in "+at.String()+", so there is no access that could end. Take the date out, or name the person there.")
	}
}
