package access

import (
	"cmp"
	_ "embed"
	"html/template"
	"strings"
)

// How much a page shows: more than this nobody scrolls through, and every plan keeps it in the state.
const (
	htmlPeople     = 1000
	htmlWorkspaces = 100
)

//go:embed report.html
var htmlText string

var htmlPage = template.Must(template.New("report").Parse(htmlText))

type htmlReport struct {
	Summary    string
	Exceptions []Exception
	Everywhere []MatrixRow
	Workspaces []MatrixWorkspace
	Rows       []htmlRow
	Rest       string
	Notes      []string
}

type htmlRow struct {
	Name, Email, OrganizationRole string
	Cells                         []htmlCell
}

type htmlCell struct{ Letter, Title string }

// HTML renders the report as one page that needs nothing else: no script, no font, no other
// file. The same report gives the same page. Beyond 1,000 people or 100 workspaces it ends
// with how many more there are.
func (r Report) HTML(exceptions []Exception) string {
	m := r.Matrix()
	part, rest := m.cut(htmlPeople, htmlWorkspaces)
	page := htmlReport{
		Summary: plural(len(m.Everywhere)+len(m.Rows), "person", "people") + ", " + plural(len(m.Workspaces), "workspace", "workspaces") + ", " +
			plural(len(exceptions), "entry to look at first", "entries to look at first") + ".",
		Exceptions: exceptions, Everywhere: m.Everywhere, Workspaces: part.Workspaces, Rest: rest, Notes: r.Notes,
	}
	for _, row := range part.Rows {
		name, _, _ := strings.Cut(row.Label, " <")
		if name == row.Email {
			name = ""
		}
		line := htmlRow{name, cmp.Or(row.Email, row.UserID), row.OrganizationRole, make([]htmlCell, len(part.Workspaces))}
		for i, w := range part.Workspaces {
			if role := row.Roles[i]; role != "" {
				line.Cells[i] = htmlCell{letter(role), cmp.Or(name, row.Email) + ": " + role + " in " + w.Name}
			}
		}
		page.Rows = append(page.Rows, line)
	}
	var out strings.Builder
	if err := htmlPage.Execute(&out, page); err != nil { // a strings.Builder does not fail, and the types are ours
		panic(err)
	}
	return out.String()
}
