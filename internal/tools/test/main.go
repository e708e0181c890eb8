// Command test runs every test there is: the tools' own, the provider's with Terraform, and with OpenTofu those in which the
// two command lines may differ, without the race detector, and those that it leaves out; with -all, all that run a command line. What follows -- goes to each `go test`. At the end
// it lists what failed.
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
	"runtime"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/program"
)

var (
	all  = flag.Bool("all", false, "on OpenTofu too, run every test that runs a command line")
	only = flag.String("only", "", "run only the pass that has this in its title, such as OpenTofu")
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
	race, err := s.raceFlags(ctx)
	if err != nil {
		return err
	}
	onTofu, err := s.onTofu(ctx)
	if err != nil {
		return err
	}
	provider, clean, err := s.provider(ctx)
	if err != nil {
		return err
	}
	defer clean()
	s.env = append(s.env, "TRAY_TEST_PROVIDER="+provider)
	everything := []string{"./..."}
	ok := s.pass(ctx, pass{title: "the tools", dir: "internal/tools", flags: race, packages: everything})
	// OPA is watched by its own project.
	ok = s.pass(ctx, pass{title: "the policy pack", dir: "internal/tools/policy", packages: everything}) && ok
	ok = s.pass(ctx, pass{
		title: "the provider, on Terraform", dir: ".", env: []string{"TRAY_TEST_CLI=terraform"}, flags: race, packages: slices.Concat(longest, everything),
	}) && ok
	// The race detector has just seen all of this run, but for what it cannot judge: here it would only double the time.
	ok = s.pass(ctx, pass{
		title: "the provider, on OpenTofu", dir: ".", env: []string{"TRAY_TEST_CLI=tofu"}, flags: onTofu.flags, packages: onTofu.packages,
	}) && ok
	if !ok {
		return fmt.Errorf("failed:\n  %s", strings.Join(s.failures, "\n  "))
	}
	fmt.Println("test: all passed")
	return nil
}

type suite struct {
	root     string
	env      []string
	failures []string
}

// unwatched is what the race detector leaves out: SQLite, C code in Go's clothes with locks of its own. Watched, it took more time
// than all else together (233 s against 91 s for one package), most of it to check pointers that are not Go's. The driver
// and libc stay watched. They use generic code of the standard library, of which every package compiles its own copy and
// the linker keeps one for all: a copy from here would take the locks of sync.Map, say, out of the detector's sight, and
// encoding/json's cache would be reported as a race. SHA-256, which shares nothing, is what the digest of a secret computes
// many thousand times over.
var unwatched = []string{"modernc.org/sqlite/lib", "modernc.org/memory", "crypto/internal/fips140/sha256"}

// unchecked are watched without the check of each unsafe pointer that the race detector brings along: theirs are C's.
var unchecked = []string{"modernc.org/sqlite", "modernc.org/libc"}

// raceFlags turn the race detector on. It needs a C compiler; Go turns cgo off where there is none.
func (s *suite) raceFlags(ctx context.Context) ([]string, error) {
	cgo, err := s.output(ctx, "env", "CGO_ENABLED")
	if err != nil {
		return nil, err
	}
	if cgo == "1" {
		flags := []string{"-race"}
		for _, path := range unwatched {
			flags = append(flags, "-gcflags="+path+"=-race=false")
		}
		for _, path := range unchecked {
			flags = append(flags, "-gcflags="+path+"=-d=checkptr=0")
		}
		return flags, nil
	}
	fmt.Fprintln(os.Stderr, "test: there is no C compiler, so the race detector is off.")
	return nil, nil
}

// onTofu chooses what runs a second time, and what runs without the race detector only. A -run of the caller's goes before.
func (s *suite) onTofu(ctx context.Context) (pass, error) {
	const line = `{{.ImportPath}}|{{.Dir}}|{{join .TestImports " "}} {{join .XTestImports " "}}`
	out, err := s.output(ctx, "list", "-f", line, "./...")
	if err != nil {
		return pass{}, err
	}
	var p pass
	var names []string
	for line := range strings.Lines(out) {
		words := strings.SplitN(strings.TrimSpace(line), "|", 3)
		found, err := unwatchedTests(words[1])
		if err != nil {
			return pass{}, err
		}
		if slices.ContainsFunc(strings.Fields(words[2]), func(path string) bool { return strings.HasSuffix(path, "/internal/acctest") }) {
			differing, err := commandLineTests(filepath.Join(s.root, "internal", "acctest"), words[1], *all)
			if err != nil {
				return pass{}, err
			}
			found = append(found, differing...)
		}
		if len(found) > 0 {
			p.packages, names = append(p.packages, words[0]), append(names, found...)
		}
	}
	p.flags = []string{"-run=^(" + strings.Join(names, "|") + ")$"}
	return p, nil
}

// provider builds the provider's binary for all test processes.
func (s *suite) provider(ctx context.Context) (path string, clean func(), err error) {
	dir, err := os.MkdirTemp("", "tray-provider-")
	if err != nil {
		return "", nil, err
	}
	clean = func() { _ = os.RemoveAll(dir) }
	path = filepath.Join(dir, "terraform-provider-tray")
	if _, err := s.output(ctx, "build", "-ldflags=-s -w", "-o", path, "."); err != nil {
		clean()
		return "", nil, err
	}
	return path, clean, nil
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

// longest begins first: with the others beside it from the start, it does not end alone.
var longest = []string{"./internal/provider"}

// A pass is one run of go test.
type pass struct {
	title, dir           string
	env, flags, packages []string
}

// Acceptance tests wait for processes more than they compute, so more packages, and more tests of each, run at a time than
// there are cores: the longest package ends alone, and then its waits alone decide.
var parallel = []string{fmt.Sprintf("-p=%d", runtime.NumCPU()+1), fmt.Sprintf("-parallel=%d", runtime.NumCPU()+1)}

// pass runs go test without vet, which make check runs, shows all it prints, and remembers what failed.
func (s *suite) pass(ctx context.Context, p pass) bool {
	if len(p.packages) == 0 || !strings.Contains(p.title, *only) {
		return true
	}
	fmt.Printf("\n== Testing %s\n\n", p.title)
	failures := &failureLines{}
	args := slices.Concat([]string{"test", "-timeout=30m", "-vet=off"}, parallel, p.flags, flag.Args(), p.packages)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = filepath.Join(s.root, filepath.FromSlash(p.dir))
	cmd.Env = slices.Concat(os.Environ(), s.env, p.env)
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
		s.failures = append(s.failures, p.title+": "+line)
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
