package provider_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// The guide, followed literally: by the owner with a token, and then by somebody without.
func TestGuide_plansForForks(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../templates/guides/forks.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	hcl := fences(t, string(text), "terraform", 3)
	consoles := fences(t, string(text), "console", 2)
	comment := fences(t, string(text), "markdown", 1)[0]
	table := regexp.MustCompile(`(?s)  sales = \{.*?\n  \}\n`)
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			owner := env.Layout(t, name, "").Process()
			owner.Environ = []string{"TRAY_API_URL=" + env.URL, "TRAY_API_TOKEN=" + env.Token}
			owner.Write("main.tf", hcl[0])
			follow(t, owner, consoles[0])

			env.ClearRequests()
			fork := env.Layout(t, name, "").Process()
			for _, file := range []string{"org.db", "org.tfstate"} {
				fork.Write(file, string(contentOf(t, filepath.Join(owner.Dir, file))))
			}
			fork.Write("main.tf", table.ReplaceAllLiteralString(hcl[0], hcl[1]))
			fork.Write("fork_override.tf", hcl[2])
			follow(t, fork, consoles[1])
			if got := string(contentOf(t, filepath.Join(fork.Dir, "review.md"))); got != comment {
				t.Errorf("the guide shows another review than this:\n%s", got)
			}
			if asked := env.Requests(); len(asked) > 0 {
				t.Errorf("the fork asked the organization:\n%s", asked)
			}
		})
	}
}

// follow runs the lines of a console: the command line's own by the harness, the provider's
// by its binary. An export holds for the rest.
func follow(t *testing.T, cli *acctest.CLI, console string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^\$ (.+)$`).FindAllStringSubmatch(console, -1) {
		line, file, redirected := strings.Cut(m[1], " > ")
		words := strings.Fields(line)
		out := ""
		switch words[0] {
		case "export":
			cli.Environ = append(cli.Environ, words[1])
		case "terraform":
			if words[1] == "apply" {
				words = append(words, "-auto-approve")
			}
			r := cli.Run(words[1:]...)
			if r.Code != 0 {
				t.Fatalf("%s: exit code %d\n%s", m[1], r.Code, r.Text())
			}
			out = r.Stdout
		case "terraform-provider-tray":
			c := exec.CommandContext(t.Context(), acctest.Binary(t), words[1:]...)
			c.Dir, c.Env = cli.Dir, cli.Environ
			raw, err := c.Output()
			if err != nil {
				t.Fatalf("%s: %v\n%s", m[1], err, raw)
			}
			out = string(raw)
		default:
			t.Fatalf("the guide has a line that this test cannot run: %s", line)
		}
		if redirected {
			cli.Write(file, out)
		}
	}
}
