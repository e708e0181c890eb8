package review

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead looks for plans that crash a review, or break the promises of every format.
func FuzzRead(f *testing.F) {
	for _, name := range hostile {
		f.Add(hostilePlan(name, true).json())
	}
	const seat = `tray_workspace_member.m["b/ana@example.com"]`
	f.Add(newRooms(`tray_workspace.room["a"]`, `tray_workspace.room["b"]`).seat(seat).refers(seat, "workspace_id", "tray_workspace.room", "each.value.room", "each.value").
		does("delete,create", "tray_user.u", user("ana@example.com", "Admin", "active"), user("ben@example.com", "Viewer", "invited")).
		does("update", "tray_workspace_members.t", object{"workspace_id": "w1", "members": object{"c": "Admin"}}, object{"workspace_id": "w1", "ignore_emails": []any{"c"}}, object{"after_unknown": object{"members": object{"d": true}}}).json())
	f.Add(`{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"tray_workspace_members","change":{"actions":["update"],"before":[],"after":{"members":{"a":null}},"after_unknown":[true],"before_sensitive":{"members":[1]},"after_sensitive":"x"}}]}`)
	f.Fuzz(func(t *testing.T, input string) {
		r, err := Read(strings.NewReader(input))
		if err != nil {
			return
		}
		if got := r.Markdown(minLimit); utf8.RuneCountInString(got) > minLimit || !strings.HasPrefix(got, "**") {
			t.Errorf("a review of %d characters:\n%s", utf8.RuneCountInString(got), got)
		}
		if text := r.Text(0); !utf8.ValidString(text) || strings.Contains(text, "\x1b") {
			t.Errorf("the text is not fit for a terminal: %q", text)
		}
		policy, err := r.JSON()
		if err != nil || !json.Valid([]byte(policy)) {
			t.Errorf("no JSON for a policy: %v", err)
		}
		r.Mermaid()
	})
}

func TestParse_survivesDepthAndSize(t *testing.T) {
	deep := strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)
	modules := strings.Repeat(`{"child_modules":[`, 4000) + strings.Repeat(`]}`, 4000)
	for name, input := range map[string]string{
		"a deep value":        `{"format_version":"1.2","resource_changes":[{"change":{"after":` + deep + `}}]}`,
		"a deep value, whole": `{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"tray_user","change":{"actions":["update"],"before":{"email":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `},"after":{}}}]}`,
		"deep modules":        `{"format_version":"1.2","planned_values":{"root_module":` + modules + `}}`,
		"a large number":      `{"format_version":"1.2","resource_changes":[{"index":1e999999,"mode":"managed","type":"tray_user","change":{"actions":["create"],"after":{"name":1e999999}}}]}`,
	} {
		r, err := Read(strings.NewReader(input))
		if err == nil {
			_ = r.Markdown(DefaultLimit)
		} else if len(err.Error()) > 300 {
			t.Errorf("%s: the error has %d characters", name, len(err.Error()))
		}
	}
	if _, err := parse(strings.NewReader(`{"format_version":"1.2","x":"`+strings.Repeat("x", 100)+`"}`), 50); err == nil || !strings.Contains(err.Error(), "larger than 50 bytes") {
		t.Errorf("a plan that is too large: %v", err)
	}
}

// A plan of a large company is read in a moment, and its review still fits.
func TestRead_keepsPaceWithLargePlans(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a plan of 10,000 changes")
	}
	r := crowd(10_000).review(t)
	if n := len(r.Access); n != 10_000 {
		t.Errorf("%d entries, want 10,000", n)
	}
}
