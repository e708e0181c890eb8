package access

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// reportOf is a report with a line for each "user workspace role".
func reportOf(lines ...string) string {
	var r Report
	for _, line := range lines {
		parts := strings.SplitN(line, " ", 3)
		r.Entries = append(r.Entries, Entry{UserID: parts[0], Email: parts[0] + "@example.com", WorkspaceID: "id-" + parts[1], WorkspaceName: parts[1], Role: ParseRole(parts[2])[0]})
	}
	return r.CSV()
}

func differences(t testing.TB, before, after string) []string {
	t.Helper()
	one, problem := readCSV(before)
	other, further := readCSV(after)
	if problem+further != "" {
		t.Fatal(problem, further)
	}
	lines := []string{}
	for _, d := range diff(one, other) {
		lines = append(lines, strings.Join([]string{d.Change, d.Email, d.Workspace, d.From, d.To}, "|"))
	}
	return lines
}

func TestAccessDiff_saysWhoGainedAndLost(t *testing.T) {
	t.Parallel()
	got := differences(t,
		reportOf("ana sales Workspace Viewer", "ben sales Workspace Admin", "cleo sales Workspace Admin", "dan sales Workspace Viewer", "eva sales Organization Admin"),
		reportOf("ana sales Workspace Admin", "ben sales Workspace Viewer", "dan sales Workspace Viewer", "dan ops Workspace Contributor", "eva sales Workspace Admin"))
	want := []string{
		"raised|ana@example.com|sales|Workspace Viewer|Workspace Admin",
		"lowered|ben@example.com|sales|Workspace Admin|Workspace Viewer",
		"lost|cleo@example.com|sales|Workspace Admin|",
		"gained|dan@example.com|ops||Workspace Contributor",
		"changed|eva@example.com|sales|Organization Admin|Workspace Admin",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the differences are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAccessDiff_aNewNameIsNoDifference(t *testing.T) {
	t.Parallel()
	before := reportOf("ana sales Workspace Viewer")
	after := strings.NewReplacer("ana@example.com", "ana.silva@example.com", "\nsales,", "\nsales-prod,").Replace(before)
	if got := differences(t, before, after); len(got) > 0 || before == after {
		t.Errorf("the differences are %q", got)
	}
}

func TestAccessDiff_noEarlierReport(t *testing.T) {
	t.Parallel()
	if got := differences(t, "", reportOf("ana sales Workspace Viewer")); !slices.Equal(got, []string{"gained|ana@example.com|sales||Workspace Viewer"}) {
		t.Errorf("the differences are %q", got)
	}
}

func TestAccessDiff_refusesWhatIsNoReport(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"| Workspace | Type |", "workspace,email\na,b\n", reportOf() + "too,few\n", "\"open"} {
		if _, problem := readCSV(text); problem == "" {
			t.Errorf("%q is taken for a report", text)
		}
	}
}

// What one direction gains, the other loses, and a report does not differ from itself.
func TestAccessDiff_isTheSameBackwards(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) string {
			var lines []string
			for _, who := range []string{"ana", "ben", "cleo"} {
				for _, where := range []string{"sales", "ops"} {
					if role := rapid.SampledFrom([]string{"", "Workspace Viewer", "Workspace Contributor", "Workspace Admin", "Organization Owner"}).Draw(t, label); role != "" {
						lines = append(lines, who+" "+where+" "+role)
					}
				}
			}
			return reportOf(lines...)
		}
		one, _ := readCSV(draw("old"))
		other, _ := readCSV(draw("new"))
		opposite := map[string]string{"gained": "lost", "lost": "gained", "raised": "lowered", "lowered": "raised", "changed": "changed"}
		there, back := diff(one, other), diff(other, one)
		for i := range there {
			d := back[i]
			d.Change, d.From, d.To = opposite[d.Change], d.To, d.From
			if d != there[i] {
				t.Fatalf("%v there, %v back", there[i], back[i])
			}
		}
		if len(there) != len(back) || len(diff(one, one)) > 0 {
			t.Fatalf("%d there, %d back", len(there), len(back))
		}
	})
}
