package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Inventory is what the report is made of.
type Inventory struct {
	Users      []tray.User
	Workspaces []tray.Workspace
	// Members are the members by workspace id. A workspace without an entry was not
	// read, or Tray does not tell; the Organization workspace needs none.
	Members map[string][]tray.Member
}

// The rights by which somebody is in a workspace.
const (
	ByOrganizationRole = "organization role"
	ByMembership       = "membership"
	ByPersonal         = "owner of the personal workspace"
)

// Entry says what one user may do in one workspace, and why.
type Entry struct {
	Email       string
	UserID      string
	Name        string // "" for a member that the list of users does not have
	AccountType tray.AccountType
	// OrganizationRole is as Tray writes it.
	OrganizationRole string

	WorkspaceID   string
	WorkspaceName string
	WorkspaceType tray.WorkspaceType

	// Role is the strongest of the roles that the user has there.
	Role Role
	// By lists every right by which the user is there, the one of Role first.
	GrantedBy []string
	// Rights are the permissions of Role in a workspace of this type; empty when the
	// table does not know the role.
	Rights []string

	// End is when the access ends, as somebody wrote it, and Ends that moment; zero when it
	// does not, or a report is not told. DaysLeft are the whole days until then.
	End      string
	Ends     time.Time
	DaysLeft int64
}

// Person is what one user may do with the organization itself.
type Person struct {
	User tray.User
	// Rights are permissions over the organization's settings.
	Rights []string
	// Workspaces is in how many workspaces of the report the person has any role.
	Workspaces int
}

// Report is who can do what, where, and why.
type Report struct {
	Entries []Entry
	People  []Person
	// Notes say what could not be told, one sentence each.
	Notes []string
	// Dated says that the report was told when access ends.
	Dated bool
}

// NewReport computes the report of an organization. Entries are sorted by workspace name
// and id, then by e-mail and user id; people by e-mail.
//
// An organization Owner or Admin reaches every workspace, Personal ones included. The
// Organization workspace is everybody's, by organization role. All other workspaces
// are their members', with the role of the membership, which may be higher than the
// role in the organization. A Personal workspace is its person's: Tray's API does not
// say whose it is, so that is its one member, or unknown.
func NewReport(inv Inventory) Report {
	var r Report
	workspaces := slices.SortedFunc(slices.Values(inv.Workspaces), compareWorkspaces)
	users := slices.SortedFunc(slices.Values(inv.Users), func(a, b tray.User) int {
		return compareEmails(a.Email, a.ID, b.Email, b.ID)
	})
	count := map[string]int{}
	for _, w := range workspaces {
		rows, note := rowsOf(w, users, inv.Members)
		for _, row := range rows {
			count[row.UserID]++
		}
		r.Entries = append(r.Entries, rows...)
		if note != "" {
			r.Notes = append(r.Notes, note)
		}
	}
	for _, u := range users {
		role := Role{OrganizationRole, u.Role.Name}
		r.People = append(r.People, Person{u, role.Rights(OrganizationLevel), count[u.ID]})
	}
	r.Notes = append(r.Notes, unknownRoles(r)...)
	return r
}

// rowsOf returns everybody with a role in w, and what could not be told about it.
func rowsOf(w tray.Workspace, users []tray.User, all map[string][]tray.Member) (rows []Entry, note string) {
	members, read := all[w.ID]
	rest := map[string]tray.Member{}
	if w.Type != tray.WorkspaceOrganization {
		for _, m := range members {
			rest[m.UserID] = m
		}
	}
	by := ByMembership
	if personal(w.Type) {
		if len(rest) == 1 {
			by = ByPersonal
		} else {
			note = fmt.Sprintf("Whose Personal workspace %q (%s) is cannot be told: Tray's API does not say, and its list of members %s.",
				w.Name, w.ID, describeCount(len(rest), read))
		}
	}
	for _, u := range users {
		m, member := rest[u.ID]
		delete(rest, u.ID)
		if row, ok := newRow(w, u, m, member, by); ok {
			rows = append(rows, row)
		}
	}
	for _, m := range rest { // members that the list of users does not show
		u := tray.User{ID: m.UserID, Email: m.Email, AccountType: m.AccountType}
		row, _ := newRow(w, u, m, true, by)
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Entry) int { return compareEmails(a.Email, a.UserID, b.Email, b.UserID) })
	return rows, note
}

// newRow sums up the rights by which u is in w; false when there is none.
func newRow(w tray.Workspace, u tray.User, m tray.Member, member bool, by string) (Entry, bool) {
	row := Entry{
		Email: u.Email, UserID: u.ID, Name: u.Name, AccountType: u.AccountType, OrganizationRole: u.Role.Name,
		WorkspaceID: w.ID, WorkspaceName: w.Name, WorkspaceType: w.Type,
	}
	// The rights of these roles are nested, so the first that applies tells them all.
	organization := Role{OrganizationRole, u.Role.Name}
	if everywhere(organization) || w.Type == tray.WorkspaceOrganization && u.Role.Name != "" {
		row.Role, row.GrantedBy = organization, append(row.GrantedBy, ByOrganizationRole)
	}
	if member {
		role := Role{WorkspaceRole, m.Role.Name}
		if by == ByPersonal { // in a Personal workspace its person makes and changes everything
			role.Name = "Admin"
		}
		if len(row.GrantedBy) == 0 {
			row.Role = role
		}
		row.GrantedBy = append(row.GrantedBy, by)
	}
	row.Role = row.Role.canonical()
	row.Rights = row.Role.RightsIn(w.Type)
	return row, len(row.GrantedBy) > 0
}

// everywhere reports whether the role reaches every workspace.
func everywhere(r Role) bool {
	column, ok := r.column(WorkspaceLevel)
	return ok && r.Kind == OrganizationRole && column == byOrganization
}

// canonical spells the role as the table does; "View Only" is "Viewer".
func (r Role) canonical() Role {
	for _, known := range Roles() {
		if known.Kind == r.Kind && tray.SameRole(known.Name, r.Name) {
			return known
		}
	}
	return r
}

func personal(kind tray.WorkspaceType) bool {
	return kind == tray.WorkspacePersonal || kind == tray.WorkspacePersonalExternal
}

func describeCount(n int, read bool) string {
	switch {
	case !read:
		return "cannot be read"
	case n == 0:
		return "is empty"
	default:
		return fmt.Sprintf("has %d people", n)
	}
}

// unknownRoles names the roles whose rights the table does not have.
func unknownRoles(r Report) []string {
	unknown := map[string]bool{}
	for _, row := range r.Entries {
		if !row.Role.Known() {
			unknown[row.Role.FullName()] = true
		}
	}
	for _, p := range r.People {
		if role := (Role{OrganizationRole, p.User.Role.Name}); !role.Known() {
			unknown[role.FullName()] = true
		}
	}
	var notes []string
	for name := range unknown {
		notes = append(notes, fmt.Sprintf("The rights of the role %q are not known: it is not one of Tray's documented roles.", strings.TrimSpace(name)))
	}
	slices.Sort(notes)
	return notes
}

func compareEmails(emailA, idA, emailB, idB string) int {
	return cmp.Or(cmp.Compare(strings.ToLower(emailA), strings.ToLower(emailB)), cmp.Compare(idA, idB))
}

// Filter narrows a report. An empty field lets everything through; several values of
// one field are alternatives, and several fields must all match.
type Filter struct {
	WorkspaceIDs   []string
	WorkspaceTypes []tray.WorkspaceType
	Emails         []string // without regard to case
	EmailDomains   []string
	// OutsideDomains keeps the addresses of every other domain.
	OutsideDomains []string
	AccountTypes   []tray.AccountType
	// Roles match the effective role, of either kind unless they carry it
	// ("Workspace Admin").
	Roles []string
}

// Workspace reports whether rows of w can pass; those of others need not be read.
func (f Filter) Workspace(w tray.Workspace) bool {
	return passes(f.WorkspaceIDs, w.ID) && passes(f.WorkspaceTypes, w.Type)
}

// Apply returns the part of r that the filter lets through. People are those of the
// organization that match; Notes stay.
func (f Filter) Apply(r Report) Report {
	out := Report{Notes: r.Notes, Dated: r.Dated}
	for _, row := range r.Entries {
		w := tray.Workspace{ID: row.WorkspaceID, Type: row.WorkspaceType}
		if f.Workspace(w) && f.person(row.Email, row.AccountType) && f.role(row.Role) {
			out.Entries = append(out.Entries, row)
		}
	}
	count := map[string]int{}
	for _, row := range out.Entries {
		count[row.UserID]++
	}
	for _, p := range r.People {
		if f.person(p.User.Email, p.User.AccountType) {
			p.Workspaces = count[p.User.ID]
			out.People = append(out.People, p)
		}
	}
	return out
}

func (f Filter) person(email string, account tray.AccountType) bool {
	in := func(domains []string) bool {
		return slices.ContainsFunc(domains, func(d string) bool { return base.InDomain(email, d) })
	}
	same := func(e string) bool { return strings.EqualFold(e, email) }
	return passes(f.AccountTypes, account) &&
		(len(f.Emails) == 0 || slices.ContainsFunc(f.Emails, same)) &&
		(len(f.EmailDomains) == 0 || in(f.EmailDomains)) &&
		(len(f.OutsideDomains) == 0 || !in(f.OutsideDomains))
}

func (f Filter) role(role Role) bool {
	if len(f.Roles) == 0 {
		return true
	}
	return slices.ContainsFunc(f.Roles, func(name string) bool {
		return slices.Contains(ParseRole(name), role.canonical())
	})
}

func passes[T comparable](allowed []T, v T) bool {
	return len(allowed) == 0 || slices.Contains(allowed, v)
}
