// Command test runs every test there is: the tools' own, the provider's with Terraform, and once more with OpenTofu those
// that run a command line. What follows -- goes to each `go test`. At the end it lists what failed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/program"
)

func main() { program.Main("test", run) }

func run(ctx context.Context, root string) error {
	s := suite{root: root, env: commandline.Env()}
	finder := commandline.NewFinder(root, os.Stderr)
	for _, tool := range commandline.Tools() {
		path, err := finder.Find(ctx, tool)
		if err != nil {
			return err
		}
		s.env = append(s.env, tool.Env+"="+path)
	}
	flags, err := s.flags(ctx)
	if err != nil {
		return err
	}
	s.args = slices.Concat(flags, flag.Args())
	withCommandLine, err := s.withCommandLine(ctx)
	if err != nil {
		return err
	}
	ok := s.pass(ctx, "the tools", "internal/tools", nil, "./...")
	ok = s.pass(ctx, "the provider, on Terraform", ".", []string{"TRAY_TEST_CLI=terraform"}, "./...") && ok
	if len(withCommandLine) > 0 {
		ok = s.pass(ctx, "the provider, on OpenTofu", ".", []string{"TRAY_TEST_CLI=tofu"}, withCommandLine...) && ok
	}
	if !ok {
		return fmt.Errorf("failed:\n  %s", strings.Join(s.failures, "\n  "))
	}
	fmt.Println("test: all passed")
	return nil
}

type suite struct {
	root     string
	env      []string
	args     []string
	failures []string
}

// flags are those that every go test gets. The race detector needs a C compiler; Go turns cgo off where there is none.
func (s *suite) flags(ctx context.Context) ([]string, error) {
	flags := []string{"-timeout=30m"}
	cgo, err := s.output(ctx, "env", "CGO_ENABLED")
	if err != nil {
		return nil, err
	}
	if cgo == "1" {
		flags = append(flags, "-race")
	} else {
		fmt.Fprintln(os.Stderr, "test: there is no C compiler, so the race detector is off.")
	}
	return flags, nil
}

// withCommandLine lists the packages whose tests run Terraform: those that import acctest.
func (s *suite) withCommandLine(ctx context.Context) ([]string, error) {
	const line = `{{.ImportPath}} {{join .TestImports " "}} {{join .XTestImports " "}}`
	out, err := s.output(ctx, "list", "-f", line, "./...")
	if err != nil {
		return nil, err
	}
	var packages []string
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if slices.ContainsFunc(words[1:], func(path string) bool { return strings.HasSuffix(path, "/internal/acctest") }) {
			packages = append(packages, words[0])
		}
	}
	return packages, nil
}

func (s *suite) output(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stderr = s.root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// pass runs go test once, shows all it prints, and remembers what failed.
func (s *suite) pass(ctx context.Context, title, dir string, env []string, packages ...string) bool {
	fmt.Printf("\n== Testing %s\n\n", title)
	failures := &failureLines{}
	cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{"test"}, s.args, packages)...)
	cmd.Dir = filepath.Join(s.root, filepath.FromSlash(dir))
	cmd.Env = slices.Concat(os.Environ(), s.env, env)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(os.Stdout, failures), os.Stderr
	err := cmd.Run()
	if err == nil {
		return true
	}
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		failures.found = append(failures.found, err.Error())
	}
	if len(failures.found) == 0 {
		failures.found = []string{"see above"}
	}
	for _, line := range failures.found {
		s.failures = append(s.failures, title+": "+line)
	}
	return false
}

// failureLines keeps the lines of go test that name a failed test or package, in order.
type failureLines struct {
	found   []string
	partial string
}

func (f *failureLines) Write(p []byte) (int, error) {
	text := f.partial + string(p)
	for {
		line, rest, whole := strings.Cut(text, "\n")
		if !whole {
			f.partial = line
			return len(p), nil
		}
		trimmed := strings.TrimSpace(line)
		named := strings.HasPrefix(trimmed, "--- FAIL: ") || strings.HasPrefix(line, "FAIL\t") ||
			strings.HasPrefix(line, "panic: ") || trimmed == "WARNING: DATA RACE"
		if named {
			f.found = append(f.found, trimmed)
		}
		text = rest
	}
}
