package provider_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// Each rule is broken in turn, so that it never objects. In each of its lives a resource asks
// it about what it would have objected to; and that then goes through, or is stopped by Tray
// itself or by another rule: nobody has a verdict or words in the rule's place.
func TestRules_areWhatResourcesAsk(t *testing.T) {
	acctest.Alone(t) // what it breaks is broken for all tests of the process
	for _, rule := range policy.All {
		t.Run(rule.Code, func(t *testing.T) {
			judge := rule.Judge
			var objections atomic.Int32
			rule.Judge = func(before policy.Organization, changes []policy.Change, limits policy.Limits) []policy.Violation {
				objections.Add(int32(len(judge(before, changes, limits))))
				return nil
			}
			t.Cleanup(func() { rule.Judge = judge })
			lives := 0
			for _, r := range refusals { // one after the other, so that each is seen to ask
				if r.code != rule.Code {
					continue
				}
				lives++
				t.Run(r.name, func(t *testing.T) {
					r.goesThrough(t, func() { objections.Store(0) })
					if objections.Load() == 0 && !r.byTray {
						t.Errorf("no resource asks %s about it", rule.Code)
					}
				})
			}
			if lives == 0 {
				t.Errorf("no resource is known to ask %s: give it a life in refusals", rule.Code)
			}
		})
	}
}

// goesThrough plans what is refused, while the rule never objects; begins is called before.
func (r refusal) goesThrough(t *testing.T, begins func()) {
	t.Helper()
	env := acctest.Start(t)
	c := env.Layout(t, acctest.Terraform, "")
	r.prepare(c, env, false)
	command := []string{"plan", "-input=false"} // the apply waits for what may come
	if r.late || r.byTray {
		command = []string{"apply", "-input=false", "-auto-approve"}
	}
	begins()
	r.requireThrough(t, c.Run(append(command, r.args...)...))
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
