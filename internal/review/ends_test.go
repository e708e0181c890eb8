package review

import (
	"strings"
	"testing"
)

// made is a plan that was made at noon of 28 December.
func made(d *draft) *draft {
	d.rest = object{"timestamp": "2026-12-28T12:00:00Z"}
	return d
}

func TestEnds_areToldAheadAndWhenTheyChange(t *testing.T) {
	const a = "tray_workspace_member.a"
	freya := func(date any, more ...object) object {
		m := with(member("w1", "freya@guest.example", "Viewer"), object{"expires_at": date, "user_id": "u1"})
		for _, o := range more {
			m = with(m, o)
		}
		return m
	}
	table := func(dates object, ended ...any) object {
		return object{"workspace_id": "w1", "members": object{"Freya@guest.example": "Viewer", "ana@example.com": "Admin"}, "expires_at": dates, "ended": ended}
	}
	open := object{"after_unknown": object{"status": true}}
	for name, c := range map[string]struct {
		plan *draft
		want string // "" is nothing
	}{
		"in three days":     {sales().does("no-op", a, freya("2026-12-31"), freya("2026-12-31")), "freya@guest.example, Viewer in sales: ends in 3 days (2026-12-31)"},
		"a moment":          {sales().does("no-op", a, freya("2026-12-29T14:00:00+01:00"), freya("2026-12-29T14:00:00+01:00")), "ends in 1 day (2026-12-29T14:00:00+01:00)"},
		"today":             {sales().does("no-op", a, freya("2026-12-28"), freya("2026-12-28")), "ends within a day (2026-12-28)"},
		"has just ended":    {sales().does("no-op", a, freya("2026-12-27"), freya("2026-12-27")), "ended on 2026-12-27, and is taken away by the apply of the next plan"},
		"far off":           {sales().does("no-op", a, freya("2027-03-31"), freya("2027-03-31")), ""},
		"no date":           {sales().does("no-op", a, freya(nil), freya(nil)), ""},
		"over":              {sales().does("no-op", a, freya("2026-12-01", object{"status": "ended"}), freya("2026-12-01", object{"status": "ended"})), ""},
		"renewed":           {sales().does("update", a, freya("2026-12-31"), freya("2027-03-31", object{"status": nil}), open), "ends in 93 days (2027-03-31), not on 2026-12-31"},
		"a date at last":    {sales().does("update", a, freya(nil), freya("2027-03-31", object{"status": nil}), open), "ends in 93 days (2027-03-31), and did not end before"},
		"no date any more":  {sales().does("update", a, freya("2026-12-31"), freya(nil)), "does not end any more (was 2026-12-31)"},
		"of a table":        {sales().does("no-op", "tray_workspace_members.t", table(object{"freya@GUEST.example": "2026-12-31"}), table(object{"freya@GUEST.example": "2026-12-31"})), "Freya@guest.example, Viewer in sales: ends in 3 days"},
		"over, of a table":  {sales().does("no-op", "tray_workspace_members.t", table(object{"freya@guest.example": "2026-12-01"}, "Freya@guest.example"), table(object{"freya@guest.example": "2026-12-01"}, "Freya@guest.example")), ""},
		"of a role's table": {sales().does("no-op", "tray_workspace_role_members.t", object{"workspace_id": "w1", "role": "Viewer", "emails": []any{"x@example.com"}, "expires_at": object{"x@example.com": "2026-12-31"}}, object{"workspace_id": "w1", "role": "Viewer", "emails": []any{"x@example.com"}, "expires_at": object{"x@example.com": "2026-12-31"}}), "x@example.com, Viewer in sales: ends in 3 days"},
	} {
		t.Run(name, func(t *testing.T) {
			got := made(c.plan).review(t).Text(0)
			if told := strings.Contains(got, "ACCESS THAT ENDS"); told != (c.want != "") || !strings.Contains(got, c.want) {
				t.Errorf("want %q in\n%s", c.want, got)
			}
			if strings.Contains(got, "membership of") {
				t.Errorf("a date is told twice:\n%s", got)
			}
		})
	}
}

func TestEnds_ofAccessThatChanges(t *testing.T) {
	const a, table = "tray_workspace_member.a", "tray_workspace_members.t"
	freya := func(date any, status string) object {
		return with(member("w1", "freya@guest.example", "Viewer"), object{"expires_at": date, "user_id": "u1", "status": status})
	}
	all := func(date string, ended ...any) object {
		return object{"workspace_id": "w1", "members": object{"freya@guest.example": "Viewer"}, "expires_at": object{"freya@guest.example": date}, "ended": ended}
	}
	open := object{"after_unknown": object{"status": true, "ended": true}}
	for name, c := range map[string]struct {
		plan *draft
		want []string
		note string
	}{
		"ends":                {sales().does("update", a, freya("2026-12-27", "active"), freya("2026-12-27", "ended")), lists("lose freya@guest.example @ sales: Viewer > "), "ended on 2026-12-27"},
		"ends in a table":     {sales().does("update", table, all("2026-12-27"), all("2026-12-27", "freya@guest.example")), lists("lose freya@guest.example @ sales: Viewer > "), "ended on 2026-12-27"},
		"comes with a date":   {sales().does("create", a, nil, freya("2027-01-31", ""), open), lists("gain freya@guest.example @ sales:  > Viewer"), "until 2027-01-31"},
		"is renewed":          {sales().does("update", a, freya("2026-12-01", "ended"), freya("2027-01-31", ""), open), lists("gain freya@guest.example @ sales:  > Viewer"), "until 2027-01-31"},
		"renewed in a table":  {sales().does("update", table, all("2026-12-01", "freya@guest.example"), all("2027-01-31"), open), lists("gain freya@guest.example @ sales:  > Viewer"), "until 2027-01-31"},
		"stays over":          {sales().does("update", table, all("2026-12-01", "freya@guest.example"), all("2026-12-01"), open), nil, ""},
		"created when over":   {sales().does("create", a, nil, freya("2026-12-01", "ended")), nil, ""},
		"destroyed when over": {sales().does("delete", a, freya("2026-12-01", "ended"), nil), nil, ""},
		"never accepted":      {sales().does("update", a, freya("2026-12-27", "pending"), freya("2026-12-27", "ended")), lists("withdrawn freya@guest.example @ sales: Viewer > "), "ended on 2026-12-27"},
	} {
		t.Run(name, func(t *testing.T) {
			r := made(c.plan).review(t)
			mustTell(t, r.Access, c.want...)
			if got := r.Text(0); !strings.Contains(got, c.note) || strings.Contains(got, "waits, should") {
				t.Errorf("want %q in\n%s", c.note, got)
			}
			if strings.HasPrefix(c.note, "until") && (r.Access[0].EndsAt != "2027-02-01T00:00:00Z" || *r.Access[0].DaysLeft != 34) {
				t.Errorf("ends at %s, %d days left", r.Access[0].EndsAt, *r.Access[0].DaysLeft)
			}
		})
	}
}
