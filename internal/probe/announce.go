package probe

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// announcement says what is about to be asked, and what that makes, before anything is made.
func (r *run) announcement(chosen []entry) string {
	var b strings.Builder
	n := needsOf(chosen)
	fmt.Fprintf(&b, "%d questions for %s, with %d requests at most, %d a second.\n", len(chosen), r.base.Host, n.most(), time.Second/spacing)
	if !n.writes {
		return b.String()
	}
	fmt.Fprintf(&b, "This makes, in the shared workspace %s:\n", r.described())
	for _, label := range n.people {
		fmt.Fprintf(&b, "  - the user %s, and their memberships\n", r.address(label))
	}
	for _, label := range n.invites {
		fmt.Fprintf(&b, "  - an invitation by mail to %s\n", r.address(label))
	}
	for _, label := range n.attempts {
		fmt.Fprintf(&b, "  - an invitation to %s, which Tray should refuse\n", r.address(label))
	}
	for _, note := range n.notes {
		fmt.Fprintf(&b, "  - %s\n", note)
	}
	b.WriteString("At the end the users are deleted. No other user, and no membership of theirs, is touched.\n")
	switch {
	case r.dryRun:
		b.WriteString("Without a management plane, which no live Tray has, the invitations stay open until they expire,\n" +
			"and so does a shared workspace for each deleted user, named \"Tray probe …\", if Tray makes one: only the UI can take these away.\n")
	case !r.management:
		b.WriteString("The API cannot take back the invitations, nor the shared workspaces named \"Tray probe …\" that Tray makes of\n" +
			"deleted users: the end of the run lists what is left for you to remove in the UI.\n")
	}
	return b.String()
}

func (r *run) described() string {
	if r.dryRun {
		return r.throwaway
	}
	count := fmt.Sprint(r.members)
	if r.members < 0 {
		count = "more than 100"
	}
	return fmt.Sprintf("%q (%s; members now: %s)", r.workspace.text("name"), r.throwaway, count)
}

// needs are what questions take together: people and addresses by label, other changes, requests.
type needs struct {
	people, invites, attempts, notes []string
	requests                         int
	writes                           bool
}

func needsOf(chosen []entry) needs {
	var n needs
	for _, e := range chosen {
		n.people = append(n.people, e.people...)
		n.invites = append(n.invites, e.invites...)
		n.attempts = append(n.attempts, e.attempts...)
		n.notes = append(n.notes, e.notes...)
		n.requests += e.most
		n.writes = n.writes || e.how == writing
	}
	for _, list := range []*[]string{&n.people, &n.invites, &n.attempts, &n.notes} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return n
}

// most bounds the requests of the whole run.
func (n needs) most() int {
	// An attempt that is not refused makes a person or an invitation; question 18 tries to make the same person twice.
	people, invites := len(n.people)+len(n.attempts), len(n.invites)+len(n.attempts)
	if !n.writes {
		return prepareMost + n.requests
	}
	return prepareMost + n.requests + cleanMost(people+1, invites+1)
}
