package provider_test

import (
	"flag"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

var update = flag.Bool("update", false, "write testdata/messages anew")

// file is the message's, in testdata/messages.
func (r refusal) file() string { return strings.ReplaceAll(r.code+" "+r.name, " ", "-") + ".txt" }

// prepare leads to where the next command is refused.
func (r refusal) prepare(c *acctest.CLI, env *acctest.Env, process bool) {
	if r.there != nil {
		r.there(env)
	}
	if process {
		c.Process()
		c.Write("required.tf", required)
	}
	c.Write("provider.tf", env.Provider(r.guardrails))
	if r.first != "" {
		c.Write("main.tf", r.first)
		if process {
			c.Init()
		}
		c.Apply()
	}
	if r.meanwhile != nil {
		r.meanwhile(env)
	}
	c.Write("main.tf", r.wanted)
	env.ClearRequests()
}

// refused leads to the message, and to all that were printed with it.
func (r refusal) refused(t *testing.T, c *acctest.CLI, env *acctest.Env) (acctest.Message, []acctest.Message) {
	t.Helper()
	r.prepare(c, env, r.process)
	got := c.Run(append([]string{"apply", "-input=false", "-auto-approve"}, r.args...)...)
	all := got.Errors()
	at := slices.IndexFunc(all, func(m acctest.Message) bool { return strings.HasPrefix(string(m), "Error: "+r.code) })
	if got.Code != 1 || at < 0 {
		t.Fatalf("the apply ends with %d and without %s:\n%s%s", got.Code, r.code, got.Stdout, got.Stderr)
	}
	return all[at], all
}

// Whatever a rule refuses, nothing was sent to Tray. And whoever does what the message says,
// to the letter, is done: the configuration applies, the plan after it is empty, and nobody
// has lost anything that was not to go.
func TestPromise_aRefusedPlanWritesNothing(t *testing.T) {
	t.Parallel()
	for _, r := range refusals {
		for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
			t.Run(strings.TrimSpace(r.code+" "+r.name+" "+r.how.Only)+"/"+cli, func(t *testing.T) {
				t.Parallel()
				env := acctest.Start(t)
				c := env.Layout(t, cli, "")
				message, all := r.refused(t, c, env)
				if sent := r.sent(env); len(sent) > 0 {
					t.Errorf("it is refused, and this was sent:\n%s", sent)
				}
				before := env.State()
				r.follow(c, env, message, all)
				c.Apply()
				c.Environ = nil // what was set was for that plan
				c.NoChanges()
				if lost := acctest.Lost(before, env.State()); !slices.Equal(lost, r.loses) {
					t.Errorf("these lost something: %q, want %q; the message was\n%s", lost, r.loses, message)
				}
				if cli == acctest.Terraform && !r.varies {
					r.compare(t, message)
				}
			})
		}
	}
}

// sent are the writes since the log was cleared, before what is refused; what Tray itself refused
// changed nothing.
func (r refusal) sent(env *acctest.Env) acctest.Requests {
	return slices.DeleteFunc(env.Requests().Writes(), func(q acctest.Request) bool { return r.byTray && q.Status >= http.StatusBadRequest })
}

// follow does what the message says.
func (r refusal) follow(c *acctest.CLI, env *acctest.Env, message acctest.Message, all []acctest.Message) {
	if r.then != "" {
		c.Write("main.tf", r.then)
	}
	switch {
	case r.byHand != nil:
		r.byHand(c, env)
	case r.how.Only == inWords:
	case r.varies:
		for _, m := range all {
			c.Follow(m, r.how)
		}
	default:
		c.Follow(message, r.how)
	}
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|req_\w+|p\["[^"]+"\]`)

// either is where a message says which resource it is about; of one that the configuration
// does not have any more, Terraform says nothing.
var either = regexp.MustCompile(`(?m)^  with tray_\w+\.\w+,\n(?:  .*\n)*\n`)

// ruleLink ends the first error of a code, whichever of two that is.
var ruleLink = regexp.MustCompile(`\n+https://registry\.terraform\.io/providers/tray-community/tray/latest/docs/guides/rules#tray\d+`)

// compare holds the message against its file: words that people act on are read by
// somebody before they change.
func (r refusal) compare(t *testing.T, message acctest.Message) {
	t.Helper()
	file := filepath.Join("testdata", "messages", r.file())
	got := anyID.ReplaceAllString(ruleLink.ReplaceAllString(string(message), ""), "<id>") + "\n"
	if r.either {
		got = either.ReplaceAllString(got, "")
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s (%v) is not what Terraform prints; read it, then `go test -run aRefusedPlan ./internal/provider -update`:\n%s", file, err, got)
	}
}

// Every code that the provider can print has a life above, and every message a file.
func TestRemedies_everyCodeIsThere(t *testing.T) {
	codes, covered, files := map[string]bool{}, map[string]bool{}, map[string]bool{}
	printed := regexp.MustCompile(`"(TRAY\d{3})[":]`)
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range printed.FindAllStringSubmatch(string(source), -1) {
			codes[found[1]] = true
		}
		return err
	})
	if err != nil || len(codes) < 10 {
		t.Fatalf("the sources name %d codes: %v", len(codes), err)
	}
	for _, r := range refusals {
		covered[r.code] = true
		if !r.varies {
			files[r.file()] = true
		}
	}
	for code := range codes {
		if !covered[code] {
			t.Errorf("%s has no life in refusals", code)
		}
	}
	written, err := filepath.Glob(filepath.Join("testdata", "messages", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range written {
		if !files[filepath.Base(file)] {
			t.Errorf("%s belongs to no message", file)
		}
		delete(files, filepath.Base(file))
	}
	if len(files) > 0 {
		t.Errorf("these messages have no file: %q", slices.Sorted(maps.Keys(files)))
	}
}
