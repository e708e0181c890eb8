package access

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// nasty is an organization whose names do everything that names can do.
func nasty(name string) Report {
	u := user("ana", "Viewer")
	u.Name = name
	w := shared
	w.Name = name
	return NewReport(Inventory{Users: []tray.User{u}, Workspaces: []tray.Workspace{w}, Members: map[string][]tray.Member{"w1": {member(w, "ana", "Admin")}}})
}

func TestCSV_neverHoldsAFormulaAndKeepsTheText(t *testing.T) {
	t.Parallel()
	formula := regexp.MustCompile(`^[\s\x{feff}]*[=+\-@]`)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("=+-@|\",;\n\t aé'"))).Draw(t, "name")
		lines, err := csv.NewReader(strings.NewReader(nasty(name).CSV())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) != 2 || len(lines[1]) != 10 {
			t.Fatalf("%q gave %d lines", name, len(lines))
		}
		for _, cell := range lines[1] {
			if formula.MatchString(cell) {
				t.Fatalf("%q is a formula", cell)
			}
		}
		if got := lines[1][0]; strings.TrimPrefix(got, "'") != name && got != name {
			t.Fatalf("%q became %q", name, got)
		}
	})
}

func TestCSV_marksEachKindOfFormula(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`=HYPERLINK("https://evil.example")`, "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\u00a0=1"} {
		lines, err := csv.NewReader(strings.NewReader(nasty(name).CSV())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(lines[1][0], "'") {
			t.Errorf("%q became %q", name, lines[1][0])
		}
	}
}

func TestMarkdown_keepsOneLineAndSixCellsForEachRow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("|\\\n\r`*_<>[]()@a b"))).Draw(t, "name")
		lines := strings.Split(nasty(name).Markdown(), "\n")
		// An unescaped bar, one after an even number of backslashes, ends a cell.
		bars := 0
		for i, c := range lines[2] {
			back := len(lines[2][:i]) - len(strings.TrimRight(lines[2][:i], "\\"))
			if c == '|' && back%2 == 0 {
				bars++
			}
		}
		if bars != 7 || !strings.HasPrefix(lines[2], "| ") {
			t.Fatalf("%q became %q", name, lines[2])
		}
	})
}

func TestMarkdown_showsNamesAsText(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a|b":                    `a\|b`,
		"a\nb":                   `a<br>b`,
		`<img src=x>`:            `&#60;img src=x&#62;`,
		"[x](https://y.example)": `\[x\]\(https://y.example\)`,
		"@team":                  `&#64;team`,
		"a@b":                    `a@b`,
		`back\slash`:             `back\\slash`,
	} {
		if got := markdownCell(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestMarkdown_explainsTheRolesThatOccur(t *testing.T) {
	t.Parallel()
	got := nasty("sales").Markdown()
	want := "| sales | Shared | sales &#60;ana@example.com&#62; | Regular | Workspace Admin | membership |"
	if !strings.Contains(got, want) || !strings.Contains(got, "| Workspace Admin | Shared | details:manage, task-limit:read, members:manage,") {
		t.Errorf("got\n%s", got)
	}
}

func TestMermaid_namesCannotBreakOut(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`^  (n\d+\["[^"]*"\]|n\d+\(\["[^"]*"\]\)|n\d+ -->\|"[^"]*"\| n\d+)$`)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("\"#;|[]()<>`\n&-=end "))).Draw(t, "name")
		lines := strings.Split(strings.TrimSuffix(nasty(name).Mermaid(), "\n"), "\n")
		if lines[0] != "flowchart LR" || len(lines) != 4 {
			t.Fatalf("%q gave %q", name, lines)
		}
		for _, l := range lines[1:] {
			if !line.MatchString(l) {
				t.Fatalf("%q gave the line %q", name, l)
			}
		}
	})
	if got := mermaidText(`say "hi" #1; <b>`); got != "say #34;hi#34; #35;1#59; #60;b#62;" {
		t.Errorf("got %q", got)
	}
}

func TestMermaid_foldsPeopleWhenThereAreTooMany(t *testing.T) {
	t.Parallel()
	inv := Inventory{Workspaces: []tray.Workspace{shared}, Members: map[string][]tray.Member{}}
	for i := range mermaidEdges + 1 {
		u := user(fmt.Sprintf("u%d", i), "Viewer")
		inv.Users = append(inv.Users, u)
		inv.Members["w1"] = append(inv.Members["w1"], member(shared, u.ID, []string{"Admin", "Viewer"}[i%2]))
	}
	inv.Users = append(inv.Users, user("boss", "Owner"))
	got := strings.Split(strings.TrimSpace(NewReport(inv).Mermaid()), "\n")
	want := []string{"flowchart LR",
		`  n1["Organization Owner"]`, `  n2(["every workspace of this report"])`, `  n1 -->|"1 person"| n2`,
		`  n3["Admin"]`, `  n4(["sales-prod"])`, `  n3 -->|"21 people"| n4`,
		`  n5["Viewer"]`, `  n5 -->|"20 people"| n4`}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}
