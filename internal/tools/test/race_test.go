package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A generic function that is compiled without the race detector here may be the copy that the linker keeps for everybody.
func TestUnwatched_sharesNoCodeWithOthers(t *testing.T) {
	s := suite{root: filepath.Join("..", "..", ".."), env: os.Environ()}
	flags, err := s.raceFlags(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if flags == nil {
		t.Skip("no C compiler, no race detector")
	}
	for _, path := range unwatched {
		if shared := s.shares(t, path, flags); len(shared) > 0 {
			t.Errorf("%s compiles %d functions that others may share, such as %s", path, len(shared), shared[0])
		}
	}
	// The driver does, and so the test would see it.
	if driver := "modernc.org/sqlite"; len(s.shares(t, driver, []string{"-race"})) == 0 {
		t.Errorf("%s is said to compile no function that others may share", driver)
	}
}

// shares lists the functions in a package's object that bear another package's name.
func (s *suite) shares(t *testing.T, path string, flags []string) (shared []string) {
	t.Helper()
	object, err := s.output(t.Context(), slices.Concat([]string{"list", "-export", "-f", "{{.Export}}"}, flags, []string{path})...)
	if err != nil {
		t.Fatal(err)
	}
	table, err := s.output(t.Context(), "tool", "nm", object)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(table) {
		_, name, isCode := strings.Cut(strings.TrimSpace(line), " T ")
		own := strings.HasPrefix(name, path+".") || strings.HasPrefix(name, "type:")
		if isCode && !own {
			shared = append(shared, name)
		}
	}
	return shared
}
