package review

import (
	"regexp"
	"strings"
	"testing"
)

const failedLog = "\x1b[31m╷\x1b[0m\x1b[0m\n" + `│ Warning: Something
│ 
│ that is none
╵
╷
│ Error: TRAY008: A membership has one manager
│ 
│   with tray_workspace_members.sales,
│   on main.tf line 3, in resource "tray_workspace_members" "sales":
│    3:   members = local.members
│     ├────────────────
│     │ local.members is map of string with 3 elements
│     │ var.key is "hunter2-hunter2"
│ 
│ Somebody else stands for ` + "```" + ` @everyone, with glpat-12345678.
╵
╷
│ Error: Another
╵
`

// A comment about a plan that failed says which error, and nothing that a log would mask.
func TestFailed_tellsTheFirstErrorAndNoSecret(t *testing.T) {
	plain := regexp.MustCompile("(?m)^(\x1b.*|[╷╵].*|│ ?)").ReplaceAllString(failedLog, "") // as -no-color prints it
	for _, log := range []string{failedLog, plain} {
		tellsTheFirst(t, log)
	}
}

func tellsTheFirst(t *testing.T, log string) {
	t.Helper()
	got, err := failed(strings.NewReader(log), []string{"TRAY_API_TOKEN=glpat-12345678", "PATH=somebody", "A_SECRET="})
	if err != nil {
		t.Fatal(err)
	}
	want := "**There is no plan: planning failed** with 2 errors, of which this is the first:\n\n````text\n" +
		`Error: TRAY008: A membership has one manager

  with tray_workspace_members.sales,
  on main.tf line 3, in resource "tray_workspace_members" "sales":
   3:   members = local.members

Somebody else stands for ` + "```" + ` @everyone, with ***.
` + "````\n"
	if got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
}

func TestFailed_ofALogWithoutErrorsSendsToTheLog(t *testing.T) {
	for _, log := range []string{"", "nothing", "╷\n│ Warning: x\n╵\n", "╷\n│ Error: half"} {
		if code, out, errs := run(log, "-failed", "-"); code != 0 || errs != "" || out != "**There is no plan: planning failed.** The log says why.\n" {
			t.Errorf("%q: %d %q %q", log, code, out, errs)
		}
	}
	if code, _, errs := run("", "-failed", "/nowhere/log"); code != exitError || errs == "" {
		t.Errorf("a missing log: %d %q", code, errs)
	}
	long := "╷\n│ Error: long\n" + strings.Repeat("│ line\n", 500) + "╵\n"
	if _, out, _ := run(long, "-failed", "-"); strings.Count(out, "line") != maxLines-1 || !strings.Contains(out, "…") {
		t.Errorf("a long error has %d lines", strings.Count(out, "line"))
	}
}
