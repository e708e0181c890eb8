package access

import (
	"strings"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// A dated report tells the days that are left, first of all of those who leave soon; an Admin
// of the organization does not leave with a membership.
func TestReport_tellsWhenAccessEnds(t *testing.T) {
	role := func(name string) tray.Role { return tray.Role{ID: name, Name: name} }
	user := func(id, organization string) tray.User {
		return tray.User{ID: id, Email: id + "@example.com", Role: role(organization), AccountType: tray.AccountRegular}
	}
	in := func(id string) tray.Member {
		return tray.Member{WorkspaceID: "w1", UserID: id, Email: id + "@example.com", Role: role("Viewer"), AccountType: tray.AccountRegular}
	}
	r := NewReport(Inventory{
		Users:      []tray.User{user("chief", "Admin"), user("freya", "Viewer"), user("gus", "Viewer"), user("hana", "Viewer"), user("ida", "Viewer")},
		Workspaces: []tray.Workspace{{ID: "w1", Name: "sales", Type: tray.WorkspaceShared}},
		Members:    map[string][]tray.Member{"w1": {in("chief"), in("freya"), in("gus"), in("hana"), in("ida")}},
	})
	plain := r.CSV()
	dates := map[string]base.End{}
	for who, date := range map[string]string{"chief": "2026-12-31", "freya": "2026-12-31", "gus": "2027-06-30T12:00:00+02:00", "hana": "2026-12-27"} {
		dates[who+"@example.com"] = base.EndValue(date)
	}
	r.Date(Ends{"w1": dates}, time.Date(2026, 12, 28, 12, 0, 0, 0, time.UTC))
	var texts []string
	for _, x := range r.Exceptions(nil, Expected{Domains: []string{"example.com"}}) {
		texts = append(texts, x.Kind+": "+x.Text)
	}
	want := "ended: hana@example.com is still Viewer in sales, and the access ended on 2026-12-27: the next apply takes it away.\n" +
		"ends_soon: freya@example.com is Viewer in sales, which ends in 3 days (2026-12-31)."
	if got := strings.Join(texts, "\n"); got != want {
		t.Errorf("exceptions are\n%s\nwant\n%s", got, want)
	}
	csv := r.CSV()
	for _, cells := range []string{"granted_by,ends_at,days_left\n", "membership,2027-01-01T00:00:00Z,3\n", "membership,2027-06-30T10:00:00Z,183\n", "membership,2026-12-28T00:00:00Z,-1\n", "membership,,\n"} {
		if !strings.Contains(csv, cells) {
			t.Errorf("no %q in\n%s", cells, csv)
		}
	}
	if strings.Contains(plain, "ends_at") || !strings.Contains(r.Markdown(), "| By | Ends |") {
		t.Error("columns about ends are where they do not belong, or not where they do")
	}
}
