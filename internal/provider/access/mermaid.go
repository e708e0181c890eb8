package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// mermaidEdges is how many arrows a diagram may have before people are folded into roles:
// a page shows about as many below each other. Mermaid itself refuses more than 500.
const mermaidEdges = 40

// Mermaid renders the report as a flow chart. People who reach every workspace by their
// organization role point at one node instead of at each workspace. A report with too
// many arrows has a node for each role in place of people, with "3 people" on the arrow;
// one that still has too many, an arrow for each workspace, and in the end no more than
// mermaidEdges of these.
func (r Report) Mermaid() string {
	m := mermaid{nodes: map[string]string{}}
	m.out.WriteString("flowchart LR\n")
	direct, reach := r.direct()
	if len(direct)+len(reach) <= mermaidEdges {
		for _, e := range reach {
			m.edge("p:"+e.UserID, label(e.Name, e.Email, e.UserID), e.Role.FullName(), "every", everyWorkspace)
		}
		for _, e := range direct {
			m.edge("p:"+e.UserID, label(e.Name, e.Email, e.UserID), e.Role.Name, "w:"+e.WorkspaceID, e.WorkspaceName)
		}
		return m.out.String()
	}
	for _, g := range count(reach, func(Entry) string { return "every" }) {
		m.edge("r:"+g.role.FullName(), g.role.FullName(), plural(g.people, "person", "people"), "every", everyWorkspace)
	}
	m.folded(count(direct, func(e Entry) string { return e.WorkspaceID }))
	return m.out.String()
}

const everyWorkspace = "every workspace of this report"

// direct tells those who reach every workspace, one entry each, from all other entries.
func (r Report) direct() (direct, reach []Entry) {
	seen := map[string]bool{}
	for _, e := range r.Entries {
		switch {
		case !everywhere(e.Role):
			direct = append(direct, e)
		case !seen[e.UserID]:
			seen[e.UserID] = true
			reach = append(reach, e)
		}
	}
	return direct, reach
}

// group is how many people have one role in one place.
type group struct {
	place, name string
	role        Role
	people      int
}

// count groups entries by place and role, in the order of places and of the table of roles.
func count(entries []Entry, place func(Entry) string) (groups []group) {
	at := map[string]int{}
	for _, e := range entries {
		key := place(e) + "\x00" + e.Role.FullName()
		if _, there := at[key]; !there {
			at[key] = len(groups)
			groups = append(groups, group{place(e), e.WorkspaceName, e.Role, 0})
		}
		groups[at[key]].people++
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.place, b.place), rank(a.role)-rank(b.role))
	})
	return groups
}

// folded draws groups: by role while that fits, else an arrow for each workspace.
func (m *mermaid) folded(groups []group) {
	if len(groups) <= mermaidEdges {
		for _, g := range groups {
			m.edge("r:"+g.role.FullName(), g.role.Name, plural(g.people, "person", "people"), "w:"+g.place, g.name)
		}
		return
	}
	drawn := 0
	for i := 0; i < len(groups); {
		var said []string
		first := groups[i]
		for ; i < len(groups) && groups[i].place == first.place; i++ {
			said = append(said, fmt.Sprintf("%d × %s", groups[i].people, groups[i].role.Name))
		}
		if drawn++; drawn == mermaidEdges && i < len(groups) {
			m.edge("members", "members", "…", "rest", "more workspaces, which the table has")
			return
		}
		m.edge("members", "members", strings.Join(said, ", "), "w:"+first.place, first.name)
	}
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
