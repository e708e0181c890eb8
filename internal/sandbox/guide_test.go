package sandbox

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/probe"
)

var update = flag.Bool("update", false, "write the generated parts of the sandbox guide")

const (
	guidePath  = "../../templates/guides/sandbox.md.tmpl"
	guideBegin = "<!-- generated: begin -->\n"
	guideEnd   = "<!-- generated: end -->\n"
)

// The guide shows every operation and every assumption as the code has them, and whether
// the probe asks it.
func TestGuide_showsEveryOperationAndAssumption(t *testing.T) {
	raw, err := os.ReadFile(guidePath)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), guideBegin)
	shown, after, ok2 := strings.Cut(rest, guideEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no generated part", guidePath)
	}
	want := guideTables()
	if *update {
		if err := os.WriteFile(guidePath, []byte(before+guideBegin+want+guideEnd+after), 0o644); err != nil { //nolint:gosec // documentation
			t.Fatal(err)
		}
		return
	}
	if shown != want {
		t.Error("the sandbox guide differs from the code: run go test ./internal/sandbox -run TestGuide -update, then make generate")
	}
}

func guideTables() string {
	var b strings.Builder
	b.WriteString("\n## What it serves\n\n| call | stands on | questions |\n|---|---|---|\n")
	for _, o := range Operations() {
		numbers := make([]string, len(o.Assumptions))
		for i, n := range o.Assumptions {
			numbers[i] = fmt.Sprint(n)
		}
		fmt.Fprintf(&b, "| `%s %s` | %s | %s |\n", o.Method, o.Path, o.Provenance, strings.Join(numbers, ", "))
	}
	b.WriteString("\n## What it assumes\n\nThe last column but one is how to ask a live organization, the last whether `probe` does it: when it only reads, " +
		"with `-write`, or why not.\n\n| no. | question | the sandbox answers | ask | `probe` |\n|---|---|---|---|---|\n")
	all := Assumptions()
	slices.SortFunc(all, func(a, b Assumption) int { return a.Number - b.Number })
	for _, a := range all {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s |\n", a.Number, cell(a.Question), cell(a.Chosen), cell(a.Probe), cell(probe.Asks(a.Number)))
	}
	b.WriteString("\n")
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
