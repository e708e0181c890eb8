package sandbox

import (
	"fmt"
	"path/filepath"
	"testing"
)

func BenchmarkSandbox_pageOfHundredMembers(b *testing.B) {
	w := newWorld(b)
	ws := w.addWorkspace("Finance")
	for i := range 100 {
		w.addMember(ws, w.addUser(fmt.Sprintf("u%d@example.com", i), viewer), viewer)
	}
	for b.Loop() {
		w.must(200, "GET", "/core/v1/workspaces/"+ws+"/users?first=100", nil)
	}
}

func BenchmarkSandbox_createUser(b *testing.B) {
	w := newWorld(b)
	n := 0
	for b.Loop() {
		n++
		w.addUser(fmt.Sprintf("u%d@example.com", n), viewer)
	}
}

func BenchmarkSandbox_open(b *testing.B) {
	path := filepath.Join(b.TempDir(), "sandbox.db")
	for b.Loop() {
		s, err := New(OpenOptions{Path: path})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
