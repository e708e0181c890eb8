package provider_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// Each rule is broken in turn, so that it never objects. What resources have it refuse,
// which TestPromise_aRefusedPlanWritesNothing shows for the same lives, then goes through,
// or is stopped by Tray itself or by another rule: nobody has a verdict or words in the rule's place. A rule
// that no resource asks has no such life.
func TestRules_areWhatResourcesAsk(t *testing.T) {
	for _, rule := range policy.All {
		t.Run(rule.Code, func(t *testing.T) {
			judge := rule.Judge
			rule.Judge = func(policy.Organization, []policy.Change, policy.Limits) []policy.Violation { return nil }
			t.Cleanup(func() { rule.Judge = judge }) // after the lives, which run side by side
			lives := 0
			for _, r := range refusals {
				if r.code != rule.Code {
					continue
				}
				lives++
				t.Run(r.name, func(t *testing.T) {
					t.Parallel()
					env := acctest.Start(t)
					c := env.Layout(t, acctest.Terraform, "")
					r.prepare(c, env, false)
					command := []string{"plan", "-input=false"} // the apply waits for what may come
					if r.late || r.byTray {
						command = []string{"apply", "-input=false", "-auto-approve"}
					}
					r.requireThrough(t, c.Run(append(command, r.args...)...))
				})
			}
			if lives == 0 {
				t.Errorf("no resource is known to ask %s: give it a life in refusals", rule.Code)
			}
		})
	}
}

// another is an error of Tray, or of a rule that objects to the same for its own reason.
var another = regexp.MustCompile(`HTTP \d{3}|^Error: TRAY\d{3}:`)

// requireThrough checks that whatever stopped the apply, if anything, it was not the rule.
func (r refusal) requireThrough(t *testing.T, got acctest.Result) {
	t.Helper()
	for _, m := range got.Errors() {
		if strings.Contains(string(m), r.code) || !another.MatchString(string(m)) {
			t.Errorf("without %s something else refuses in its place:\n%s", r.code, m)
		}
	}
	if got.Code != 0 && len(got.Errors()) == 0 {
		t.Errorf("the command ends with %d:\n%s", got.Code, got.Stderr)
	}
}

// Only rules speak for rules: a text elsewhere that begins with a code is a second verdict.
func TestRules_haveNoTwins(t *testing.T) {
	t.Parallel()
	begins := regexp.MustCompile("^[\"`]TRAY\\d{3}:")
	read := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && entry.Name() == "policy" {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		read++
		files := gotoken.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if text, is := n.(*ast.BasicLit); is && text.Kind == gotoken.STRING && begins.MatchString(text.Value) {
				t.Errorf("%s: %s belongs into policy", files.Position(text.Pos()), text.Value)
			}
			return true
		})
		return nil
	})
	if err != nil || read < 50 {
		t.Fatalf("%d files were read: %v", read, err)
	}
}
