package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
)

const root = "../../.."

// From an empty home, with the README's first configuration typed literally: what it says must be all that it takes.
func TestInstall_servesBothCommandLinesFromAnEmptyHome(t *testing.T) {
	if testing.Short() {
		t.Skip("runs real command lines")
	}
	layout := firstConfiguration(t)
	home := t.TempDir()
	m := machineOf(home, nil)
	said := &strings.Builder{}
	if err := m.install(t.Context(), root, "0.1.0", said); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"nothing is published yet", "tofu init finds it in", filepath.Join(home, ".local", "bin")} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	for _, tool := range commandline.Tools() {
		t.Run(tool.Name, func(t *testing.T) {
			cli, dir := commandLine(t, tool), t.TempDir()
			write(t, filepath.Join(dir, "main.tf"), layout)
			inShell(t, dir, home, cli, "init", "-input=false", "-no-color")
			inShell(t, dir, home, cli, "apply", "-input=false", "-no-color", "-auto-approve")
			shell := filepath.Join(home, ".local", "bin", "terraform-provider-tray")
			if out := inShell(t, dir, home, shell, "sandbox", "call", "GET", "/core/v1/users"); !strings.Contains(out, `"elements"`) {
				t.Errorf("the command on PATH answers %q", out)
			}
		})
	}
}

func commandLine(t *testing.T, tool commandline.Tool) string {
	t.Helper()
	path := os.Getenv(tool.Env)
	if path == "" {
		t.Fatalf("This test runs a real %s, and %s does not say where one is: run `make cli`, or use `make test`.", tool.Title, tool.Env)
	}
	return path
}

func firstConfiguration(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```terraform\n")
	layout, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("README.md shows no configuration")
	}
	return layout
}

func inShell(t *testing.T, dir, home, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + home, "USERPROFILE=" + home, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TMPDIR=" + os.TempDir()}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(program), strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestMachine_choosesAFolderThatIsOnPath(t *testing.T) {
	m := machine{bins: []string{"/home/ana/.local/bin", "/home/ana/go/bin"}, path: []string{"/usr/bin", "/home/ana/go/bin/"}}
	if dir, onPath := m.bin(); dir != "/home/ana/go/bin" || !onPath {
		t.Errorf("got %q, %t", dir, onPath)
	}
	m.path = []string{"/usr/bin"}
	if dir, onPath := m.bin(); dir != "/home/ana/.local/bin" || onPath {
		t.Errorf("got %q, %t", dir, onPath)
	}
	if line := pathLine("/home/ana/.local/bin"); runtime.GOOS != "windows" && line != `export PATH="/home/ana/.local/bin:$PATH"` {
		t.Errorf("got %q", line)
	}
}

// With a provider_installation block neither command line looks into the plugins folder, and init would say that the
// registry knows no such provider.
func TestInstall_tellsOfAConfigurationThatHidesIt(t *testing.T) {
	m := machineOf(t.TempDir(), nil)
	silent, said := &strings.Builder{}, &strings.Builder{}
	m.warnOfConfig(silent)
	if err := os.MkdirAll(filepath.Dir(m.configs[0]), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, m.configs[0], "provider_installation {\n  direct {}\n}\n")
	m.warnOfConfig(said)
	if silent.String() != "" || !strings.Contains(said.String(), filepath.ToSlash(m.plugins)) {
		t.Errorf("without such a block %q, with one %q", silent, said)
	}
}
