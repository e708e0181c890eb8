package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// mermaidEdges is how many arrows a diagram may have before people are folded into
// groups: Mermaid refuses more than 500 unless the page that shows it says otherwise.
const mermaidEdges = 400

// Mermaid renders the report as a flow chart. People who reach every workspace by their
// organization role point at one node instead of at each workspace. A report with too
// many arrows folds people into "n × Role" for each workspace.
func (r Report) Mermaid() string {
	m := mermaid{nodes: map[string]string{}}
	m.out.WriteString("flowchart LR\n")
	everyone := map[string]bool{}
	var direct []Entry
	for _, row := range r.Entries {
		if !everywhere(row.Role) {
			direct = append(direct, row)
			continue
		}
		if !everyone[row.UserID] {
			everyone[row.UserID] = true
			m.edge("p:"+row.UserID, label(row.Name, row.Email, row.UserID), row.Role.FullName(), "every", "every workspace of this report")
		}
	}
	if len(direct)+len(everyone) <= mermaidEdges {
		for _, row := range direct {
			m.edge("p:"+row.UserID, label(row.Name, row.Email, row.UserID), row.Role.Name, "w:"+row.WorkspaceID, row.WorkspaceName)
		}
		return m.out.String()
	}
	type group struct{ workspace, name, role string }
	count := map[group]int{}
	var order []group
	for _, row := range direct {
		g := group{row.WorkspaceID, row.WorkspaceName, row.Role.Name}
		if count[g] == 0 {
			order = append(order, g)
		}
		count[g]++
	}
	slices.SortStableFunc(order, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.workspace, b.workspace), cmp.Compare(a.role, b.role))
	})
	for _, g := range order {
		m.edge("g:"+g.workspace+g.role, fmt.Sprintf("%d × %s", count[g], g.role), g.role, "w:"+g.workspace, g.name)
	}
	return m.out.String()
}

type mermaid struct {
	out   strings.Builder
	nodes map[string]string // key → node id; ids are numbers, as names may be reserved words
}

func (m *mermaid) edge(from, fromLabel, text, to, toLabel string) {
	a, b := m.node(from, fromLabel, `["`, `"]`), m.node(to, toLabel, `(["`, `"])`)
	fmt.Fprintf(&m.out, "  %s -->|\"%s\"| %s\n", a, mermaidText(text), b)
}

func (m *mermaid) node(key, label, open, end string) string {
	if id, ok := m.nodes[key]; ok {
		return id
	}
	id := fmt.Sprintf("n%d", len(m.nodes)+1)
	m.nodes[key] = id
	fmt.Fprintf(&m.out, "  %s%s%s%s\n", id, open, mermaidText(label), end)
	return id
}

// mermaidText escapes a label in quotes: everything that Mermaid, Markdown within it
// or HTML would read becomes an entity in Mermaid's own notation.
func mermaidText(s string) string {
	var out strings.Builder
	for _, c := range s {
		switch {
		case c == '\n' || c == '\r' || c == '\t':
			out.WriteByte(' ')
		case strings.ContainsRune("\"#;&<>`|\\{}[]()*_~", c):
			fmt.Fprintf(&out, "#%d;", c)
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}

// rank orders roles as the table does; unknown ones come last.
func rank(r Role) int {
	if i := slices.Index(Roles(), r); i >= 0 {
		return i
	}
	return len(roles)
}

func sortKeys[K any](keys []K, by func(K) (int, string)) {
	slices.SortFunc(keys, func(x, y K) int {
		nx, sx := by(x)
		ny, sy := by(y)
		return cmp.Or(cmp.Compare(nx, ny), cmp.Compare(sx, sy))
	})
}
