package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A cause is explained once in each plan and each apply, however long the process lives;
// what has a reason of its own always says it.
func TestTold_explainsACauseOnceARun(t *testing.T) {
	var said told
	explains := func(summary, detail string) bool {
		in := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: detail}}
		return said.shorten(in)[0].Detail != ""
	}
	const expired = "The token has expired. HTTP 401, request req_"
	said.turn(false)
	for i, step := range []struct {
		before func()
		detail string
		want   bool
	}{
		{nil, expired + "1", true},
		{nil, expired + "2", false},
		{nil, "Another reason.", true},
		{func() { said.turn(true) }, expired + "3", true}, // the apply
		{func() { said.turn(true) }, expired + "4", false},
		{func() { said.turn(false) }, expired + "5", true}, // the next plan of the same process
		{said.again, expired + "6", true},                  // configured anew
	} {
		if step.before != nil {
			step.before()
		}
		if got := explains("Could not read the user", step.detail); got != step.want {
			t.Errorf("step %d: explained %t, want %t", i, got, step.want)
		}
	}
	two := []*tfprotov6.Diagnostic{{Summary: "a", Detail: "Remove it."}, {Summary: "b", Detail: "Remove it."}}
	for _, d := range two {
		d.Severity = tfprotov6.DiagnosticSeverityError
	}
	if said.shorten(two); two[0].Detail == "" || two[1].Detail == "" {
		t.Error("one of two arguments of an object is not explained")
	}
	warning := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "w", Detail: expired + "7"}}
	if said.shorten(warning)[0].Detail == "" {
		t.Error("a warning is shortened, which Terraform folds itself")
	}
}

// Whoever meets a rule for the first time finds where it is explained, once for each rule
// in each plan and each apply.
func TestTold_namesThePageOfARuleOnceARun(t *testing.T) {
	var said told
	ends := func(severity tfprotov6.DiagnosticSeverity, summary, detail string) string {
		shared := &tfprotov6.Diagnostic{Severity: severity, Summary: summary, Detail: detail}
		got := said.shorten([]*tfprotov6.Diagnostic{shared})[0].Detail
		if shared.Detail != detail {
			t.Errorf("%s: the error itself was changed", summary)
		}
		return strings.TrimPrefix(got, detail)
	}
	const failed, warned = tfprotov6.DiagnosticSeverityError, tfprotov6.DiagnosticSeverityWarning
	page := func(code string) string { return "\n\n" + rulesPage + code }
	said.turn(false)
	for i, step := range []struct {
		severity        tfprotov6.DiagnosticSeverity
		summary, detail string
		want            string
	}{
		{warned, "TRAY003: Few Admins", "Ana.", ""},
		{failed, "TRAY003: Few Admins", "Ana.", page("tray003")},
		{failed, "TRAY003: Few Admins", "Ben.", ""},
		{failed, "TRAY012: It exists", "Import it.", page("tray012")},
		{failed, "Could not read TRAY003", "Down.", ""},
	} {
		if got := ends(step.severity, step.summary, step.detail); got != step.want {
			t.Errorf("step %d ends with %q, want %q", i, got, step.want)
		}
	}
	said.turn(true)
	if got := ends(failed, "TRAY003: Few Admins", "Ana."); got != page("tray003") {
		t.Errorf("in the apply it ends with %q", got)
	}
}

// A message names an anchor of the page, so the page has to have one for every code.
func TestTold_everyRuleHasAnAnchor(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "guides", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	err = filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range regexp.MustCompile(`"(TRAY\d{3})\b`).FindAllStringSubmatch(string(source), -1) {
			codes[strings.ToLower(found[1])] = true
		}
		return err
	})
	if err != nil || len(codes) < 9 {
		t.Fatalf("the codes are %v: %v", codes, err)
	}
	for code := range codes {
		if !strings.Contains(string(page), `<a id="`+code+`"></a>`) {
			t.Errorf("the page of the rules has no anchor %s", code)
		}
	}
}

// A token that sees too little says so of each object, in words that name the object.
func TestTold_whatCannotBeToldIsExplainedOnce(t *testing.T) {
	var said told
	of := func(path, what string) *tfprotov6.Diagnostic {
		return said.shorten([]*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Could not read the " + what,
			Detail: "GET " + path + ": not found. Whether the " + what + " is gone or hidden from this token cannot be told: Tray answers both alike. HTTP 404, request req_1"}})[0]
	}
	if first := of("/core/v1/users/1", "user"); first.Detail == "" {
		t.Error("the first does not explain it")
	}
	if second := of("/core/v1/workspaces/2", "workspace"); second.Detail != "" || !strings.Contains(second.Summary, "Could not read the workspace, for the same reason") {
		t.Errorf("the second says %q, %q", second.Summary, second.Detail)
	}
}
