package review

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// endsSoon is how many days ahead the end of somebody's access is told in each review.
const endsSoon = 14

// End is when the access of one person to one workspace ends: told when it does so soon, and
// when the plan changes the date.
type End struct {
	Person      string `json:"person"`
	Where       string `json:"where"`
	WorkspaceID string `json:"workspace_id"`
	Role        string `json:"role"`
	// Date is what the configuration says, "" for no end from now on, and Was what it said.
	Date string `json:"date"`
	Was  string `json:"was"`
	// EndsAt is the first moment without access, in UTC (RFC 3339); "" when there is none, or
	// the apply decides. DaysLeft are the whole days until then when the plan was made, null
	// when the plan does not tell.
	EndsAt   string `json:"ends_at"`
	DaysLeft *int   `json:"days_left"`
	// Changed says that the plan changes the date.
	Changed bool   `json:"changed"`
	Address string `json:"address"`

	place phrase
}

// endOf reads a date as the resources do: a day ends with it, in UTC.
func endOf(date string) (at time.Time, ok bool) {
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		return day.AddDate(0, 0, 1), true
	}
	at, err := time.Parse(time.RFC3339, date)
	return at.UTC(), err == nil
}

// when writes the moment of a date, and how far it is from the plan's own time: the clock of
// the machine that reviews has no say.
func (p *plan) when(date string) (endsAt string, left *int) {
	at, ok := endOf(date)
	if !ok {
		return "", nil
	}
	if made, err := time.Parse(time.RFC3339, p.Timestamp); err == nil {
		days := int(at.Sub(made) / (24 * time.Hour))
		if !made.Before(at) {
			days--
		}
		left = &days
	}
	return at.Format(time.RFC3339), left
}

// endsOf lists the memberships that end soon, or whose dates the plan changes, and the changes
// that it speaks of.
func endsOf(d *directory, p *plan) (all []End, told map[string]bool) {
	told = map[string]bool{}
	for _, c := range p.ResourceChanges {
		n, ok := nouns[c.Type]
		if !ok || n.holds == nil || !c.managed() || c.Deposed != "" {
			continue
		}
		h := n.holds(d, c, false)
		was := map[string]string{}
		for _, g := range h.before {
			was[g.key()] = g.end.s
		}
		for _, g := range h.after {
			before, had := was[g.key()]
			e := End{Person: g.who.label, Where: g.where.label, Role: g.role.s, Date: g.end.s, Was: before, Address: c.id(), place: g.where.phrase(),
				Changed: had && before != g.end.s && g.end.is != unknown}
			e.EndsAt, e.DaysLeft = p.when(e.Date)
			if id, ok := cutID(g.where); ok {
				e.WorkspaceID = id
			}
			if e.Changed {
				told[c.id()] = true
			}
			if e.Changed || e.DaysLeft != nil && *e.DaysLeft <= endsSoon {
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b End) int {
		return cmp.Or(cmp.Compare(soonest(a), soonest(b)), compareStrings(fold(a.Person), fold(b.Person), a.Where, b.Where, a.Address, b.Address))
	})
	return all, told
}

// soonest orders ends by time; those without come last.
func soonest(e End) string { return cmp.Or(e.EndsAt, "~") }

// soon reports whether the access ends within days.
func (e End) soon() bool { return e.DaysLeft != nil && *e.DaysLeft <= endsSoon }

// line is one end in words.
func (e End) line() phrase {
	p := say("%s, ", e.Person).and("", roleName(e.Role)).and(" in ", e.place)
	switch {
	case e.Date == "":
		return p.and(": ", say("does not end any more (was %s)", e.Was))
	case e.DaysLeft == nil:
		p = p.and(": ", say("ends on %s", e.Date))
	case *e.DaysLeft < 0:
		p = p.and(": ", say("ended on %s, and is taken away by the apply of the next plan", e.Date))
	default:
		p = p.and(": ", say("ends "+inDays(*e.DaysLeft)+" (%s)", e.Date))
	}
	switch {
	case e.Changed && e.Was == "":
		p = p.and(", ", say("and did not end before"))
	case e.Changed:
		p = p.and(", ", say("not on %s", e.Was))
	}
	return p
}

func inDays(left int) string {
	switch left {
	case 0:
		return "within a day"
	case 1:
		return "in 1 day"
	}
	return fmt.Sprintf("in %d days", left)
}

// endsSection tells the ends, the next one first.
func (r *Review) endsSection() section {
	s := section{title: "Access that ends"}
	for _, e := range r.Ends {
		s.rows = append(s.rows, []phrase{e.line()})
	}
	return s
}
