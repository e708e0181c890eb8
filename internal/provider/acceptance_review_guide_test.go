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

// The guide, followed literally: its files, its edit and its commands, up to the comment
// that it shows.
func TestGuide_reviewAccessInAPullRequest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../templates/guides/review-access-in-a-pull-request.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	hcl := fences(t, string(text), "terraform", 2)
	comment := fences(t, string(text), "markdown", 1)[0]
	consoles := fences(t, string(text), "console", 3)
	table := regexp.MustCompile(`(?s)  sales = \{.*?\n  \}\n`)
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := acctest.Start(t).Layout(t, name, "").Process()
			cli.Write("main.tf", hcl[0])
			inShell(t, cli, consoles[0])
			cli.Write("main.tf", table.ReplaceAllLiteralString(hcl[0], hcl[1]))
			inShell(t, cli, consoles[1])
			got, err := os.ReadFile(filepath.Join(cli.Dir, "review.md"))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != comment {
				t.Errorf("the guide shows another review than this:\n%s", got)
			}
			inShell(t, cli, consoles[2])
			beginsInJSON(t, cli)
		})
	}
}

// beginsInJSON compares with the example of the page about the JSON, but for the id of this
// run's workspace.
func beginsInJSON(t *testing.T, cli *acctest.CLI) {
	t.Helper()
	example := fences(t, string(contentOf(t, "../../templates/guides/review-json.md.tmpl")), "json", 1)[0]
	got, code := reviewed(t, string(contentOf(t, filepath.Join(cli.Dir, "plan.json"))), "-format", "json")
	id := regexp.MustCompile(`"workspace_id": "[0-9a-f-]{36}"`)
	if example = id.ReplaceAllString(example, ""); code != 0 || !strings.HasPrefix(id.ReplaceAllString(got, ""), example) {
		t.Errorf("the page about the JSON shows another beginning than this:\n%s", got)
	}
}

// fences are the blocks of one language in a guide.
func fences(t *testing.T, text, language string, count int) (blocks []string) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	if len(blocks) != count {
		t.Fatalf("the guide has %d blocks of %s, want %d", len(blocks), language, count)
	}
	return blocks
}

// inShell runs a console block: the command line's own commands by the harness, all else
// by a shell.
func inShell(t *testing.T, cli *acctest.CLI, console string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^\$ (.+)$`).FindAllStringSubmatch(console, -1) {
		command, own := strings.CutPrefix(m[1], "terraform ")
		if !own {
			shell := exec.CommandContext(t.Context(), "sh", "-c", m[1])
			shell.Dir = cli.Dir
			if out, err := shell.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", m[1], err, out)
			}
			continue
		}
		command, file, redirected := strings.Cut(command, " > ")
		words := strings.Fields(command)
		if words[0] == "apply" {
			words = append(words, "-auto-approve")
		}
		r := cli.Run(words...)
		if r.Code != 0 {
			t.Fatalf("%s: exit code %d\n%s", m[1], r.Code, r.Text())
		}
		if redirected {
			cli.Write(file, r.Stdout)
		}
	}
}

// The table of conditions in the guide is that of the command's help.
func TestGuide_listsTheConditionsOfTheReview(t *testing.T) {
	text, err := os.ReadFile("../../templates/guides/review-access-in-a-pull-request.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	help, code := reviewed(t, "", "-help")
	_, list, ok := strings.Cut(help, "Conditions:\n")
	if code != 0 || !ok {
		t.Fatalf("the help is\n%s", help)
	}
	for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
		name, meaning, _ := strings.Cut(strings.TrimSpace(line), " ")
		if row := "| `" + name + "` | " + strings.TrimSpace(meaning) + " |"; !strings.Contains(string(text), row) {
			t.Errorf("the guide does not have the row %q", row)
		}
	}
}
