package engine

import (
	"context"
	"database/sql"
)

// Tx is one transaction.
type Tx struct {
	tx   *sql.Tx
	s    *Store
	db   *sql.DB
	seen []string // statements that are worth keeping prepared
}

// View runs f on a read-only snapshot.
func (s *Store) View(ctx context.Context, f func(*Tx) error) error {
	return s.transact(ctx, s.read, &sql.TxOptions{ReadOnly: true}, f)
}

// Update runs f and commits what it wrote, or nothing when f fails.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) error {
	return s.transact(ctx, s.write, nil, f)
}

// transact detaches from the caller's cancellation: a request either acts whole or not at
// all, and the driver spends a goroutine per statement on a context that can end.
func (s *Store) transact(ctx context.Context, db *sql.DB, options *sql.TxOptions, f func(*Tx) error) error {
	begun, err := db.BeginTx(context.WithoutCancel(ctx), options)
	if err != nil {
		return err
	}
	t := &Tx{tx: begun, s: s, db: db}
	defer s.keepPrepared(t) // after the rollback: a pool of one connection has none to spare before
	defer begun.Rollback()  //nolint:errcheck // a no-op after Commit
	if err := f(t); err != nil {
		return err
	}
	return begun.Commit()
}

// keepPrepared prepares the statements that t met for the first time, for the
// transactions to come.
func (s *Store) keepPrepared(t *Tx) {
	for _, query := range t.seen {
		stmt, err := t.db.Prepare(query)
		if err != nil {
			continue // not fatal: the statement is then prepared each time, and reports its own error
		}
		if _, raced := s.prepared.LoadOrStore(preparedKey{t.db, query}, stmt); raced {
			_ = stmt.Close()
		}
	}
}

func (t *Tx) statement(query string) (*sql.Stmt, error) {
	if known, ok := t.s.prepared.Load(preparedKey{t.db, query}); ok {
		return t.tx.Stmt(known.(*sql.Stmt)), nil
	}
	t.seen = append(t.seen, query)
	return t.tx.Prepare(query)
}

// Row is a result of at most one row; Scan reports ErrNoRow when there is none.
type Row struct {
	*sql.Row
	err error
}

// ErrNoRow says that a query for one row found none.
var ErrNoRow = sql.ErrNoRows

// Scan reads the row.
func (r Row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.Row.Scan(into...)
}

// Row asks for one row.
func (t *Tx) Row(query string, args ...any) Row {
	stmt, err := t.statement(query)
	if err != nil {
		return Row{err: err}
	}
	return Row{Row: stmt.QueryRow(args...)}
}

// Rows asks for any number of rows.
func (t *Tx) Rows(query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.statement(query)
	if err != nil {
		return nil, err
	}
	return stmt.Query(args...)
}

// Exec runs a statement and tells how many rows it changed.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
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

// Querier is what Collect asks: a transaction, or what embeds one.
type Querier interface {
	Rows(query string, args ...any) (*sql.Rows, error)
}

// Collect reads all rows of a query through scan.
func Collect[T any](t Querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := t.Rows(query, args...)
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
