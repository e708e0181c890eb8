package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// oracle says whether a user has a right in a workspace. It is written from Tray's
// pages without the table of this package: how high somebody stands, and how high one
// must stand for each thing.
func oracle(u tray.User, w tray.Workspace, members []tray.Member, right string) bool {
	const nobody, viewer, contributor, workspaceAdmin, organizationAdmin = 0, 1, 2, 3, 4
	height := func(role string) int {
		switch strings.ToLower(role) {
		case "admin":
			return workspaceAdmin
		case "contributor":
			return contributor
		case "viewer", "view only":
			return viewer
		}
		return nobody
	}
	stands := nobody
	for _, m := range members {
		if m.UserID != u.ID || w.Type == "Organization" {
			continue
		}
		stands = height(m.Role.Name)
		if (w.Type == "Personal" || w.Type == "PersonalExternal") && len(members) == 1 {
			stands = workspaceAdmin
		}
	}
	if w.Type == "Organization" {
		stands = height(u.Role.Name)
	}
	if r := strings.ToLower(u.Role.Name); r == "owner" || r == "admin" {
		stands = organizationAdmin
	}
	needs := map[string]int{
		"details:read": viewer, "details:update": workspaceAdmin,
		"task-limit:read": viewer, "task-limit:update": organizationAdmin,
		"workspace:delete": organizationAdmin,
		"members:create":   workspaceAdmin, "members:read": viewer, "members:update": workspaceAdmin, "members:delete": workspaceAdmin,
		"workspace-tokens:create": workspaceAdmin, "workspace-tokens:read": workspaceAdmin, "workspace-tokens:delete": workspaceAdmin,
		"on-prem-agents:create": workspaceAdmin, "on-prem-agents:read": contributor, "on-prem-agents:update": workspaceAdmin, "on-prem-agents:delete": workspaceAdmin,
		"mcp-server:create": workspaceAdmin, "mcp-server:read": workspaceAdmin, "mcp-server:update": workspaceAdmin, "mcp-server:delete": workspaceAdmin,
		"log-masking:read": workspaceAdmin, "log-masking:update": workspaceAdmin,
		"projects:create": contributor, "projects:read": viewer, "projects:update": contributor, "projects:delete": contributor,
		"services:create": contributor, "services:read": contributor, "services:update": contributor, "services:delete": contributor,
		"service-environments:create": contributor, "service-environments:read": contributor,
		"service-environments:update": workspaceAdmin, "service-environments:delete": workspaceAdmin,
		"authentications:create": contributor, "authentications:read": viewer, "authentications:update": contributor, "authentications:delete": contributor,
		"logs:read": viewer, "logs:replay": contributor,
	}[right]
	subject, _, _ := strings.Cut(right, ":")
	switch {
	case needs == 0:
		panic("the oracle does not know " + right)
	case subject == "members" && w.Type != "Shared" && w.Type != "Embedded":
		return false
	case (subject == "workspace" || subject == "workspace-tokens") && w.Type != "Shared":
		return false
	}
	return stands >= needs
}

// single lists every permission inside a workspace that is one operation.
func single() []string {
	var names []string
	for _, s := range subjects {
		for _, letter := range s.Operations {
			if s.Level == WorkspaceLevel {
				names = append(names, s.Name+":"+s.verb(letter))
			}
		}
	}
	return names
}

func organizations() *rapid.Generator[Inventory] {
	return rapid.Custom(func(t *rapid.T) Inventory {
		inv := Inventory{Members: map[string][]tray.Member{}}
		for i := range rapid.IntRange(0, 8).Draw(t, "users") {
			inv.Users = append(inv.Users, tray.User{
				ID:          fmt.Sprintf("u%d", i),
				Email:       rapid.SampledFrom([]string{"Z", "b", "A", "c"}).Draw(t, "letter") + fmt.Sprintf("%d@example.com", i),
				Name:        rapid.String().Draw(t, "name"),
				AccountType: rapid.SampledFrom([]tray.AccountType{"Regular", "API", "System"}).Draw(t, "account"),
				Role:        tray.Role{Name: rapid.SampledFrom([]string{"Owner", "Admin", "Contributor", "Viewer", "View Only", "viewer", "Auditor"}).Draw(t, "organization role")},
			})
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "workspaces") {
			w := tray.Workspace{
				ID:   fmt.Sprintf("w%d", i),
				Name: rapid.SampledFrom([]string{"same", "same", "other", "a|b"}).Draw(t, "workspace name"),
				Type: rapid.SampledFrom([]tray.WorkspaceType{"Organization", "Personal", "PersonalExternal", "Shared", "Shared", "Embedded"}).Draw(t, "type"),
			}
			inv.Workspaces = append(inv.Workspaces, w)
			if rapid.IntRange(0, 9).Draw(t, "unread") == 0 {
				continue
			}
			inv.Members[w.ID] = []tray.Member{}
			for _, u := range inv.Users {
				if rapid.IntRange(0, 2).Draw(t, "member") == 0 {
					role := rapid.SampledFrom([]string{"Admin", "Contributor", "Viewer", "View Only"}).Draw(t, "workspace role")
					inv.Members[w.ID] = append(inv.Members[w.ID], tray.Member{WorkspaceID: w.ID, UserID: u.ID, Email: u.Email, AccountType: u.AccountType, Role: tray.Role{Name: role}})
				}
			}
		}
		return inv
	})
}

func TestReport_equalsTheOracleInRandomOrganizations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		inv := organizations().Draw(t, "organization")
		report := NewReport(inv)
		rows := map[[2]string]Entry{}
		for _, row := range report.Entries {
			key := [2]string{row.UserID, row.WorkspaceID}
			if _, twice := rows[key]; twice {
				t.Fatalf("%v has two rows", key)
			}
			rows[key] = row
		}
		for _, u := range inv.Users {
			for _, w := range inv.Workspaces {
				row, has := rows[[2]string{u.ID, w.ID}]
				for _, right := range single() {
					subject, _, _ := strings.Cut(right, ":")
					got := has && (slices.Contains(row.Rights, right) || slices.Contains(row.Rights, subject+":manage"))
					if want := oracle(u, w, inv.Members[w.ID], right); got != want {
						t.Fatalf("%s (%s) in %s (%s): %s is %v, want %v; row %+v", u.ID, u.Role.Name, w.ID, w.Type, right, got, want, row)
					}
				}
			}
		}
	})
}

func TestReport_doesNotDependOnTheOrderOfItsInput(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		inv := organizations().Draw(t, "organization")
		shuffled := Inventory{Members: map[string][]tray.Member{}}
		shuffled.Users = rapid.Permutation(inv.Users).Draw(t, "users")
		shuffled.Workspaces = rapid.Permutation(inv.Workspaces).Draw(t, "workspaces")
		for id, members := range inv.Members {
			shuffled.Members[id] = rapid.Permutation(members).Draw(t, "members")
		}
		a, b := NewReport(inv), NewReport(shuffled)
		if a.CSV() != b.CSV() || a.Markdown() != b.Markdown() || a.Mermaid() != b.Mermaid() {
			t.Fatalf("the report changed with the order:\n%s\n%s", a.Markdown(), b.Markdown())
		}
	})
}

var (
	shared    = tray.Workspace{ID: "w1", Name: "sales-prod", Type: tray.WorkspaceShared}
	personal1 = tray.Workspace{ID: "w2", Name: "Ana Silva", Type: tray.WorkspacePersonal}
	everyone  = tray.Workspace{ID: "w0", Name: "Foothold", Type: tray.WorkspaceOrganization}
)

func user(id, role string) tray.User {
	return tray.User{ID: id, Email: id + "@example.com", Name: strings.ToUpper(id[:1]) + id[1:], AccountType: tray.AccountRegular, Role: tray.Role{Name: role}}
}

func member(w tray.Workspace, id, role string) tray.Member {
	return tray.Member{WorkspaceID: w.ID, UserID: id, Email: id + "@example.com", AccountType: tray.AccountRegular, Role: tray.Role{Name: role}}
}

// why returns "email workspace → role, by" of each row.
func why(r Report) []string {
	var lines []string
	for _, row := range r.Entries {
		lines = append(lines, fmt.Sprintf("%s %s: %s by %s", row.UserID, row.WorkspaceID, row.Role.FullName(), strings.Join(row.GrantedBy, " and ")))
	}
	return lines
}

func TestReport_namesEveryRightByWhichSomebodyIsThere(t *testing.T) {
	t.Parallel()
	r := NewReport(Inventory{
		Users:      []tray.User{user("ana", "Viewer"), user("ben", "Admin"), user("cy", "Owner"), user("dee", "Contributor")},
		Workspaces: []tray.Workspace{shared, personal1, everyone},
		Members: map[string][]tray.Member{
			"w1": {member(shared, "ana", "Admin"), member(shared, "ben", "Admin"), member(shared, "ghost", "Viewer")},
			"w2": {member(personal1, "ana", "Viewer")},
		},
	})
	want := []string{
		"ana w2: Workspace Admin by owner of the personal workspace",
		"ben w2: Organization Admin by organization role",
		"cy w2: Organization Owner by organization role",
		"ana w0: Organization Viewer by organization role",
		"ben w0: Organization Admin by organization role",
		"cy w0: Organization Owner by organization role",
		"dee w0: Organization Contributor by organization role",
		"ana w1: Workspace Admin by membership",
		"ben w1: Organization Admin by organization role and membership",
		"cy w1: Organization Owner by organization role",
		"ghost w1: Workspace Viewer by membership",
	}
	if got := why(r); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(r.Notes) != 0 {
		t.Errorf("notes: %q", r.Notes)
	}
	if p := r.People[0]; p.User.ID != "ana" || p.Workspaces != 3 || !slices.Contains(p.Rights, "people:read") {
		t.Errorf("ana is %+v", p)
	}
}

func TestReport_saysWhatCannotBeTold(t *testing.T) {
	t.Parallel()
	for name, members := range map[string]map[string][]tray.Member{
		"cannot be read": {},
		"is empty":       {"w2": {}},
		"has 2 people":   {"w2": {member(personal1, "ana", "Viewer"), member(personal1, "ben", "Viewer")}},
	} {
		r := NewReport(Inventory{Users: []tray.User{user("ana", "Auditor")}, Workspaces: []tray.Workspace{personal1}, Members: members})
		if len(r.Notes) != 2 || !strings.Contains(r.Notes[0], name) || !strings.Contains(r.Notes[1], `"Organization Auditor"`) {
			t.Errorf("%s: notes %q", name, r.Notes)
		}
		for _, row := range r.Entries {
			if slices.Contains(row.GrantedBy, ByPersonal) {
				t.Errorf("%s: guessed %+v", name, row)
			}
		}
	}
}

func TestFilter_narrowsRowsAndPeople(t *testing.T) {
	t.Parallel()
	robot := user("robot", "Viewer")
	robot.AccountType = tray.AccountAPI
	guest := user("guest", "Viewer")
	guest.Email = "Guest@Partner.example"
	full := NewReport(Inventory{
		Users:      []tray.User{user("ana", "Admin"), robot, guest},
		Workspaces: []tray.Workspace{shared, everyone},
		Members:    map[string][]tray.Member{"w1": {member(shared, "robot", "Contributor"), member(shared, "guest", "Admin")}},
	})
	cases := map[string]struct {
		filter Filter
		want   []string
	}{
		"everything":        {Filter{}, []string{"w0 ana", "w0 guest", "w0 robot", "w1 ana", "w1 guest", "w1 robot"}},
		"a workspace":       {Filter{WorkspaceIDs: []string{"w1"}}, []string{"w1 ana", "w1 guest", "w1 robot"}},
		"a type":            {Filter{WorkspaceTypes: []tray.WorkspaceType{"Organization"}}, []string{"w0 ana", "w0 guest", "w0 robot"}},
		"an address":        {Filter{Emails: []string{"guest@partner.EXAMPLE"}}, []string{"w0 guest", "w1 guest"}},
		"a domain":          {Filter{EmailDomains: []string{"@example.com"}}, []string{"w0 ana", "w0 robot", "w1 ana", "w1 robot"}},
		"outside":           {Filter{OutsideDomains: []string{"example.com"}}, []string{"w0 guest", "w1 guest"}},
		"account types":     {Filter{AccountTypes: []tray.AccountType{"API"}}, []string{"w0 robot", "w1 robot"}},
		"role of any kind":  {Filter{Roles: []string{"admin"}}, []string{"w0 ana", "w1 ana", "w1 guest"}},
		"role of one kind":  {Filter{Roles: []string{"Workspace Admin"}}, []string{"w1 guest"}},
		"two that must fit": {Filter{Roles: []string{"Admin"}, EmailDomains: []string{"example.com"}}, []string{"w0 ana", "w1 ana"}},
	}
	for name, c := range cases {
		var got []string
		users := map[string]bool{}
		for _, row := range c.filter.Apply(full).Entries {
			got = append(got, row.WorkspaceID+" "+row.UserID)
			users[row.UserID] = true
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, p := range c.filter.Apply(full).People {
			delete(users, p.User.ID)
		}
		if len(users) > 0 {
			t.Errorf("%s: rows but no entry in people for %q", name, slices.Collect(maps.Keys(users)))
		}
	}
}
