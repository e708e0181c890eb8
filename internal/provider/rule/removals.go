package rule

import (
	"fmt"
	"slices"
	"strings"
)

// fewRemovals are so few that a share says nothing: one person out of three is 33 %.
// Up to here max_removal_percent is not judged.
const fewRemovals = 3

// TRAY005Removals: the people who lose access in one run stay within the guardrails.
// Leaving a workspace counts one, leaving the organization counts one; a demotion
// counts nothing. A share is that of one workspace, or of the organization's users.
func TRAY005Removals(before Organization, acts []Act, limits Limits) []Violation {
	lost := losses(before, acts)
	if len(lost) == 0 {
		return nil
	}
	var all []Violation
	if limits.MaxRemovals >= 0 && int64(len(lost)) > limits.MaxRemovals {
		all = append(all, Violation{
			Code: "TRAY005", Summary: "Too many removals in one plan",
			Detail: fmt.Sprintf("guardrails.max_removals allows %d; so far this plan removes %d:\n%s\n\n"+
				"If that is meant, allow it for one run: TRAY_GUARDRAILS_MAX_REMOVALS=%d.", limits.MaxRemovals, len(lost), table(before, acts, lost), len(lost)),
			Who: people(acts, lost), Acts: lost,
		})
	}
	for _, where := range collections(acts, lost) {
		which := slices.DeleteFunc(slices.Clone(lost), func(i int) bool { return acts[i].Workspace != where })
		size := len(before.Workspaces[where].Members)
		of := "the members of the workspace " + before.title(where)
		if where == "" {
			size, of = len(before.Users), "the users of the organization"
		}
		if len(which) <= fewRemovals || size == 0 || limits.MaxRemovalPercent >= 100 || int64(len(which))*100 <= limits.MaxRemovalPercent*int64(size) {
			continue
		}
		percent := (len(which)*100 + size - 1) / size
		all = append(all, Violation{
			Code: "TRAY005", Summary: "Too large a share is removed in one plan",
			Detail: fmt.Sprintf("guardrails.max_removal_percent allows %d %% of %s; so far this plan removes %d of %d, which is %d %%:\n%s\n\n"+
				"If that is meant, allow it for one run: TRAY_GUARDRAILS_MAX_REMOVAL_PERCENT=%d.",
				limits.MaxRemovalPercent, of, len(which), size, percent, table(before, acts, which), min(percent, 100)),
			Who: people(acts, which), Workspace: where, Acts: which,
		})
	}
	return all
}

// losses are the acts by which somebody loses access, each loss once. Who is given the
// membership again in the same run loses nothing, nor who has none to lose.
func losses(before Organization, acts []Act) []int {
	type place struct{ who, where string }
	given, seen := map[place]bool{}, map[place]bool{}
	for _, a := range acts {
		if a.Verb == AddMember || a.Verb == SetMember {
			given[place{a.Who, a.Workspace}] = true
		}
	}
	return indexes(acts, func(a Act) bool {
		at := place{a.Who, a.Workspace}
		if a.Verb != RemoveMember && a.Verb != DeleteUser || seen[at] || a.Verb == RemoveMember && given[at] {
			return false
		}
		if w, read := before.Workspaces[a.Workspace]; read && a.Verb == RemoveMember {
			if _, member := w.Members[a.Who]; !member {
				return false
			}
		}
		seen[at] = true
		return true
	})
}

// collections are where the losses are: workspace ids, and "" for the organization.
func collections(acts []Act, lost []int) []string {
	var where []string
	for _, i := range lost {
		where = append(where, acts[i].Workspace)
	}
	slices.Sort(where)
	return slices.Compact(where)
}

// table lists who leaves what, a line each.
func table(before Organization, acts []Act, lost []int) string {
	lines := make([]string, len(lost))
	for n, i := range lost {
		where := "the organization"
		if id := acts[i].Workspace; id != "" {
			where = before.title(id)
		}
		lines[n] = fmt.Sprintf("  - %s from %s", acts[i].Who, where)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
