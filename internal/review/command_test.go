package review

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// run runs the command on a plan from standard input.
func run(input string, args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = Command(args, strings.NewReader(input), &out, &err)
	return code, out.String(), err.String()
}

func TestCommand_exitStatusIsAPolicy(t *testing.T) {
	ana, asAdmin := member("w1", "ana@example.com", "Viewer"), member("w1", "ana@example.com", "Admin")
	const a = "tray_workspace_member.a"
	nothing, gain, loss, demotion := sales(), sales().does("create", a, nil, ana), sales().does("delete", a, ana, nil), sales().does("update", a, asAdmin, ana)
	drift := sales().drifted("delete", a, ana, nil)
	for name, c := range map[string]struct {
		plan *draft
		args []string
		code int
	}{
		"nothing asked":             {loss, []string{"-"}, 0},
		"nothing changes":           {nothing, []string{"-exit-code", "-"}, 0},
		"something changes":         {gain, []string{"-exit-code", "-"}, 2},
		"something is lost":         {loss, []string{"-exit-code", "-"}, 3},
		"a workspace is deleted":    {(&draft{}).does("delete", "tray_workspace.w", workspace("w1", "w"), nil), []string{"-exit-code", "-"}, 3},
		"drift is no change":        {drift, []string{"-exit-code", "-"}, 0},
		"removals":                  {loss, []string{"-fail-on", "removals", "-"}, 4},
		"no removals":               {gain, []string{"-fail-on", "removals,loses-admin", "-"}, 0},
		"an Admin who is lowered":   {demotion, []string{"-fail-on", "loses-admin", "-"}, 4},
		"a demotion, with spaces":   {demotion, []string{"-fail-on", "gains, demotions", "-"}, 4},
		"drift":                     {drift, []string{"-fail-on", "drift", "-"}, 4},
		"fail-on before exit-code":  {loss, []string{"-exit-code", "-fail-on", "changes", "-"}, 4},
		"a condition with a typo":   {loss, []string{"-fail-on", "removal", "-"}, 1},
		"an unknown format":         {loss, []string{"-format", "html", "-"}, 1},
		"a limit that is too small": {loss, []string{"-limit", "10", "-"}, 1},
		"no plan":                   {loss, nil, 1},
		"flags behind the plan":     {loss, []string{"-", "-exit-code"}, 1},
		"help":                      {loss, []string{"-help"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := run(c.plan.json(), c.args...)
			if code != c.code {
				t.Errorf("the exit status is %d, want %d\n%s%s", code, c.code, out, errs)
			}
			if (errs == "") != (code != exitError && code != exitFailed) {
				t.Errorf("with status %d, stderr is %q", code, errs)
			}
		})
	}
}

func TestCommand_refusesWhatIsNoPlan(t *testing.T) {
	for name, c := range map[string]struct{ input, says string }{
		"nothing":          {"", "the plan is empty"},
		"text":             {"Terraform will perform", "make one with `terraform show -json PLANFILE`"},
		"a plan file":      {"PK\x03\x04", "make one with `terraform show -json PLANFILE`"},
		"half a plan":      {`{"format_version":"1.2","resource_changes":[`, "it ends too early"},
		"a log":            {`{"@level":"info"}` + "\n" + `{"@level":"info"}`, "`terraform plan -json` prints a log"},
		"a state":          {`{"format_version":"1.0","values":{}}`, "this is a state, not a plan"},
		"another format":   {`{"format_version":"2.0"}`, `format "2.0"`},
		"two plans":        {`{"format_version":"1.2"}{"format_version":"1.2"}`, "there is more text"},
		"a secret in text": {`{"format_version":{"x":"hunter2"}}`, "a value of another kind"},
	} {
		code, out, errs := run(c.input, "-")
		if code != exitError || out != "" || !strings.Contains(errs, c.says) || strings.Contains(errs, "hunter2") {
			t.Errorf("%s: status %d, stdout %q, stderr %q, want it to say %q", name, code, out, errs, c.says)
		}
	}
}

func TestCommand_readsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, []byte(sales().json()), 0o600); err != nil {
		t.Fatal(err)
	}
	for format, says := range map[string]string{"markdown": "**Nothing changes.**", "text": "Nothing changes.\n", "json": `"sentence": "Nothing changes."`, "mermaid": "flowchart LR"} {
		if code, out, errs := run("", "-format", format, path); code != 0 || !strings.Contains(out, says) {
			t.Errorf("%s: status %d\n%s%s", format, code, out, errs)
		}
	}
	if code, _, errs := run("", path+".missing"); code != exitError || !strings.Contains(errs, "no such file") {
		t.Errorf("a missing file: status %d, %q", code, errs)
	}
}

func TestCommand_helpListsEveryCondition(t *testing.T) {
	_, out, _ := run("", "-h")
	for _, c := range conditions {
		mustSay(t, out, "  "+c.name+" ", c.meaning)
	}
}
