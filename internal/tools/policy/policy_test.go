package policy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/cmd"
)

const (
	pack      = "../../../examples/policy"
	pipelines = "../../../examples/pipelines"
	goldens   = "../../review/testdata"
	asOPA     = "TRAY_TEST_AS_OPA"
)

// TestMain makes the test's own binary the command `opa`, of the version that go.mod pins.
func TestMain(m *testing.M) {
	if os.Getenv(asOPA) == "" {
		os.Exit(m.Run())
	}
	if cmd.RootCommand.Execute() != nil {
		os.Exit(1)
	}
}

// opa is a folder with that command, for a PATH.
func opa(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := "#!/bin/sh\n" + asOPA + "=1 exec '" + self + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "opa"), []byte(script), 0o700); err != nil { //nolint:gosec // it is a program
		t.Fatal(err)
	}
	return dir
}

// sh runs a script as the hosted services do, in dir, with opa on PATH.
func sh(t *testing.T, dir, script string, environ ...string) (out string, code int) {
	t.Helper()
	run := exec.CommandContext(t.Context(), "bash", "-eo", "pipefail", "-c", script)
	run.Dir, run.Env = dir, append(os.Environ(), append(environ, "PATH="+opa(t)+":"+os.Getenv("PATH"))...)
	text, err := run.CombinedOutput()
	if run.ProcessState == nil {
		t.Fatal(err)
	}
	return string(text), run.ProcessState.ExitCode()
}

// The tests that the pack brings along, as `opa test` runs them for its users.
func TestPack_passesItsOwnTests(t *testing.T) {
	out, code := sh(t, pack, "opa test --format json .")
	var tests []struct {
		Name string
		Fail bool
	}
	if err := json.Unmarshal([]byte(out), &tests); err != nil {
		t.Fatalf("exit status %d: %v\n%s", code, err, out)
	}
	for _, one := range tests {
		if one.Fail {
			t.Errorf("%s fails", one.Name)
		}
	}
	if code != 0 || len(tests) < 15 {
		t.Errorf("exit status %d after %d tests", code, len(tests))
	}
}

func TestPack_isFormattedAndStrict(t *testing.T) {
	for _, check := range []string{"opa fmt --fail --diff .", "opa check --strict ."} {
		if out, code := sh(t, pack, check); code != 0 {
			t.Errorf("%s: exit status %d\n%s", check, code, out)
		}
	}
}

// The pack reads what the command prints: the review of forty changes, approved and
// labelled or not.
func TestPack_judgesARealReview(t *testing.T) {
	review, err := os.ReadFile(filepath.Join(goldens, "forty.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		labels, approvals string
		want              []string
	}{
		{`[]`, `[]`, []string{
			"cleo@example.com becomes Admin in the organization: that takes the label tray-admin.",
			"ivo@example.com loses Contributor in sales-prod: that takes an approval of the last commit.",
			"workspace old-lab is deleted, with everything in it",
			"The plan does not tell everything (unreviewed)",
		}},
		{`["tray-admin"]`, `["ben"]`, nil},
	} {
		input := `{"review": ` + string(review) + `, "labels": ` + c.labels + `, "approvals": ` + c.approvals + `}`
		file := filepath.Join(t.TempDir(), "input.json")
		if err := os.WriteFile(file, []byte(input), 0o600); err != nil {
			t.Fatal(err)
		}
		out, code := sh(t, pack, "opa eval --format pretty --fail-defined --data . --input '"+file+"' 'data.tray.deny[message]'")
		if (code != 0) != (len(c.want) > 0) {
			t.Errorf("labels %s, approvals %s: exit status %d\n%s", c.labels, c.approvals, code, out)
		}
		for _, sentence := range c.want {
			if !strings.Contains(out, sentence) {
				t.Errorf("it does not say %q:\n%s", sentence, out)
			}
		}
	}
}

// The commands of the page about the JSON, on a review that every rule lets pass but one.
func TestGuide_theReviewInJSON(t *testing.T) {
	page, err := os.ReadFile("../../../templates/guides/review-json.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	_, console, _ := strings.Cut(string(page), "```console\n")
	console, _, _ = strings.Cut(console, "```")
	for review, want := range map[string]int{
		`{"version": 1, "access": [], "changes": [], "conditions": []}`: 0,
		`{"version": 2, "access": [], "changes": [], "conditions": []}`: 1,
	} {
		dir := t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "policy"), os.DirFS(pack)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "review.json"), []byte(review), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, code := sh(t, dir, strings.ReplaceAll(console, "$ ", "")); code != want {
			t.Errorf("%s: exit status %d, want %d\n%s", review, code, want, out)
		}
	}
}
