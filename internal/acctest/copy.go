package acctest

import (
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Copy is an organization of the test's own that is as e is now, with the same tokens. Faults
// and hooks stay behind.
func (e *Env) Copy(t testing.TB) *Env {
	t.Helper()
	s := e.setup
	s.open.Path = filepath.Join(t.TempDir(), "sandbox.db")
	db, err := sql.Open("sqlite", e.Path) // the sandbox has the driver
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "VACUUM INTO ?", s.open.Path); err != nil {
		t.Fatal(err)
	}
	env := s.serve(t)
	env.Token = e.Token
	return env
}

// lastingDir holds the folders of what is lasting, until Main ends.
var lastingDir = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "tray-lasting-") })

type lasting struct{ testing.TB }

// Lasting is t for what whichever test comes first makes, and others copy: its folders stay, and
// what it serves ends with the process.
func Lasting(t testing.TB) testing.TB { return lasting{t} }

// Cleanup keeps everything.
func (lasting) Cleanup(func()) {}

// TempDir is a folder that outlives the test.
func (l lasting) TempDir() string {
	l.Helper()
	all, err := lastingDir()
	if err != nil {
		l.Fatal(err)
	}
	dir, err := os.MkdirTemp(all, "")
	if err != nil {
		l.Fatal(err)
	}
	return dir
}

// Copy is a directory of the test's own with what c has in its own, state and lock included,
// for env. Who wrote the provider's block writes it anew.
func (c *CLI) Copy(t testing.TB, env *Env) *CLI {
	t.Helper()
	other := *c
	other.t, other.env, other.Dir = t, env, t.TempDir()
	if err := os.CopyFS(other.Dir, os.DirFS(c.Dir)); err != nil {
		t.Fatal(err)
	}
	return &other
}
