package review

import (
	"fmt"
	"slices"
	"strings"
)

// mermaidArrows is how many arrows a picture may have before people fold into groups. A
// picture with more is taller than a screen.
const mermaidArrows = 40

// Mermaid draws who gains and who loses what, as a flow chart without a fence around it.
func (r *Review) Mermaid() string {
	m := &picture{nodes: map[string]string{}}
	m.out.WriteString("flowchart LR\n")
	shown := r.only(Gain, Lose, Up, Down, Role, Pending, Withdrawn, Unsure)
	if len(shown) == 0 {
		m.node("none", r.Sentence)
		return m.out.String()
	}
	if len(shown) <= mermaidArrows {
		for _, a := range shown {
			m.arrow(a.Kind, "p:"+a.personKey, a.who().String(), a.Where, verbOf(a))
		}
	} else {
		m.groups(shown)
	}
	for _, kind := range []struct {
		kinds  []Kind
		colour string
	}{{[]Kind{Gain, Up}, "#1a7f37"}, {[]Kind{Lose, Down, Withdrawn}, "#cf222e"}, {[]Kind{Pending, Unsure, Role}, "#9a6700"}} {
		var numbers []string
		for i, k := range m.arrows {
			if slices.Contains(kind.kinds, k) {
				numbers = append(numbers, fmt.Sprint(i))
			}
		}
		if len(numbers) > 0 {
			fmt.Fprintf(&m.out, "  linkStyle %s stroke:%s\n", strings.Join(numbers, ","), kind.colour)
		}
	}
	return m.out.String()
}

// groups draws one arrow for all people to whom the same happens in the same place.
func (m *picture) groups(all []Access) {
	type group struct {
		kind        Kind
		where, verb string
	}
	count := map[group]int{}
	var order []group
	for _, a := range all {
		g := group{a.Kind, a.Where, verbOf(a)}
		if count[g] == 0 {
			order = append(order, g)
		}
		count[g]++
	}
	slices.SortStableFunc(order, func(a, b group) int {
		return compareStrings(a.where, b.where, string(a.kind), string(b.kind), a.verb, b.verb)
	})
	for i, g := range order[:min(len(order), mermaidArrows)] {
		m.arrow(g.kind, fmt.Sprintf("g:%d", i), many(count[g], "person", "people"), g.where, g.verb)
	}
	if left := len(order) - mermaidArrows; left > 0 {
		m.node("left", many(left, "more group", "more groups")+": read the Markdown")
	}
}

func verbOf(a Access) string {
	switch a.Kind {
	case Gain:
		return "gains " + a.To
	case Lose:
		return "loses " + a.From
	case Pending:
		return "will be " + a.To
	case Withdrawn:
		return "no longer invited as " + a.From
	case Unsure:
		return "decided by the apply"
	}
	return a.From + " → " + a.To
}

type picture struct {
	out    strings.Builder
	nodes  map[string]string // key → id; ids are numbers, as names may be reserved words
	arrows []Kind
}

func (m *picture) node(key, label string) string {
	id, ok := m.nodes[key]
	if !ok {
		id = fmt.Sprintf("n%d", len(m.nodes))
		m.nodes[key] = id
		fmt.Fprintf(&m.out, "  %s[\"%s\"]\n", id, mermaidText(label))
	}
	return id
}

func (m *picture) arrow(kind Kind, key, who, where, verb string) {
	from, to := m.node(key, who), m.node("w:"+where, where)
	m.arrows = append(m.arrows, kind)
	line := "-->"
	if kind == Pending || kind == Unsure || kind == Withdrawn {
		line = "-.->"
	}
	fmt.Fprintf(&m.out, "  %s %s|\"%s\"| %s\n", from, line, mermaidText(verb), to)
}

// mermaidText writes what means something to Mermaid, Markdown or HTML as entities.
func mermaidText(s string) string {
	var out strings.Builder
	for _, r := range clean(s) {
		if strings.ContainsRune("\"#<>&`|[](){};%\\*_~@", r) {
			fmt.Fprintf(&out, "#%d;", r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
