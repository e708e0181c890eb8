package review

import (
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
	title, note, foot string
	head              []string
	signs             []string // what stands before each cell in plain text
	rows              [][]phrase
	count             int  // of what the title speaks of; 0 is the number of rows
	minor             bool // it is cut before the others
}

func (r *Review) document() document {
	doc := document{sentence: r.Sentence, lead: r.Incomplete, counts: r.countsLine()}
	for _, s := range []section{
		r.peopleSection(),
		r.endsSection(),
		r.unsureSection(),
		changesSection("Promotions", "", r.Changes, partPromotions),
		changesSection("Workspaces and what belongs to them", "", r.Changes, partObjects),
		changesSection("Other changes in Tray", "", r.Changes, partDetails),
		r.actionsSection(),
		r.guardrailSection(),
		{title: "Checks", rows: lines(r.Warnings), note: "A check block that fails is a warning: it does not stop the apply."},
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

func (r *Review) unsureSection() section {
	s := section{title: "Decided by the apply", note: "The plan does not tell yet who or what this is about."}
	for _, a := range r.only(Unsure) {
		verb := say(" gains access: ")
		if a.To == "" {
			verb = say(" loses access: ")
		}
		s.rows = append(s.rows, []phrase{a.who().and("", verb).and("", cell([]Access{a})).and(" ", addresses(a.Addresses))})
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
	s := section{title: name, note: note, minor: which != partObjects && which != partPromotions}
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
	for _, text := range r.organizationAdmins() {
		s.rows = append(s.rows, []phrase{text})
	}
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
		s.rows = append(s.rows, []phrase{a.who().and("", say(" stays ")).and("", roleName(a.From)).and(" in ", a.place).and(" ", addresses(a.Addresses))})
	}
	s.rows = append(s.rows, changesSection("", "", r.Changes, partNoEffect).rows...)
	return s
}

func (r *Review) driftSection() section {
	s := section{title: "Drift", minor: true, note: "It has happened in Tray already, outside Terraform and since the last apply. What this change does about it stands at the end of each line."}
	for _, a := range r.Drift.Access {
		s.rows = append(s.rows, []phrase{a.happened().and("; ", r.answerTo(a))})
	}
	for _, c := range r.Drift.Changes {
		s.rows = append(s.rows, []phrase{c.driftLine()})
	}
	return s
}

// happened says what somebody did to access outside Terraform.
func (a Access) happened() phrase {
	who := a.who().and("", say(" "))
	in := say(" in ").and("", a.place)
	if a.Organization {
		in = say(" of ").and("", a.place)
	}
	from, to := roleName(a.From), roleName(a.To)
	switch {
	case a.accepts:
		return who.and("", say("accepted the invitation, and is ")).and("", to).and("", in)
	case a.Kind == Gain:
		return who.and("", say("was made ")).and("", to).and("", in)
	case a.Kind == Lose:
		return who.and("", say("lost ")).and("", from).and("", in)
	case a.Kind == Up, a.Kind == Down, a.Kind == Role:
		return who.and("", say("was made ")).and("", to).and("", in).and("", say(" (was ")).and("", from).and("", say(")"))
	case a.Kind == Pending:
		return who.and("", say("was invited as ")).and("", to).and("", in)
	case a.Kind == Withdrawn:
		return who.and("", say("is no longer invited as ")).and("", from).and("", in)
	case a.Kind == Unsure && a.To == "":
		return who.and("", say("had ")).and("", from).and("", in)
	}
	return who.and("", say("has ")).and("", to).and("", in)
}

// answerTo says what the change does about a drift.
func (r *Review) answerTo(drift Access) phrase {
	i := slices.IndexFunc(r.Access, func(a Access) bool { return a.key == drift.key && a.Kind != Kept })
	switch {
	case i < 0:
		return say("this change leaves it so")
	case r.Access[i].Kind == Withdrawn:
		return say("this change withdraws the invitation")
	case r.Access[i].To == "":
		return say("this change removes them from ").and("", drift.place)
	case r.Access[i].UndoesDrift:
		return say("this change sets ").and("", roleName(r.Access[i].To)).and("", say(" again"))
	}
	return say("this change sets ").and("", roleName(r.Access[i].To))
}

// past turns our words for what is done into words for what was done.
var past = strings.NewReplacer("is deleted", "was deleted", " changes", " was changed", runsAtApply, "was changed")

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
