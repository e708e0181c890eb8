package page

import (
	"slices"
	"strings"
)

// How much of an organization fits on one page: readable, and quickly there.
const (
	peoplePerPage     = 60
	workspacesPerPage = 24
)

// How long a name may be at the head of a column.
const headLength = 25

// Short is a name that fits there. Both of its ends stay: names of a kind begin alike.
func (w workspace) Short() string {
	name := []rune(w.Name)
	if len(name) <= headLength {
		return w.Name
	}
	return string(name[:headLength/2]) + "…" + string(name[len(name)-headLength/2:])
}

// matrix is who is in which workspace.
type matrix struct {
	Columns            []workspace
	Rows               []row
	People, Workspaces sheet
	Everybody          int // with those that the filter hides
	Previous, Next     string
	PreviousW, NextW   string
}

type row struct {
	person
	Cells []cell
}

// cell is a role of a person: in a workspace, or in the organization. Key names its menu.
type cell struct{ Key, Role, Where string }

// Letter is what a cell shows.
func (c cell) Letter() string {
	if c.Role == "" {
		return "·"
	}
	return c.Role[:1]
}

// Class is what a cell looks like.
func (c cell) Class() string { return strings.ToLower(c.Role) }

// Title is what the cell says in words.
func (r row) Title(c cell) string {
	if c.Role == "" {
		return r.Email + " is not in " + c.Where
	}
	return r.Email + " in " + c.Where + ": " + c.Role
}

// Organization is the cell of the role in the organization.
func (r row) Organization() cell { return cell{"p:" + r.ID, r.Role.Name, "the organization"} }

func newMatrix(s state, a *asked) matrix {
	columns := slices.DeleteFunc(slices.Clone(s.Workspaces), func(w workspace) bool { return w.Type != "Shared" && w.Type != "Embedded" })
	people := slices.DeleteFunc(slices.Clone(s.Users), func(p person) bool { return !p.matches(a.People) })
	m := matrix{Everybody: len(s.Users), People: newSheet(len(people), peoplePerPage, &a.Page),
		Workspaces: newSheet(len(columns), workspacesPerPage, &a.Workspaces)}
	m.Columns = columns[m.Workspaces.From:m.Workspaces.To]
	m.link(*a)
	type place struct{ email, workspace string }
	roles := make(map[place]string, len(s.Members))
	for _, one := range s.Members {
		roles[place{one.Email, one.WorkspaceID}] = one.Role
	}
	for _, p := range people[m.People.From:m.People.To] {
		r := row{person: p}
		for _, w := range m.Columns {
			r.Cells = append(r.Cells, cell{"m:" + p.ID + ":" + w.ID, roles[place{p.Email, w.ID}], w.Name})
		}
		m.Rows = append(m.Rows, r)
	}
	return m
}

// link sets the ways to the pages before and after.
func (m *matrix) link(a asked) {
	if a.Page > 1 {
		m.Previous = a.onPage(a.Page - 1).link()
	}
	if a.Page < m.People.Pages {
		m.Next = a.onPage(a.Page + 1).link()
	}
	if a.Workspaces > 1 {
		m.PreviousW = a.onWorkspaces(a.Workspaces - 1).link()
	}
	if a.Workspaces < m.Workspaces.Pages {
		m.NextW = a.onWorkspaces(a.Workspaces + 1).link()
	}
}

// menu is what can be done about one cell.
type menu struct {
	Key, Action     string
	Person, Where   string
	User, Workspace string // ids; no workspace for the organization
	Role            string
	Choices         []choice
}

type choice struct{ Role, Label string }

// menu is the one of a key, or nil when what it is about is not on this page.
func (m *matrix) menu(key string) *menu {
	for _, r := range m.Rows {
		if key == r.Organization().Key {
			return &menu{Key: key, Action: "role", Person: r.Email, Where: "the organization", User: r.ID, Role: r.Role.Name,
				Choices: []choice{{"Viewer", "Viewer"}, {"Contributor", "Contributor"}, {"Admin", "Admin"}}}
		}
		for i, c := range r.Cells {
			if key == c.Key {
				return &menu{Key: key, Action: "member", Person: r.Email, Where: c.Where, User: r.ID, Workspace: m.Columns[i].ID, Role: c.Role,
					Choices: []choice{{"", "Not in it"}, {"Viewer", "Viewer"}, {"Contributor", "Contributor"}, {"Admin", "Admin"}}}
			}
		}
	}
	return nil
}
