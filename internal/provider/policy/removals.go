package policy

import (
	"fmt"
	"slices"
	"strings"
)

// fewRemovals are so few that a share says nothing: one person out of three is 33 %.
// Up to here max_removal_percent is not judged.
const fewRemovals = 3

// removals is TRAY005: the people who lose access in one plan stay within the guardrails.
// Leaving a workspace counts one, leaving the organization counts one; a demotion
// counts nothing, nor does access that ends by a date which was applied before: that was
// judged when it was written down. A share is that of one workspace, or of the
// organization's users.
func removals(before Organization, changes []Change, limits Limits) []Violation {
	lost := losses(before, changes)
	if len(lost) == 0 {
		return nil
	}
	var all []Violation
	if limits.MaxRemovals >= 0 && int64(len(lost)) > limits.MaxRemovals {
		all = append(all, Violation{
			Code: "TRAY005", Summary: "Too many removals in one plan",
			Detail: fmt.Sprintf("guardrails.max_removals allows %d; so far this plan removes %d:\n%s\n\n"+
				"%s", limits.MaxRemovals, len(lost), table(before, changes, lost), allow(before, changes, lost, limits)),
			Who: people(changes, lost), Changes: lost,
		})
	}
	for _, s := range shares(before, changes, lost, limits) {
		of := "the members of the workspace " + before.title(s.where)
		if s.where == "" {
			of = "the users of the organization"
		}
		all = append(all, Violation{
			Code: "TRAY005", Summary: "Too large a share is removed in one plan",
			Detail: fmt.Sprintf("guardrails.max_removal_percent allows %d %% of %s; so far this plan removes %d of %d, which is %d %%:\n%s\n\n%s",
				limits.MaxRemovalPercent, of, len(s.which), s.size, s.percent(), table(before, changes, s.which), allow(before, changes, lost, limits)),
			Who: people(changes, s.which), Workspace: s.where, Changes: s.which,
		})
	}
	return all
}

// share is what one collection loses.
type share struct {
	where string // workspace id, "" for the organization
	size  int
	which []int // the changes by which somebody leaves it
}

// percent is the share, rounded up, as a limit that allows it has to be written.
func (s share) percent() int { return min((len(s.which)*100+s.size-1)/s.size, 100) }

// shares are the collections that lose more than the limits allow.
func shares(before Organization, changes []Change, lost []int, limits Limits) []share {
	var over []share
	for _, where := range collections(changes, lost) {
		s := share{where: where, size: len(before.Workspaces[where].Members)}
		s.which = slices.DeleteFunc(slices.Clone(lost), func(i int) bool { return changes[i].Workspace != where })
		if where == "" {
			s.size = len(before.Users)
		}
		if len(s.which) > fewRemovals && s.size > 0 && limits.MaxRemovalPercent < 100 && int64(len(s.which))*100 > limits.MaxRemovalPercent*int64(s.size) {
			over = append(over, s)
		}
	}
	return over
}

// allow says how to allow all removals planned so far, of whichever kind: with a limit lifted
// for one kind alone, the next plan would stop at the other.
func allow(before Organization, changes []Change, lost []int, limits Limits) string {
	var variables []string
	if limits.MaxRemovals >= 0 && int64(len(lost)) > limits.MaxRemovals {
		variables = append(variables, fmt.Sprintf("TRAY_GUARDRAILS_MAX_REMOVALS=%d", len(lost)))
	}
	percent := 0
	for _, s := range shares(before, changes, lost, limits) {
		percent = max(percent, s.percent())
	}
	if percent > 0 {
		variables = append(variables, fmt.Sprintf("TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=%d", percent))
	}
	return "If that is meant, allow it for the plan, whose apply then needs nothing more: " + strings.Join(variables, " ") +
		". When further errors of this plan name a larger number, take the largest."
}

// losses are the changes by which somebody loses access, each loss once. Who is given the
// membership again in the same run loses nothing, nor who has none to lose.
func losses(before Organization, changes []Change) []int {
	type place struct{ who, where string }
	given, seen := map[place]bool{}, map[place]bool{}
	for _, a := range changes {
		if a.Action == AddMember || a.Action == SetMember {
			given[place{a.Who, a.Workspace}] = true
		}
	}
	return indexes(changes, func(a Change) bool {
		at := place{a.Who, a.Workspace}
		if a.Action != RemoveMember && a.Action != DeleteUser || a.Ends || seen[at] || a.Action == RemoveMember && given[at] {
			return false
		}
		if w, read := before.Workspaces[a.Workspace]; read && a.Action == RemoveMember {
			if _, member := w.Members[a.Who]; !member {
				return false
			}
		}
		seen[at] = true
		return true
	})
}

// collections are where the losses are: workspace ids, and "" for the organization.
func collections(changes []Change, lost []int) []string {
	var where []string
	for _, i := range lost {
		where = append(where, changes[i].Workspace)
	}
	slices.Sort(where)
	return slices.Compact(where)
}

// table lists who leaves what, a line each.
func table(before Organization, changes []Change, lost []int) string {
	lines := make([]string, len(lost))
	for n, i := range lost {
		where := "the organization"
		if id := changes[i].Workspace; id != "" {
			where = before.title(id)
		}
		lines[n] = fmt.Sprintf("  - %s from %s", changes[i].Who, where)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
