package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// files lists what git tracks or would, relative to the root.
func (c checkout) files(ctx context.Context) ([]string, error) {
	cmd := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir, cmd.Stderr = c.root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}

// each calls judge with every file's content and joins what it finds.
func (c checkout) each(ctx context.Context, judge func(name string, content []byte) error) error {
	names, err := c.files(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(c.root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not yet committed
		}
		if err == nil {
			err = judge(name, content)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c checkout) format(ctx context.Context) error {
	return c.each(ctx, func(name string, content []byte) error {
		if filepath.Ext(name) != ".go" {
			return nil
		}
		formatted, err := format.Source(content)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !bytes.Equal(content, formatted) {
			return fmt.Errorf("%s: not formatted: run gofmt -w on it", name)
		}
		return nil
	})
}

func (c checkout) tree(ctx context.Context) error { return c.each(ctx, judge) }

const (
	maxFile   = 1 << 20 // bytes
	maxBinary = 64 << 10
)

// registries are the hosts of package registries, written so that this file does not name them. Which one serves is each
// machine's own business: a name in the tree would send somebody around their mirror.
var registries = [][]string{{"proxy", "golang", "org"}, {"sum", "golang", "org"}, {"registry", "npmjs", "org"}, {"deb", "debian", "org"}}

var (
	use = regexp.MustCompile(`(?m)^\s*(?:- )?uses: *(.*?)\s*$`)
	// A tag can be moved to other code; a commit cannot. The comment tells a reader, and dependabot, which version it is.
	pinned = regexp.MustCompile(`^(\./\S+|[^@\s]+@[0-9a-f]{40} # v\S+)$`)
)

// judge refuses what does not belong in the tree.
func judge(name string, content []byte) error {
	slashed := "/" + filepath.ToSlash(name)
	// An example's zip is a fixture too: it is small, and a test packs it of the sources beside it.
	fixture := strings.Contains(slashed, "/testdata/") || strings.HasPrefix(slashed, "/examples/") && strings.HasSuffix(slashed, ".zip")
	switch binary := bytes.IndexByte(content[:min(len(content), 8000)], 0) >= 0; {
	case len(content) > maxFile:
		return fmt.Errorf("%s: %d KiB is too large to commit", name, len(content)>>10)
	case binary && !fixture:
		return fmt.Errorf("%s: a binary file; only fixtures under testdata/ and zips of examples may be", name)
	case binary && len(content) > maxBinary:
		return fmt.Errorf("%s: a fixture of %d KiB; make the test produce it", name, len(content)>>10)
	}
	if filepath.Base(name) == "go.sum" {
		return nil
	}
	if strings.HasPrefix(filepath.ToSlash(name), ".github/workflows/") {
		for _, used := range use.FindAllSubmatch(content, -1) {
			if !pinned.Match(used[1]) {
				return fmt.Errorf("%s: pin %s by its commit, with the version in a comment", name, used[1])
			}
		}
	}
	for _, parts := range registries {
		if host := strings.Join(parts, "."); bytes.Contains(content, []byte(host)) {
			return fmt.Errorf("%s: names the package registry %s", name, host)
		}
	}
	return nil
}
