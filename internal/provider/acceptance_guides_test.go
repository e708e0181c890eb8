package provider_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// guided is a layout in which somebody follows a guide from its first line to its last.
type guided struct {
	*acctest.CLI
	t *testing.T
	// before is what people do who are not in the guide, by the number of a console block.
	before map[int]func()
	// exports are what the guide's export sets, which holds from there on.
	exports []string
}

var (
	guideBlock = regexp.MustCompile("(?s)(.*?)```(\\w+)\n(.*?)```")
	guideFile  = regexp.MustCompile("`([\\w./-]+\\.(?:tf|yaml|csv))`")
	guideLine  = regexp.MustCompile(`(?m)^\$ (.+)\n((?:[^$\n].*\n)*)`)
)

// walks follows a guide: a block of a file is written to the file that the text before it
// names last, and the lines of a console are run. Lines without a $ are what the command says
// above them; where that is an error, the command has to fail.
func (g *guided) walks(name string) {
	g.t.Helper()
	text := string(contentOf(g.t, "../../templates/guides/"+name+".md.tmpl"))
	consoles := 0
	for _, m := range guideBlock.FindAllStringSubmatch(text, -1) {
		switch language := m[2]; language {
		case "terraform", "yaml", "csv":
			files := guideFile.FindAllStringSubmatch(m[1], -1)
			if len(files) == 0 {
				g.t.Fatalf("%s does not say which file this is:\n%s", name, m[3])
			}
			g.Write(files[len(files)-1][1], m[3])
		case "console":
			consoles++
			if act := g.before[consoles]; act != nil {
				act()
			}
			for _, line := range guideLine.FindAllStringSubmatch(m[3], -1) {
				g.runs(line[1], line[2])
			}
		case "hcl", "shell": // fragments, of what an example has whole
		default:
			g.t.Fatalf("%s has a block of %s, which this test does not know", name, language)
		}
	}
	if consoles == 0 {
		g.t.Fatalf("%s runs nothing", name)
	}
}

func (g *guided) runs(line, says string) {
	g.t.Helper()
	out, code := "", 0
	command, own := strings.CutPrefix(line, "terraform ")
	switch {
	case own:
		command, file, redirected := strings.Cut(command, " > ")
		words := strings.Fields(command)
		if words[0] == "apply" {
			words = slices.Insert(words, 1, "-auto-approve")
		}
		r := g.Run(words...)
		if out, code = r.Text(), r.Code; redirected {
			g.Write(file, r.Stdout)
		}
	case strings.HasPrefix(line, "export "):
		g.Environ = append(g.Environ, g.exports...)
		for word := range strings.FieldsSeq(strings.TrimPrefix(line, "export ")) {
			if name, _, _ := strings.Cut(word, "="); !strings.Contains(strings.Join(g.Environ, " "), name+"=") {
				g.t.Fatalf("nobody exports %s", name)
			}
		}
	default:
		line = strings.Replace(line, "terraform-provider-tray ", "'"+acctest.Binary(g.t)+"' ", 1)
		shell := exec.CommandContext(g.t.Context(), "sh", "-ec", line)
		shell.Dir = g.Dir
		raw, err := shell.CombinedOutput()
		out = string(raw)
		if err != nil {
			code = 1
		}
	}
	if failed := strings.HasPrefix(says, "Error: "); code != 0 != failed {
		g.t.Fatalf("$ %s\nexit code %d\n%s", line, code, out)
	}
	for want := range strings.Lines(says) {
		if !strings.Contains(out, strings.TrimSpace(want)) {
			g.t.Fatalf("$ %s\ndoes not say %q:\n%s", line, want, out)
		}
	}
}

// guide begins to follow a guide in an empty folder, with the real binary.
func guide(t *testing.T, cli string, _ ...acctest.Option) *guided {
	t.Helper()
	return &guided{CLI: acctest.Start(t).Layout(t, cli, "").Process(), t: t}
}

func TestGuide_peopleInYAMLAndCSV(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) { g.walks("people-in-yaml-and-csv") })
}

func TestGuide_joinersMoversLeavers(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) { g.walks("joiners-movers-leavers") })
}

func TestGuide_besideYourIdentityProvider(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) { g.walks("beside-your-identity-provider") })
}

// The guide runs in the scenario that it is about.
func TestGuide_embeddedAccountsAsEnvironments(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) {
		if err := os.CopyFS(g.Dir, os.DirFS(examples+"scenarios/embedded-accounts-as-environments")); err != nil {
			g.t.Fatal(err)
		}
		g.walks("embedded-accounts-as-environments")
	})
}

// The guide runs in the scenario that it is about.
func TestGuide_embeddedProjectsAsEnvironments(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) {
		if err := os.CopyFS(g.Dir, os.DirFS(examples+"scenarios/embedded-projects-as-environments")); err != nil {
			g.t.Fatal(err)
		}
		g.walks("embedded-projects-as-environments")
	})
}

// The live organization is a sandbox without what a live Tray does not serve, and people in
// its UI do between two blocks what the text says.
func TestGuide_fromSandboxToLive(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) {
		live := acctest.Start(g.t, acctest.NoManagement())
		live.Control("POST", "ui/users", map[string]any{"email": "ana@example.com", "name": "Ana", "role": "Viewer"})
		g.exports = []string{"TF_VAR_live=true", "TRAY_API_TOKEN=" + live.Token, "TRAY_API_URL=" + live.URL}
		g.before = map[int]func(){5: func() {
			live.Control("POST", "ui/workspaces", map[string]any{"name": "sales-prod"})
			live.Control("DELETE", "ui/workspaces/sales-prod/members/owner@example.com", nil)
		}}
		g.walks("from-sandbox-to-live")
	})
}
