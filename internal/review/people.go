package review

import (
	"cmp"
	"slices"
	"strings"
)

// placesPerRow is how many workspaces stand in one row. Whoever has more gets several rows.
const placesPerRow = 25

// likely explains a word of the table that is not certain.
const likely = "“Probably”: the workspace does not exist yet, and only the key of the resource says which one it is."

// gained and lost are the kinds of the two columns. What is decided by the apply, and what
// only looks like a change, is in neither.
var (
	gained = []Kind{Gain, Up, Role, Pending}
	lost   = []Kind{Lose, Down, Withdrawn}
)

// affected is what happens to one person, in all places of an organization.
type affected struct {
	who          phrase
	organization string
	gains, loses []Access
}

// affected lists everybody to whom something happens, each once in an organization, in the
// order of access.
func (r *Review) affected() []affected {
	var all []affected
	at := map[string]int{}
	for _, a := range r.only(slices.Concat(gained, lost)...) {
		i, ok := at[a.personKey]
		if !ok {
			i = len(all)
			at[a.personKey] = i
			all = append(all, affected{who: a.who(), organization: a.Provider})
		}
		if slices.Contains(gained, a.Kind) {
			all[i].gains = append(all[i].gains, a)
		} else {
			all[i].loses = append(all[i].loses, a)
		}
	}
	return all
}

// peopleSection is the first table: a row for each person, with what they gain and lose.
func (r *Review) peopleSection() section {
	all := r.affected()
	s := section{title: "Who gains and who loses what", head: []string{"Who", "Gains", "Loses"}, signs: []string{"", "+ ", "- "}, count: len(all)}
	for _, p := range all {
		for gains, loses := p.gains, p.loses; len(gains)+len(loses) > 0; {
			g, l := min(len(gains), placesPerRow), min(len(loses), placesPerRow)
			s.rows = append(s.rows, []phrase{p.who, gainedCell(gains[:g]), cell(loses[:l])})
			gains, loses = gains[g:], loses[l:]
		}
	}
	if slices.ContainsFunc(r.Access, func(a Access) bool { return a.likely }) {
		s.foot = likely
	}
	return s
}

// gainedCell puts what waits for an acceptance last, and says so once.
func gainedCell(all []Access) phrase {
	waits := func(a Access) bool { return a.Kind == Pending }
	now := cell(slices.DeleteFunc(slices.Clone(all), waits))
	later := cell(slices.DeleteFunc(slices.Clone(all), func(a Access) bool { return !waits(a) }))
	if later.format == "" {
		return now
	}
	return now.and("; ", say("after accepting the invitation: ").and("", later))
}

// cell says which role it is where, the organization first and then the strongest role.
func cell(all []Access) phrase {
	type group struct {
		first Access
		notes phrase
		items []phrase
	}
	var groups []*group
	for _, a := range all {
		notes := a.remarks()
		i := slices.IndexFunc(groups, func(g *group) bool {
			return strings.EqualFold(g.first.role(), a.role()) && g.first.Kind == a.Kind && g.first.likely == a.likely && g.first.Organization == a.Organization && g.notes.String() == notes.String()
		})
		if i < 0 {
			groups = append(groups, &group{first: a, notes: notes})
			i = len(groups) - 1
		}
		groups[i].items = append(groups[i].items, a.place)
	}
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Or(b2i(b.first.Organization)-b2i(a.first.Organization), rankOf(b.first.role())-rankOf(a.first.role()))
	})
	var said []phrase
	for _, g := range groups {
		p := g.first.has(joined(g.items, ", "))
		if g.notes.format != "" {
			p = p.and(" ", say("(").and("", g.notes).and("", say(")")))
		}
		said = append(said, p)
	}
	return joined(said, "; ")
}

// role is the one that is gained or lost.
func (a Access) role() string {
	if slices.Contains(lost, a.Kind) || a.To == "" {
		return a.From
	}
	return a.To
}

// has says what is gained or lost. An organization is joined and left; a role of those who
// stay in it is of the organization.
func (a Access) has(where phrase) phrase {
	role := roleName(a.role())
	switch {
	case a.likely:
		return role.and(", probably in ", where)
	case !a.Organization:
		return role.and(" in ", where)
	case a.Kind == Withdrawn:
		return say("the invitation to ").and("", where).and(" as ", role)
	case a.Kind == Lose:
		return say("leaves ").and("", where).and(" (was ", role).and("", say(")"))
	case a.Kind == Gain, a.Kind == Pending:
		return say("joins ").and("", where).and(" as ", role)
	}
	return role.and(" of ", where)
}

// remarks are what a reader would ask next, in the brackets of a cell.
func (a Access) remarks() phrase {
	var all []phrase
	switch {
	case a.overtaken: // the note about the change by hand says both
	case a.Kind == Up:
		all = append(all, say("was ").and("", roleName(a.From)))
	case a.Kind == Role:
		all = append(all, say("was ").and("", roleName(a.From)).and("", say("; which of them is more, the plan does not tell")))
	}
	switch {
	case a.Kind == Down && a.To != "":
		all = append(all, say("stays as ").and("", roleName(a.To)))
	case a.Kind == Withdrawn && a.Organization:
		all = append(all, say("withdrawn"))
	case a.Kind == Withdrawn:
		all = append(all, say("planned, never had it"))
	}
	for _, note := range a.Notes {
		if note.format != likely {
			all = append(all, note)
		}
	}
	return joined(all, "; ")
}
