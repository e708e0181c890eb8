package access

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// crowd is an organization of so many people, each in every second workspace.
func crowd(people, workspaces int) Inventory {
	inv := Inventory{Members: map[string][]tray.Member{}, Users: []tray.User{user("boss", "Owner"), user("chief", "Admin")}}
	for i := range people {
		inv.Users = append(inv.Users, user(fmt.Sprintf("p%03d", i), "Viewer"))
	}
	for j := range workspaces {
		w := tray.Workspace{ID: fmt.Sprintf("w%03d", j), Name: fmt.Sprintf("area-%03d", j), Type: tray.WorkspaceShared}
		inv.Workspaces = append(inv.Workspaces, w)
		for i, u := range inv.Users[2:] {
			if (i+j)%2 == 0 {
				inv.Members[w.ID] = append(inv.Members[w.ID], member(w, u.ID, []string{"Viewer", "Contributor", "Admin"}[(i+j)%3]))
			}
		}
	}
	return inv
}

// Whatever the organization is like, the matrix as CSV holds the report's roles, no more and no fewer.
func TestMatrix_saysWhatTheReportSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := NewReport(randomInventory(t))
		m := r.Matrix()
		lines, err := csv.NewReader(strings.NewReader(m.CSV())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, line := range lines[1:] {
			for i, role := range line[4:] {
				if role != "" {
					got = append(got, line[1]+" "+m.Workspaces[i].ID+" "+role)
				}
			}
		}
		for _, e := range r.Entries {
			if e.WorkspaceType != tray.WorkspaceOrganization {
				want = append(want, e.UserID+" "+e.WorkspaceID+" "+e.Role.Name)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func randomInventory(t *rapid.T) Inventory {
	inv := Inventory{Members: map[string][]tray.Member{}}
	roles := rapid.SampledFrom([]string{"Owner", "Admin", "Contributor", "Viewer"})
	for i := range rapid.IntRange(1, 8).Draw(t, "people") {
		inv.Users = append(inv.Users, user(fmt.Sprintf("u%d", i), roles.Draw(t, "organization role")))
	}
	kinds := rapid.SampledFrom([]tray.WorkspaceType{tray.WorkspaceShared, tray.WorkspaceOrganization, tray.WorkspaceEmbedded})
	for j := range rapid.IntRange(0, 5).Draw(t, "workspaces") {
		w := tray.Workspace{ID: fmt.Sprintf("w%d", j), Name: "same name", Type: kinds.Draw(t, "type")}
		inv.Workspaces = append(inv.Workspaces, w)
		for _, u := range inv.Users {
			if rapid.Bool().Draw(t, "member") {
				inv.Members[w.ID] = append(inv.Members[w.ID], member(w, u.ID, rapid.SampledFrom([]string{"Admin", "Contributor", "Viewer"}).Draw(t, "role")))
			}
		}
	}
	return inv
}

func TestMatrix_tellsAdminsOfTheOrganizationOnce(t *testing.T) {
	t.Parallel()
	got := NewReport(crowd(2, 2)).Matrix().Markdown(nil)
	want := `**In every workspace:** Boss &#60;boss@example.com&#62; (Owner), Chief &#60;chief@example.com&#62; (Admin)

| Person | Organization | area-000 | area-001 |
|---|---|:-:|:-:|
| P000 &#60;p000@example.com&#62; | Viewer | V |  |
| P001 &#60;p001@example.com&#62; | Viewer |  | A |

A is Admin, C Contributor, V Viewer.
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestMatrix_saysHowManyDoNotFit(t *testing.T) {
	t.Parallel()
	whole, cut := NewReport(crowd(markdownPeople, markdownWorkspaces)).Matrix(), NewReport(crowd(markdownPeople+3, markdownWorkspaces+1)).Matrix()
	if strings.Contains(whole.Markdown(nil), "Not shown") {
		t.Error("what fits is cut")
	}
	text := cut.Markdown(nil)
	if !strings.Contains(text, "Not shown: 3 people and 1 workspace more, which matrix_csv has.") || strings.Contains(text, "p102@") || strings.Contains(text, "area-024") {
		t.Errorf("got\n%s", text[len(text)-200:])
	}
	if rows := strings.Count(cut.CSV(), "\n"); rows != 1+2+markdownPeople+3 {
		t.Errorf("the CSV has %d lines", rows)
	}
}

func TestHTML_isOnePageWithEveryName(t *testing.T) {
	t.Parallel()
	inv := crowd(60, 16)
	inv.Users[5].Name = `<script>alert("x")</script>`
	page := NewReport(inv).HTML(NewReport(inv).Exceptions(nil, Expected{Domains: []string{"example.com"}}))
	for _, u := range inv.Users {
		if !strings.Contains(page, u.Email) {
			t.Errorf("%s is missing", u.Email)
		}
	}
	for _, bad := range []string{"<script", "http://", "https://", "src=", "url("} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if len(page) > 120_000 {
		t.Errorf("a page of 60 people has %d bytes", len(page))
	}
	if large := NewReport(crowd(1000, 100)).HTML(nil); strings.Contains(large, "Not shown") {
		t.Error("a page of 1,000 people and 100 workspaces is cut")
	}
	if over := NewReport(crowd(1001, 1)).HTML(nil); !strings.Contains(over, "Not shown: 1 person more") {
		t.Error("a page that is cut does not say so")
	}
}

func TestExceptions_nameWhomToLookAtFirst(t *testing.T) {
	t.Parallel()
	inv := crowd(3, 2)
	inv.Users[2].Email = "guest@partner.example"
	inv.Users = append(inv.Users, tray.User{ID: "bot", Name: "deploy bot", AccountType: tray.AccountAPI, Role: tray.Role{Name: "Viewer"}},
		user("lost", "Viewer"), tray.User{ID: "ext", Email: "ext@example.com", AccountType: tray.AccountExternal, Role: tray.Role{Name: "Viewer"}})
	for id, members := range inv.Members {
		for i := range members {
			if members[i].UserID == "p000" {
				inv.Members[id][i].Email = "guest@partner.example"
			}
		}
	}
	invites := []tray.Invite{{Email: "new@example.com", Role: tray.Role{Name: "Viewer"}, Status: tray.InvitePending, Expires: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)},
		{Email: "old@example.com", Status: tray.InviteExpired}}
	var got []string
	for _, e := range NewReport(inv).Exceptions(invites, Expected{Domains: OwnDomains(inv.Users), Production: []string{"w001"}}) {
		got = append(got, e.Kind+": "+e.Text)
	}
	want := []string{
		"outsider: ext@example.com has an account of the type External: in no workspace of this report.",
		"outsider: guest@partner.example is from outside example.com: Viewer in area-000.",
		"production_admin: p001@example.com is Admin of area-001.",
		"api_user: deploy bot is an API user: in no workspace of this report.",
		"no_workspace: ext@example.com is in no workspace of this report.",
		"no_workspace: lost@example.com is in no workspace of this report.",
		"open_invitation: new@example.com is invited as Viewer, until 2026-12-01.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestMermaid_staysAPictureWhateverTheSize(t *testing.T) {
	t.Parallel()
	for _, size := range []int{16, 60, 300} {
		got := NewReport(crowd(60, size)).Mermaid()
		if arrows := strings.Count(got, "-->"); arrows > mermaidEdges+2 {
			t.Errorf("%d workspaces make %d arrows", size, arrows)
		}
		if cut := strings.Contains(got, "more workspaces"); cut != (size > mermaidEdges) {
			t.Errorf("%d workspaces: cut is %t", size, cut)
		}
	}
}
