package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
)

// Whoever types what the first guide says, word for word and in an empty home, gets to the drift at its end.
func TestInstall_theFirstGuideWorksAsTyped(t *testing.T) {
	if testing.Short() {
		t.Skip("runs real command lines")
	}
	guide := section(t, filepath.Join(root, "docs", "guides", "getting-started-without-an-account.md"), "## 2. A layout", "## 4. Over HTTP")
	layout, _, _ := strings.Cut(guide[strings.Index(guide, "```terraform\n")+len("```terraform\n"):], "```")
	home := t.TempDir()
	if err := machineOf(home, nil).install(t.Context(), root, "0.1.0", &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	for _, tool := range commandline.Tools() {
		t.Run(tool.Name, func(t *testing.T) {
			dir, bin := t.TempDir(), t.TempDir()
			write(t, filepath.Join(dir, "main.tf"), layout)
			if err := os.Symlink(commandLine(t, tool), filepath.Join(bin, tool.Name)); err != nil {
				t.Fatal(err)
			}
			said := ""
			commands := typed(guide)
			for _, command := range commands {
				command = strings.Replace(command, "terraform ", tool.Name+" ", 1)
				said = typeIn(t, dir, home, bin, command)
				if strings.HasSuffix(command, "# No changes.") && !strings.Contains(said, "No changes.") {
					t.Errorf("%s says:\n%s", command, said)
				}
			}
			if len(commands) < 6 || !strings.Contains(said, `"Viewer" -> "Admin"`) {
				t.Errorf("after %d commands the last one says:\n%s", len(commands), said)
			}
		})
	}
}

// section is what stands between two headings of a page.
func section(t *testing.T, page, from, to string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(text), from)
	rest, _, ends := strings.Cut(rest, to)
	if !begins || !ends {
		t.Fatalf("%s has no %q before %q", page, from, to)
	}
	return rest
}

// typed are the commands in a page, with the comments behind them.
func typed(page string) (commands []string) {
	for line := range strings.Lines(page) {
		if command, found := strings.CutPrefix(line, "$ "); found {
			commands = append(commands, strings.TrimSpace(command))
		}
	}
	return commands
}

// typeIn runs a command in a shell that has a command line and what was installed on its PATH. An apply needs no yes.
func typeIn(t *testing.T, dir, home, bin, command string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = dir
	cmd.Env = []string{
		"HOME=" + home, "PATH=" + strings.Join([]string{filepath.Join(home, ".local", "bin"), bin, os.Getenv("PATH")}, string(os.PathListSeparator)),
		"CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=-no-color", "TF_CLI_ARGS_apply=-auto-approve", "TMPDIR=" + os.TempDir(),
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}
