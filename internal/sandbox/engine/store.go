package engine

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite" // pure Go, so the provider still cross-compiles without a C compiler
)

// MemoryPath names a database that lives and dies with one handle.
const MemoryPath = ":memory:"

// SQLite's primary result code for a file that another connection has locked.
const sqliteBusy = 5

// Store is one handle on the database. Writers queue on a single connection whose
// transactions start with BEGIN IMMEDIATE: a transaction that read first and upgraded
// later would fail with SQLITE_BUSY whenever another process wrote in between. Readers
// see a snapshot (WAL) and never wait.
type Store struct {
	path        string
	private     string // a name of its own for a database in memory
	read, write *sql.DB
	prepared    sync.Map // preparedKey -> *sql.Stmt
}

// Schema is what a file holds. Upgrades[i] brings one of version i+1 to version i+2;
// Create is what they all come to.
type Schema struct {
	Version  int // what PRAGMA user_version holds in a file that this code wrote
	Create   string
	Upgrades []string
}

// Path is the file's, or MemoryPath.
func (s *Store) Path() string { return s.path }

type preparedKey struct {
	db    *sql.DB
	query string
}

// Open opens or creates the file at path. It does not create the tables: see Migrate.
func Open(path string) (*Store, error) {
	if path == MemoryPath {
		db, err := sql.Open("sqlite", MemoryPath+"?_pragma=foreign_keys(1)&_txlock=immediate")
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1) // a second connection would open a second, empty database
		return &Store{path: path, private: strings.ToLower(rand.Text()), read: db, write: db}, nil
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := createPrivately(full); err != nil {
		return nil, err
	}
	s := &Store{path: full}
	name := "file:" + escapePath(full) +
		"?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)"
	if s.write, err = sql.Open("sqlite", name+"&_txlock=immediate"); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", name); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	s.read.SetMaxOpenConns(8)
	s.read.SetMaxIdleConns(8)
	return s, nil
}

// escapePath makes a path fit for a SQLite URI, where ? and # would end it.
func escapePath(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/… on Windows
		path = "/" + path
	}
	return (&url.URL{Path: path}).EscapedPath()
}

// Failure says where the sandbox failed and what to do, as nobody else than whoever has
// the file can mend that.
func (s *Store) Failure(err error) error {
	if s.path == MemoryPath {
		return fmt.Errorf("the sandbox in memory failed: %w", err)
	}
	name := filepath.Base(s.path)
	return fmt.Errorf("the sandbox's file %s failed: %w. If it is something else, use another path; check that it may be written and "+
		"its disk has room; if it is damaged, delete it with %s-wal and %s-shm to start anew", s.path, err, name, name)
}

// Explain is Failure for an error of the database's; others explain themselves.
func (s *Store) Explain(err error) error {
	if broken := (*sqlite.Error)(nil); errors.As(err, &broken) {
		return s.Failure(err)
	}
	return err
}

// Close closes the database. Requests under way must have ended.
func (s *Store) Close() error {
	s.prepared.Range(func(_, stmt any) bool { _ = stmt.(*sql.Stmt).Close(); return true })
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// Migrate brings a file to a schema and, when it is new, calls seed inside the same
// transaction, so that two processes that open a new file together seed it once. A file
// of a newer version is refused: reading it with old eyes could only do harm.
func (s *Store) Migrate(ctx context.Context, to Schema, seed func(*Tx) error) error {
	err := s.patiently(ctx, func() error {
		return s.Update(ctx, func(t *Tx) error {
			var version int
			if err := t.Row("PRAGMA user_version").Scan(&version); err != nil {
				return err
			}
			if version < 0 || version > to.Version {
				return fmt.Errorf("the sandbox file %s has schema version %d and this version of the provider knows %d: "+
					"use a newer provider, another path, or delete the file", s.path, version, to.Version)
			}
			if err := t.reshape(to, version); err != nil {
				return err
			}
			if version == 0 {
				return seed(t)
			}
			return nil
		})
	})
	if err != nil || s.path == MemoryPath {
		return err
	}
	return errors.Join(makePrivate(s.path), makePrivate(s.path+"-wal"), makePrivate(s.path+"-shm"))
}

// reshape brings the tables from a version, 0 being none at all, to those of a schema.
func (t *Tx) reshape(to Schema, version int) error {
	if version == to.Version {
		return nil
	}
	steps := []string{to.Create}
	if version > 0 {
		steps = to.Upgrades[version-1:]
	}
	for _, step := range append(slices.Clone(steps), fmt.Sprintf("PRAGMA user_version = %d", to.Version)) {
		if _, err := t.tx.Exec(step); err != nil {
			return err
		}
	}
	return nil
}

// patiently repeats f while the file is locked. Opening needs it beside busy_timeout:
// switching a new file to WAL reports SQLITE_BUSY at once when two processes do it
// together.
func (s *Store) patiently(ctx context.Context, f func() error) error {
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := f()
		var locked *sqlite.Error
		if !errors.As(err, &locked) || locked.Code()&0xff != sqliteBusy || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}
