package access

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// How much of a matrix stays readable in Markdown, where nothing scrolls by itself.
const (
	markdownPeople     = 100
	markdownWorkspaces = 24
)

// Matrix is a report as people against workspaces. Owners and Admins of the organization
// reach every workspace, so they are told once, in Everywhere. Everybody is in the
// Organization workspace with their organization role, which a row has anyway, so it is no
// column.
type Matrix struct {
	Everywhere []MatrixRow
	Workspaces []MatrixWorkspace
	Rows       []MatrixRow
}

// MatrixWorkspace is a column.
type MatrixWorkspace struct {
	ID, Name string
	Type     tray.WorkspaceType
}

// MatrixRow is one person.
type MatrixRow struct {
	Label            string // "Ana Silva <ana@example.com>", or what there is of it
	Email, UserID    string
	AccountType      tray.AccountType
	OrganizationRole string
	// Roles are the names of the roles in the workspaces, "" for none, column by column.
	// In Everywhere it is empty.
	Roles []string
}

// Matrix arranges the report: rows by e-mail, columns by name. People in no workspace have a row.
func (r Report) Matrix() Matrix {
	var m Matrix
	rows, everywhereBy := map[string]*MatrixRow{}, map[string]bool{}
	column := map[string]int{}
	for _, e := range r.Entries { // sorted by workspace
		if _, there := column[e.WorkspaceID]; !there && e.WorkspaceType != tray.WorkspaceOrganization {
			column[e.WorkspaceID] = len(m.Workspaces)
			m.Workspaces = append(m.Workspaces, MatrixWorkspace{e.WorkspaceID, e.WorkspaceName, e.WorkspaceType})
		}
		if rows[e.UserID] == nil {
			rows[e.UserID] = newMatrixRow(e.Name, e.Email, e.UserID, e.AccountType, e.OrganizationRole)
		}
		everywhereBy[e.UserID] = everywhereBy[e.UserID] || everywhere(e.Role)
	}
	for _, p := range r.People {
		if rows[p.User.ID] == nil {
			rows[p.User.ID] = newMatrixRow(p.User.Name, p.User.Email, p.User.ID, p.User.AccountType, p.User.Role.Name)
		}
	}
	for id, row := range rows {
		if everywhereBy[id] {
			m.Everywhere = append(m.Everywhere, *row)
			continue
		}
		row.Roles = make([]string, len(m.Workspaces))
	}
	for _, e := range r.Entries {
		if row := rows[e.UserID]; row.Roles != nil && e.WorkspaceType != tray.WorkspaceOrganization {
			row.Roles[column[e.WorkspaceID]] = e.Role.Name
		}
	}
	for id, row := range rows {
		if !everywhereBy[id] {
			m.Rows = append(m.Rows, *row)
		}
	}
	byEmail := func(a, b MatrixRow) int { return compareEmails(a.Email, a.UserID, b.Email, b.UserID) }
	slices.SortFunc(m.Everywhere, func(a, b MatrixRow) int {
		return cmp.Or(rank(Role{OrganizationRole, a.OrganizationRole}.canonical())-rank(Role{OrganizationRole, b.OrganizationRole}.canonical()), byEmail(a, b))
	})
	slices.SortFunc(m.Rows, byEmail)
	return m
}

func newMatrixRow(name, email, id string, account tray.AccountType, role string) *MatrixRow {
	return &MatrixRow{
		Label: label(name, email, id), Email: email, UserID: id, AccountType: account,
		OrganizationRole: Role{OrganizationRole, role}.canonical().Name,
	}
}

// cut returns the part of m that fits, and a sentence about the rest, "" when all fits.
func (m Matrix) cut(people, workspaces int) (part Matrix, rest string) {
	var left []string
	part = m
	if n := len(m.Rows) - people; n > 0 {
		part.Rows = m.Rows[:people]
		left = append(left, plural(n, "person", "people"))
	}
	if n := len(m.Workspaces) - workspaces; n > 0 {
		part.Workspaces = m.Workspaces[:workspaces]
		left = append(left, plural(n, "workspace", "workspaces"))
	}
	if left == nil {
		return part, ""
	}
	return part, strings.Join(left, " and ") + " more, which matrix_csv has."
}

// Markdown renders the matrix for a pull request: exceptions first, then who is
// everywhere, then a table with one letter a role. Beyond 100 people or 24 workspaces it
// ends with how many more there are.
func (m Matrix) Markdown(exceptions []Exception) string {
	var out strings.Builder
	for i, e := range exceptions {
		if i == 0 {
			out.WriteString("**To look at first**\n\n")
		}
		out.WriteString("- " + markdownCell(e.Text) + "\n")
	}
	if len(exceptions) > 0 {
		out.WriteString("\n")
	}
	if len(m.Everywhere) > 0 {
		out.WriteString("**In every workspace:** ")
		for i, row := range m.Everywhere {
			if i > 0 {
				out.WriteString(", ")
			}
			fmt.Fprintf(&out, "%s (%s)", markdownCell(row.Label), markdownCell(row.OrganizationRole))
		}
		out.WriteString("\n\n")
	}
	part, rest := m.cut(markdownPeople, markdownWorkspaces)
	out.WriteString("| Person | Organization |")
	for _, w := range part.Workspaces {
		out.WriteString(" " + markdownCell(w.Name) + " |")
	}
	out.WriteString("\n|---|---|" + strings.Repeat(":-:|", len(part.Workspaces)) + "\n")
	for _, row := range part.Rows {
		fmt.Fprintf(&out, "| %s | %s |", markdownCell(row.Label), markdownCell(row.OrganizationRole))
		for i := range part.Workspaces {
			out.WriteString(" " + markdownCell(letter(row.Roles[i])) + " |")
		}
		out.WriteString("\n")
	}
	out.WriteString("\nA is Admin, C Contributor, V Viewer.\n")
	if rest != "" {
		out.WriteString("\nNot shown: " + rest + "\n")
	}
	return out.String()
}

// CSV renders all of the matrix, with whole words. Organization Owners and Admins are rows too.
func (m Matrix) CSV() string {
	var out strings.Builder
	w := csv.NewWriter(&out)
	head := []string{"email", "user_id", "account_type", "organization_role"}
	for _, column := range m.Workspaces {
		head = append(head, column.Name)
	}
	lines := [][]string{head}
	for _, row := range slices.Concat(m.Everywhere, m.Rows) {
		line := []string{row.Email, row.UserID, string(row.AccountType), row.OrganizationRole}
		roles := row.Roles
		if roles == nil {
			roles = slices.Repeat([]string{row.OrganizationRole}, len(m.Workspaces))
		}
		lines = append(lines, append(line, roles...))
	}
	for _, line := range lines {
		for i, cell := range line {
			line[i] = csvCell(cell)
		}
		_ = w.Write(line) // a strings.Builder does not fail
	}
	w.Flush()
	return out.String()
}

// letter is a role in a narrow column: the first letter of Tray's roles, else the name.
func letter(role string) string {
	switch role {
	case "Owner", "Admin", "Contributor", "Viewer":
		return role[:1]
	}
	return role
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
