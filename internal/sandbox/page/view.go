package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// view is what the templates show.
type view struct {
	Organization, Plan, Owner string
	Now                       time.Time
	Mark                      string
	Asked                     asked
	Refused                   *refused

	Matrix      matrix
	Menu        *menu
	Inbox       []invite
	Events      []event
	Requests    []request
	Faults      []fault
	Misfortunes []misfortune
	Kinds       []kind
	Paste       []snippet
}

// How many invitations, events and requests are shown.
const (
	maxInbox    = 50
	maxEvents   = 60
	maxRequests = 40
)

func newView(s state, t timeline, now time.Time, faults []fault, a asked, url string) *view {
	v := &view{
		Organization: s.Organization.Name, Plan: s.Organization.Plan, Owner: s.Organization.OwnerEmail,
		Now: now, Mark: t.Mark, Asked: a, Faults: faults, Misfortunes: misfortunes, Kinds: s.kinds,
		Events: t.Events[:min(len(t.Events), maxEvents)], Requests: t.Requests[:min(len(t.Requests), maxRequests)],
	}
	v.Matrix = newMatrix(s, &v.Asked)
	v.Menu = v.Matrix.menu(v.Asked.Menu)
	v.Inbox = inbox(s.Invites)
	v.Paste = snippets(s, t.Unmanaged, url)
	return v
}

// inbox are the invitations that somebody can still do something about, those that wait
// for an answer first.
func inbox(all []invite) []invite {
	open := slices.DeleteFunc(slices.Clone(all), func(i invite) bool { return i.Status != "pending" && i.Status != "expired" })
	slices.SortStableFunc(open, func(a, b invite) int {
		return cmp.Or(-cmp.Compare(a.Status, b.Status), a.Expires.Compare(b.Expires))
	})
	return open[:min(len(open), maxInbox)]
}

// Pending tells an invitation that can be answered.
func (i invite) Pending() bool { return i.Status == "pending" }

// Waiting is how many invitations can be answered.
func (v *view) Waiting() (n int) {
	for _, i := range v.Inbox {
		if i.Pending() {
			n++
		}
	}
	return n
}

// Latest is what happened last, as a sentence.
func (v *view) Latest() string {
	if len(v.Events) == 0 {
		return ""
	}
	return v.Events[0].Who + " " + v.Events[0].What + "."
}

func day(t time.Time) string       { return t.Local().Format("2 January 2006") }
func clockText(t time.Time) string { return t.Local().Format("15:04:05") }

// sheet cuts a page out of n things, and corrects a page that does not exist.
type sheet struct{ From, To, Of, Page, Pages int }

func newSheet(n, size int, page *int) sheet {
	pages := max((n+size-1)/size, 1)
	*page = min(*page, pages)
	from := (*page - 1) * size
	return sheet{from, min(from+size, n), n, *page, pages}
}

// String says which part this is.
func (s sheet) String() string {
	if s.Pages == 1 {
		return fmt.Sprint(s.Of)
	}
	return fmt.Sprintf("%d–%d of %d", s.From+1, s.To, s.Of)
}

// matches tells whether a person is among those that are looked for.
func (p person) matches(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return text == "" || strings.Contains(strings.ToLower(p.Email), text) || strings.Contains(strings.ToLower(p.Name), text)
}
