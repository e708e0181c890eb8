package review

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// document is a review in order, before it is Markdown or text.
type document struct {
	sentence string
	lead     []phrase
	sections []section
	counts   string
}

// section is a table when it has a head, else a list.
type section struct {
	title, note string
	head        []string
	rows        [][]phrase
	minor       bool // it is cut before the others
}

// placesPerRow is how many workspaces stand in one cell. Whoever has more gets several rows.
const placesPerRow = 25

func (r *Review) document() document {
	doc := document{sentence: r.Sentence, lead: r.Incomplete, counts: r.countsLine()}
	for _, s := range []section{
		people("Gain access", "", r.only(Gain)),
		people("Lose access", "", r.only(Lose)),
		roles("Change role", r.only(Up, Down, Role)),
		people("Pending", "They get access when they accept their invitation.", r.only(Pending)),
		r.endsSection(),
		people("Withdrawn", "They were to get access, and have none yet.", r.only(Withdrawn)),
		r.unsureSection(),
		changesSection("Workspaces and the organization", "", r.Changes, partObjects),
		changesSection("Other changes in Tray", "", r.Changes, partDetails),
		r.actionsSection(),
		r.guardrailSection(),
		{title: "Checks", rows: lines(r.Warnings)},
		r.noEffect(),
		changesSection("Not reviewed", "Types that this review has no words for: read them in the plan itself.", r.Changes, partOthers),
		r.driftSection(),
	} {
		if len(s.rows) > 0 {
			doc.sections = append(doc.sections, s)
		}
	}
	return doc
}

func (r *Review) only(kinds ...Kind) []Access {
	var all []Access
	for _, a := range r.Access {
		if slices.Contains(kinds, a.Kind) {
			all = append(all, a)
		}
	}
	return all
}

func lines(all []phrase) [][]phrase {
	var rows [][]phrase
	for _, p := range all {
		rows = append(rows, []phrase{p})
	}
	return rows
}

// people is a table with a row for each person.
func people(title, note string, all []Access) section {
	s := section{title: title, note: note, head: []string{"Who", "What"}}
	for len(all) > 0 {
		n := 1
		for n < len(all) && n < placesPerRow && all[n].personKey == all[0].personKey && all[n].Person == all[0].Person {
			n++
		}
		s.rows = append(s.rows, []phrase{say("%s", all[0].Person), places(all[:n])})
		all = all[n:]
	}
	return s
}

// places says where one person has which role, the strongest first.
func places(all []Access) phrase {
	type group struct {
		role, notes  string
		organization bool
		items        []Access
	}
	var groups []*group
	for _, a := range all {
		role := a.To
		if role == "" {
			role = a.From
		}
		notes := notesOf(a).String()
		i := slices.IndexFunc(groups, func(g *group) bool {
			return strings.EqualFold(g.role, role) && g.notes == notes && g.organization == a.Organization
		})
		if i < 0 {
			groups = append(groups, &group{role, notes, a.Organization, nil})
			i = len(groups) - 1
		}
		groups[i].items = append(groups[i].items, a)
	}
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Or(b2i(b.organization)-b2i(a.organization), rankOf(b.role)-rankOf(a.role))
	})
	var said []phrase
	for _, g := range groups {
		var where []phrase
		for _, a := range g.items {
			where = append(where, a.place)
		}
		p := roleName(g.role).and(" in ", joined(where, ", "))
		if g.organization {
			p = membershipOf(g.items[0].Kind, joined(where, ", "), roleName(g.role))
		}
		if g.notes != "" {
			p = p.and(" ", notesOf(g.items[0]))
		}
		said = append(said, p)
	}
	return joined(said, "; ")
}

// membershipOf says the same of the organization, which people join and leave.
func membershipOf(kind Kind, where, role phrase) phrase {
	if kind == Withdrawn {
		return say("was invited to ").and("", where).and(" as ", role)
	}
	if kind == Lose {
		return say("leaves ").and("", where).and(" (was ", role).and("", say(")"))
	}
	return say("joins ").and("", where).and(" as ", role)
}

func notesOf(a Access) phrase {
	if len(a.Notes) == 0 {
		return phrase{}
	}
	return say("(").and("", joined(a.Notes, "; ")).and("", say(")"))
}

// roleName shows an Admin in bold: that is what a reviewer looks for. What is no role of
// ours is a name like any other.
func roleName(role string) phrase {
	switch {
	case rankOf(role) >= 3:
		return say("%b", title(role))
	case rankOf(role) == 2:
		return say("Contributor")
	case rankOf(role) == 1:
		return say("Viewer")
	case role == "":
		return say("a member")
	}
	return say("%s", role)
}

func roles(name string, all []Access) section {
	s := section{title: name, head: []string{"Who", "Where", "From", "To", ""}}
	for _, a := range all {
		direction := phrase{}
		switch a.Kind {
		case Up:
			direction = say("▲ more rights")
		case Down:
			direction = say("▼ fewer rights")
		}
		s.rows = append(s.rows, []phrase{say("%s", a.Person), a.place, roleName(a.From), roleName(a.To), direction.and(" ", notesOf(a))})
	}
	return s
}

func (r *Review) unsureSection() section {
	s := section{title: "Decided by the apply", note: "The plan does not tell yet who or what this is about."}
	for _, a := range r.only(Unsure) {
		verb := say(" gains access: ")
		if a.To == "" {
			verb = say(" loses access: ")
		}
		s.rows = append(s.rows, []phrase{say("%s", a.Person).and("", verb).and("", places([]Access{a})).and(" ", addresses(a.Addresses))})
	}
	for _, d := range r.Unsure {
		s.rows = append(s.rows, []phrase{d.Text.and(" ", addresses([]string{d.Address}))})
	}
	return s
}

func addresses(all []string) phrase {
	var p []phrase
	for _, a := range all {
		p = append(p, say("%s", a))
	}
	return say("(").and("", joined(p, ", ")).and("", say(")"))
}

func changesSection(name, note string, all []Change, which part) section {
	s := section{title: name, note: note, minor: which != partObjects}
	for _, c := range all {
		if c.part == which {
			s.rows = append(s.rows, []phrase{c.line()})
		}
	}
	return s
}

// line is the change's sentence, with its address unless that is its name.
func (c Change) line() phrase {
	if c.Name == clean(c.Address) || slices.Contains(c.Text.names, c.Address) {
		return c.Text
	}
	return c.Text.and(" ", addresses([]string{c.Address}))
}

func (r *Review) guardrailSection() section {
	s := section{title: "Guardrails"}
	for _, g := range r.Guardrails {
		p := g.Text
		if g.Address != "" {
			p = p.and(" ", addresses([]string{g.Address}))
		}
		s.rows = append(s.rows, []phrase{p})
	}
	return s
}

// noEffect tells what looks like a change in the plan, and takes nothing away.
func (r *Review) noEffect() section {
	s := section{title: "No effect on access", minor: true, note: "Told so that nobody has to wonder about it."}
	for _, a := range r.only(Kept) {
		s.rows = append(s.rows, []phrase{say("%s stays ", a.Person).and("", roleName(a.From)).and(" in ", a.place).and(" ", addresses(a.Addresses))})
	}
	s.rows = append(s.rows, changesSection("", "", r.Changes, partNoEffect).rows...)
	return s
}

func (r *Review) driftSection() section {
	s := section{title: "Drift", minor: true, note: "What was changed outside Terraform since the last apply. It is so already; nobody approves it here."}
	verbs := map[Kind]string{Gain: "got", Lose: "lost", Up: "was raised to", Down: "was lowered to", Role: "got",
		Pending: "was invited as", Withdrawn: "is no longer invited as", Unsure: "has or had", Kept: "has"}
	for _, a := range r.Drift.Access {
		role := a.To
		if a.Kind == Lose || a.Kind == Withdrawn {
			role = a.From
		}
		verb := verbs[a.Kind]
		if a.accepts {
			verb = "accepted the invitation, and is"
		}
		s.rows = append(s.rows, []phrase{say("%s "+verb+" ", a.Person).and("", roleName(role)).and(" in ", a.place)})
	}
	for _, c := range r.Drift.Changes {
		s.rows = append(s.rows, []phrase{c.driftLine()})
	}
	return s
}

// past turns our words for what is done into words for what was done.
var past = strings.NewReplacer("is deleted", "was deleted", " changes", " was changed")

// driftLine is the sentence in the past: what is gone is gone.
func (c Change) driftLine() phrase {
	p := c.line()
	p.format = past.Replace(p.format)
	return p
}

func (r *Review) countsLine() string {
	order := []string{"create", "update", "replace", "delete", "forget", "forget and create", "import", "move", "unknown", "outputs", "actions", "data reads"}
	left := maps.Clone(r.Counts)
	var parts []string
	for _, what := range order {
		if n := left[what]; n > 0 {
			parts = append(parts, what+" "+strconv.Itoa(n))
		}
	}
	if len(parts) == 0 {
		parts = []string{"none"}
	}
	return "Resources in the plan: " + strings.Join(parts, ", ") + "."
}
