package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is one rule of the guide "Rules". Whoever wants to know asks Judge: no resource has
// a rule's verdict or words of its own.
type Rule struct {
	Code string // "TRAY003"
	// Judge says what changes break in an organization that is as before says.
	Judge func(before Organization, changes []Change, limits Limits) []Violation
}

// The rules; see "How a rule joins" in doc.go.
var (
	TRAY001OneOwner     = &Rule{"TRAY001", oneOwner}
	TRAY002AdminIsAdmin = &Rule{"TRAY002", adminIsAdmin}
	TRAY003LastAdmin    = &Rule{"TRAY003", lastAdmin}
	TRAY004OwnUser      = &Rule{"TRAY004", ownUser}
	TRAY005Removals     = &Rule{"TRAY005", removals}
	TRAY006Services     = &Rule{"TRAY006", ownedServices}
	TRAY007Invites      = &Rule{"TRAY007", invitesADay}
	TRAY008OneManager   = &Rule{"TRAY008", oneManager}
	TRAY009MembersJoin  = &Rule{"TRAY009", membersJoin}
	TRAY010Namespace    = &Rule{"TRAY010", namespace}
	TRAY011SharedOnly   = &Rule{"TRAY011", whereThingsLive}
	TRAY012Exists       = &Rule{"TRAY012", exists}
)

// All is the table of the rules.
var All = []*Rule{
	TRAY001OneOwner, TRAY002AdminIsAdmin, TRAY003LastAdmin, TRAY004OwnUser, TRAY005Removals, TRAY006Services,
	TRAY007Invites, TRAY008OneManager, TRAY009MembersJoin, TRAY010Namespace, TRAY011SharedOnly, TRAY012Exists,
}

// CheckAll asks every rule.
func CheckAll(before Organization, changes []Change, limits Limits) []Violation {
	var all []Violation
	for _, r := range All {
		all = append(all, r.Judge(before, changes, limits)...)
	}
	return all
}

// Violation is a rule that changes break.
type Violation struct {
	Code string // "TRAY003"
	// Summary says what is wrong in a few words, without the code.
	Summary string
	// Detail says who is concerned and what to change.
	Detail string
	// Who are the people concerned, sorted.
	Who []string
	// Workspace is where, "" for the organization.
	Workspace string
	// Provisional says that a change planned later in the same run may make it harmless.
	Provisional bool
	// Elsewhere says that only another resource can do so, even if this one stands for a whole
	// workspace.
	Elsewhere bool
	// Changes are the changes to blame, as indexes into the changes that were judged.
	Changes []int
}

// Title is the heading of a message: the code and what is wrong.
func (v Violation) Title() string { return v.Code + ": " + v.Summary }

// Blames reports whether one of the changes from start on is to blame.
func (v Violation) Blames(start int) bool {
	return slices.ContainsFunc(v.Changes, func(i int) bool { return i >= start })
}

// indexes returns which changes are so.
func indexes(changes []Change, so func(Change) bool) []int {
	var which []int
	for i, a := range changes {
		if so(a) {
			which = append(which, i)
		}
	}
	return which
}

// people returns who the changes concern, sorted, each once.
func people(changes []Change, which []int) []string {
	who := make([]string, 0, len(which))
	for _, i := range which {
		who = append(who, changes[i].Who)
	}
	slices.Sort(who)
	return slices.Compact(who)
}

// list names people or things in a sentence.
func list(names []string) string { return strings.Join(names, ", ") }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
