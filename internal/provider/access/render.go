package access

import (
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"
)

// CSV renders the rows for a spreadsheet, one line each under a header. What a role allows is
// not repeated in each: tray_role_permissions has it. A cell that a
// spreadsheet would take for a formula gets an apostrophe in front: names come from
// people, and "=HYPERLINK(…)" is a valid name in Tray.
func (r Report) CSV() string {
	var out strings.Builder
	w := csv.NewWriter(&out)
	lines := [][]string{{"workspace", "workspace_id", "workspace_type", "email", "name", "user_id", "account_type",
		"organization_role", "role", "granted_by"}}
	dated := len(lines[0]) // what follows is ours: a date, and days that may be negative
	if r.Dated {
		lines[0] = append(lines[0], "ends_at", "days_left")
	}
	for _, row := range r.Entries {
		lines = append(lines, []string{row.WorkspaceName, row.WorkspaceID, string(row.WorkspaceType), row.Email, row.Name, row.UserID,
			string(row.AccountType), row.OrganizationRole, row.Role.FullName(), strings.Join(row.GrantedBy, "; ")})
		if r.Dated {
			at, left := row.endCells()
			lines[len(lines)-1] = append(lines[len(lines)-1], at, left)
		}
	}
	for _, line := range lines {
		for i, cell := range line[:dated] {
			line[i] = csvCell(cell)
		}
		_ = w.Write(line) // a strings.Builder does not fail
	}
	w.Flush()
	return out.String()
}

func csvCell(s string) string {
	if start := strings.TrimLeftFunc(s, unicode.IsSpace); start != "" && strings.ContainsAny(start[:1], "=+-@") {
		return "'" + s
	}
	if s != "" && strings.ContainsAny(s[:1], "\t\r\n") {
		return "'" + s
	}
	return s
}

// Markdown renders the report for a pull request: a table, what each role in it means,
// and what could not be told.
func (r Report) Markdown() string {
	var out strings.Builder
	head, rule := "| Workspace | Type | Person | Account | Role | By |", "|---|---|---|---|---|---|"
	if r.Dated {
		head, rule = head+" Ends |", rule+"---|"
	}
	out.WriteString(head + "\n" + rule + "\n")
	for _, row := range r.Entries {
		cells := []string{row.WorkspaceName, string(row.WorkspaceType), label(row.Name, row.Email, row.UserID),
			string(row.AccountType), row.Role.FullName(), strings.Join(row.GrantedBy, ", ")}
		if r.Dated {
			cells = append(cells, row.End)
		}
		for _, cell := range cells {
			out.WriteString("| " + markdownCell(cell) + " ")
		}
		out.WriteString("|\n")
	}
	if used := r.rolesUsed(); len(used) > 0 {
		out.WriteString("\n| Role | Workspace type | Rights |\n|---|---|---|\n")
		for _, u := range used {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", markdownCell(u.Role.FullName()), markdownCell(string(u.WorkspaceType)), markdownCell(strings.Join(u.Rights, ", ")))
		}
	}
	for i, note := range r.Notes {
		if i == 0 {
			out.WriteString("\n")
		}
		out.WriteString("- " + markdownCell(note) + "\n")
	}
	return out.String()
}

// rolesUsed returns a row of the report for each pair of role and workspace type, in
// the order of the table.
func (r Report) rolesUsed() []Entry {
	type key struct{ role, kind string }
	seen := map[key]Entry{}
	var order []key
	for _, row := range r.Entries {
		k := key{row.Role.FullName(), string(row.WorkspaceType)}
		if _, again := seen[k]; !again {
			seen[k] = row
			order = append(order, k)
		}
	}
	sortKeys(order, func(k key) (int, string) { return rank(seen[k].Role), k.role + "\x00" + k.kind })
	used := make([]Entry, len(order))
	for i, k := range order {
		used[i] = seen[k]
	}
	return used
}

// markdownCell keeps a name from being read as markup, from ending its cell, and from
// notifying whoever has that handle where the table is posted.
func markdownCell(s string) string {
	var out strings.Builder
	previous := ' '
	for _, c := range s {
		switch {
		case c == '\r':
			continue
		case c == '\n':
			out.WriteString("<br>")
		case strings.ContainsRune("<>&", c):
			fmt.Fprintf(&out, "&#%d;", c)
		case c == '@' && !unicode.IsLetter(previous) && !unicode.IsDigit(previous):
			out.WriteString("&#64;")
		case strings.ContainsRune("\\`*_{}[]()#|~$!", c):
			out.WriteString("\\" + string(c))
		default:
			out.WriteRune(c)
		}
		previous = c
	}
	return out.String()
}

// label is what people call a user: "Ana Silva <ana@example.com>", or what there is.
func label(name, email, id string) string {
	switch {
	case name != "" && email != "" && name != email:
		return name + " <" + email + ">"
	case email != "":
		return email
	case name != "":
		return name
	default:
		return id
	}
}
