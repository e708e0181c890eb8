package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite" // Pure Go, so the provider still cross-compiles without a C compiler.
)

// schemaVersion is what PRAGMA user_version holds in a file that this code wrote.
const schemaVersion = 4

// upgrades[i] brings a file of version i+1 to version i+2; schema.sql is what they all come to.
var upgrades = []string{
	`ALTER TABLE organization ADD COLUMN alerting_workflow TEXT;
	ALTER TABLE organization ADD COLUMN embedded_id TEXT;
	ALTER TABLE organization ADD COLUMN wizard_css TEXT;`,
	`ALTER TABLE seed ADD COLUMN operator TEXT NOT NULL DEFAULT '';
	ALTER TABLE seed ADD COLUMN salt TEXT NOT NULL DEFAULT '';
	CREATE TABLE organizations (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE) STRICT;
	INSERT INTO organizations (id) SELECT id FROM organization;`,
	// Tokens of these versions could be computed. Only the first organization's file has an operator.
	`ALTER TABLE seed ADD COLUMN organization_id TEXT NOT NULL DEFAULT '';
	CREATE TABLE renewed AS SELECT token AS old, 'sandbox-' || lower(hex(randomblob(20))) AS new FROM seed;
	UPDATE tokens SET token = (SELECT new FROM renewed) WHERE token = (SELECT old FROM renewed);
	UPDATE seed SET token = (SELECT new FROM renewed), organization_id = (SELECT id FROM organization),
		operator = CASE WHEN salt = '' THEN 'sandbox-' || lower(hex(randomblob(20))) ELSE '' END;
	DROP TABLE renewed;
	ALTER TABLE seed DROP COLUMN salt;`,
}

//go:embed schema.sql
var schema string

// memoryPath names a database that lives and dies with one handle.
const memoryPath = ":memory:"

// SQLite's primary result code for a file that another connection has locked.
const sqliteBusy = 5

// store is one handle on the database. Writers queue on a single connection whose transactions start with BEGIN IMMEDIATE:
// a transaction that read first and upgraded later would fail with SQLITE_BUSY whenever another process wrote in between.
// Readers see a snapshot (WAL) and never wait.
type store struct {
	path         string
	private      string // A name of its own for a database in memory.
	organization string // The id of the organization in it, once that is known.
	read, write  *sql.DB
	options      atomic.Pointer[decodedOptions]
	prepared     sync.Map // preparedKey -> *sql.Stmt
}

type preparedKey struct {
	db    *sql.DB
	query string
}

// openStore opens or creates the file at path. It does not create the schema: see (*store).migrate.
func openStore(path string) (*store, error) {
	if path == memoryPath {
		db, err := sql.Open("sqlite", memoryPath+"?_pragma=foreign_keys(1)&_txlock=immediate")
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1) // A second connection would open a second, empty database.
		return &store{path: path, private: strings.ToLower(rand.Text()), read: db, write: db}, nil
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := createPrivately(full); err != nil {
		return nil, err
	}
	s := &store{path: full}
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
	if !strings.HasPrefix(path, "/") { // C:/… on Windows.
		path = "/" + path
	}
	return (&url.URL{Path: path}).EscapedPath()
}

// creating serialises createPrivately with what this process does next: closing a file gives up every POSIX lock that the
// process holds on it, those of SQLite in another handle included, so it must not happen once SQLite may have the file open.
var creating sync.Mutex

// createPrivately makes a new file readable by its owner alone, because it holds tokens. An empty one becomes so; what else is
// there may be anybody's file, until migrate has seen that it is a sandbox. SQLite gives its side files the same mode.
func createPrivately(path string) error {
	creating.Lock()
	defer creating.Unlock()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if info, err := os.Stat(path); err != nil || info.Size() > 0 {
			return err
		}
		return makePrivate(path)
	}
	if err != nil {
		return fmt.Errorf("the sandbox file %s cannot be made: %w", path, err)
	}
	return f.Close()
}

// makePrivate takes a file away from everybody but its owner. It does not open it, for the reason that creating has.
func makePrivate(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return fmt.Errorf("the sandbox file %s holds tokens and others may read it: %w", path, err)
	}
	return nil
}

// failure says where the sandbox failed and what to do, as nobody else than whoever has the file can mend that.
func (s *store) failure(err error) error {
	if s.path == memoryPath {
		return fmt.Errorf("the sandbox in memory failed: %w", err)
	}
	name := filepath.Base(s.path)
	return fmt.Errorf("the sandbox's file %s failed: %w. If it is something else, use another path; check that it may be written and "+
		"its disk has room; if it is damaged, delete it with %s-wal and %s-shm to start anew", s.path, err, name, name)
}

func (s *store) close() error {
	s.prepared.Range(func(_, stmt any) bool { _ = stmt.(*sql.Stmt).Close(); return true })
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// migrate brings a file to schemaVersion and, when it is new, calls seed inside the same transaction, so that two processes that open a new
// file together seed it once. A file of a newer version is refused: reading it with old eyes could only do harm.
func (s *store) migrate(ctx context.Context, seed func(*tx) error) error {
	err := s.patiently(ctx, func() error {
		return s.update(ctx, func(t *tx) error {
			var version int
			if err := t.row("PRAGMA user_version").Scan(&version); err != nil {
				return err
			}
			if version < 0 || version > schemaVersion {
				return fmt.Errorf("the sandbox file %s has schema version %d and this version of the provider knows %d: "+
					"use a newer provider, another path, or delete the file", s.path, version, schemaVersion)
			}
			if err := t.reshape(version); err != nil {
				return err
			}
			if version == 0 {
				return seed(t)
			}
			return nil
		})
	})
	if err != nil || s.path == memoryPath {
		return err
	}
	return errors.Join(makePrivate(s.path), makePrivate(s.path+"-wal"), makePrivate(s.path+"-shm"))
}

// reshape brings the tables from a version, 0 being none at all, to schemaVersion.
func (t *tx) reshape(version int) error {
	if version == schemaVersion {
		return nil
	}
	steps := []string{schema}
	if version > 0 {
		steps = upgrades[version-1:]
	}
	for _, step := range append(slices.Clone(steps), fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)) {
		if _, err := t.Exec(step); err != nil {
			return err
		}
	}
	return nil
}

// patiently repeats f while the file is locked. Opening needs it beside busy_timeout: switching a new file to WAL reports
// SQLITE_BUSY at once when two processes do it together.
func (s *store) patiently(ctx context.Context, f func() error) error {
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

// tx is one transaction.
type tx struct {
	*sql.Tx
	s    *store
	db   *sql.DB
	seen []string // Statements that are worth keeping prepared.
}

// view runs f on a read-only snapshot.
func (s *store) view(ctx context.Context, f func(*tx) error) error {
	return s.transact(ctx, s.read, &sql.TxOptions{ReadOnly: true}, f)
}

// update runs f and commits what it wrote, or nothing when f fails.
func (s *store) update(ctx context.Context, f func(*tx) error) error {
	return s.transact(ctx, s.write, nil, f)
}

// transact detaches from the caller's cancellation: a request either acts whole or not at all, and the driver spends a
// goroutine per statement on a context that can end.
func (s *store) transact(ctx context.Context, db *sql.DB, options *sql.TxOptions, f func(*tx) error) error {
	begun, err := db.BeginTx(context.WithoutCancel(ctx), options)
	if err != nil {
		return err
	}
	t := &tx{Tx: begun, s: s, db: db}
	defer s.keepPrepared(t) // After the rollback: a pool of one connection has none to spare before.
	defer begun.Rollback()  //nolint:errcheck // A no-op after Commit.
	if err := f(t); err != nil {
		return err
	}
	return begun.Commit()
}

// keepPrepared prepares the statements that t met for the first time, for the transactions to come.
func (s *store) keepPrepared(t *tx) {
	for _, query := range t.seen {
		stmt, err := t.db.Prepare(query)
		if err != nil {
			continue // Not fatal: the statement is then prepared each time, and reports its own error.
		}
		if _, raced := s.prepared.LoadOrStore(preparedKey{t.db, query}, stmt); raced {
			_ = stmt.Close()
		}
	}
}

func (t *tx) statement(query string) (*sql.Stmt, error) {
	if known, ok := t.s.prepared.Load(preparedKey{t.db, query}); ok {
		return t.Stmt(known.(*sql.Stmt)), nil
	}
	t.seen = append(t.seen, query)
	return t.Prepare(query)
}

// row is a result of at most one row; Scan reports errNoRow when there is none.
type row struct {
	*sql.Row
	err error
}

// errNoRow says that a query for one row found none.
var errNoRow = sql.ErrNoRows

func (r row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.Row.Scan(into...)
}

func (t *tx) row(query string, args ...any) row {
	stmt, err := t.statement(query)
	if err != nil {
		return row{err: err}
	}
	return row{Row: stmt.QueryRow(args...)}
}

func (t *tx) rows(query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.statement(query)
	if err != nil {
		return nil, err
	}
	return stmt.Query(args...)
}

// exec runs a statement and tells how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	stmt, err := t.statement(query)
	if err != nil {
		return 0, err
	}
	done, err := stmt.Exec(args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// collect reads all rows of a query through scan.
func collect[T any](t *tx, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := t.rows(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
