// Command check runs the checks that need no test: format, vet, lint, tidy modules, generated files equal to what is
// committed, what may be in the tree at all, links that lead somewhere, sentences that are short enough to read. It goes
// through all of them and then says which failed. Arguments choose some by name.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/program"
)

func main() { program.Main("check", run) }

// The checkout's modules.
const (
	provider = "."
	tools    = "internal/tools"
	linter   = "internal/tools/lint"
	policy   = "internal/tools/policy"
)

func run(ctx context.Context, root string) error {
	only := flag.Args()
	c := checkout{root: root}
	checks := []struct {
		name string
		run  func(context.Context) error
	}{
		{"format", c.format}, {"tree", c.tree}, {"links", c.links}, {"prose", c.prose}, {"tidy", c.tidy}, {"vet", c.vet}, {"lint", c.lint}, {"generated", c.generated},
	}
	var failed []string
	for _, check := range checks {
		if len(only) > 0 && !slices.Contains(only, check.name) {
			continue
		}
		begin := time.Now()
		err := check.run(ctx)
		result := "ok"
		if err != nil {
			result = "FAILED"
			failed = append(failed, check.name)
			fmt.Fprintln(os.Stderr, err)
		}
		fmt.Printf("check: %-9s %-6s %s\n", check.name, result, time.Since(begin).Round(100*time.Millisecond))
	}
	if len(failed) > 0 {
		return errors.New("failed: " + strings.Join(failed, ", "))
	}
	return nil
}

type checkout struct{ root string }

func (c checkout) tidy(ctx context.Context) error {
	var errs []error
	for _, module := range []string{provider, tools, linter, policy} {
		if err := c.run(ctx, module, "go", "mod", "tidy", "-diff"); err != nil {
			errs = append(errs, fmt.Errorf("%s/go.mod is not tidy: run go mod tidy there", module))
		}
	}
	return errors.Join(errs...)
}

func (c checkout) vet(ctx context.Context) error {
	return errors.Join(c.run(ctx, provider, "go", "vet", "./..."), c.run(ctx, tools, "go", "vet", "./..."), c.run(ctx, policy, "go", "vet", "./..."))
}

// lint asks the go command for the linter as its module pins it, which builds it on first use, and runs it on our modules.
func (c checkout) lint(ctx context.Context) error {
	ask := exec.CommandContext(ctx, "go", "tool", "-n", "golangci-lint")
	ask.Dir, ask.Stderr = filepath.Join(c.root, filepath.FromSlash(linter)), os.Stderr
	path, err := ask.Output()
	if err != nil {
		return fmt.Errorf("golangci-lint does not build: %w", err)
	}
	args := []string{"run", "--config", filepath.Join(c.root, ".golangci.yml"), "./..."}
	golangci := strings.TrimSpace(string(path))
	return errors.Join(c.run(ctx, provider, golangci, args...), c.run(ctx, tools, golangci, args...), c.run(ctx, policy, golangci, args...))
}

func (c checkout) generated(ctx context.Context) error {
	return c.run(ctx, tools, "go", "run", "./generate", "-check")
}

func (c checkout) run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = filepath.Join(c.root, filepath.FromSlash(dir))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s, in %s: %w", filepath.Base(program), args[0], dir, err)
	}
	return nil
}
