package engine

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Snapshots are copies of the data, each a file beside the sandbox's own, so that every
// process sees it.
type Snapshots struct{ open sync.Map } // name -> *Store

const snapshotSuffix = ".frozen-"

// Snapshot copies the data and returns the name of the copy. SQLite copies a database
// outside of transactions only.
func (s *Store) Snapshot(ctx context.Context) (string, error) {
	name := s.snapshotPrefix() + strings.ToLower(rand.Text())
	if err := createPrivately(name); err != nil { // SQLite copies into an empty file as into none
		return "", err
	}
	_, err := s.write.ExecContext(context.WithoutCancel(ctx), "VACUUM INTO ?", name)
	return name, err
}

// RemoveSnapshots removes all copies. A process that still has one open keeps reading it,
// which does no harm.
func (s *Store) RemoveSnapshots() error { return removeAll(s.snapshotPrefix()) }

func removeAll(prefix string) error {
	copies, err := filepath.Glob(globEscape(prefix) + "*")
	if err != nil {
		return err
	}
	for _, name := range copies {
		if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// snapshotPrefix begins the names of this file's copies.
func (s *Store) snapshotPrefix() string {
	if s.path == MemoryPath {
		return filepath.Join(os.TempDir(), "tray-sandbox-"+s.private) + snapshotSuffix
	}
	return s.path + snapshotSuffix
}

func globEscape(name string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`).Replace(name)
}

// Open opens a copy once per process.
func (all *Snapshots) Open(name string) (*Store, error) {
	if known, open := all.open.Load(name); open {
		return known.(*Store), nil
	}
	db, err := sql.Open("sqlite", "file:"+escapePath(name)+"?mode=ro&immutable=1")
	if err != nil {
		return nil, err
	}
	mine := &Store{path: name, read: db, write: db}
	if other, raced := all.open.LoadOrStore(name, mine); raced {
		return other.(*Store), mine.Close()
	}
	return mine, nil
}

// Close closes the copies that are open.
func (all *Snapshots) Close() {
	all.open.Range(func(_, copied any) bool { _ = copied.(*Store).Close(); return true })
}

// Remove removes a database with its side files and copies.
func Remove(path string) error {
	if path == MemoryPath {
		return nil
	}
	if err := removeAll(path + snapshotSuffix); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}
