package sandbox

import (
	"fmt"
	"path/filepath"
	"testing"
)

func BenchmarkSandbox_pageOfHundredMembers(b *testing.B) {
	w := newWorld(b, onFile(b))
	ws := w.addWorkspace("Finance")
	for i := range 100 {
		w.addMember(ws, w.addUser(fmt.Sprintf("u%d@example.com", i), viewer), viewer)
	}
	for b.Loop() {
		w.must(200, "GET", "/core/v1/workspaces/"+ws+"/users?first=100", nil)
	}
}

func BenchmarkSandbox_createUser(b *testing.B) {
	w := newWorld(b, onFile(b))
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

// The size that design calls large: 1,000 users, 100 workspaces, 10,000 memberships. One
// operation is a walk through all.
func BenchmarkSandbox_walkTenThousandMemberships(b *testing.B) {
	w := newWorld(b, onFile(b))
	users, workspaces := make([]string, 1000), make([]string, 100)
	for i := range users {
		users[i] = w.addUser(fmt.Sprintf("u%d@example.com", i), viewer)
	}
	for i := range workspaces {
		workspaces[i] = w.addWorkspace(fmt.Sprintf("W%d", i))
		for j := range 100 {
			w.addMember(workspaces[i], users[(i*7+j)%len(users)], viewer)
		}
	}
	for b.Loop() {
		members := 0
		for _, ws := range workspaces {
			ids, _ := w.walk("/core/v1/workspaces/"+ws+"/users", "first=100", false)
			members += len(ids)
		}
		if members != 101*len(workspaces) { // with the creator
			b.Fatalf("%d members", members)
		}
	}
}
