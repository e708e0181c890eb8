package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
)

// Frozen copies of the data answer stale reads. Each is a file beside the sandbox's own, so that every process sees it; they
// are removed when the faults are.

const frozenSuffix = ".frozen-"

// freezeForFault makes the copy for a stale fault. SQLite copies a database outside of transactions only.
func freezeForFault(ctx context.Context, c *call) error {
	if err := c.authorizeControl(ctx); err != nil {
		return err
	}
	f, err := decodeFault(c.body)
	if err != nil || !f.Stale {
		return err
	}
	c.frozen = c.sandbox.store.frozenPrefix() + strings.ToLower(rand.Text())
	if err := createPrivately(c.frozen); err != nil { // SQLite copies into an empty file as into none.
		return err
	}
	_, err = c.sandbox.store.write.ExecContext(context.WithoutCancel(ctx), "VACUUM INTO ?", c.frozen)
	return err
}

// authorizeControl checks the caller ahead of work that happens outside the transaction.
func (c *call) authorizeControl(ctx context.Context) error {
	return c.sandbox.store.view(ctx, func(t *tx) error {
		c.tx = t
		if err := c.identify(t); err != nil {
			return err
		}
		return c.require(RightControl)
	})
}

// thaw removes all frozen copies. A process that still has one open keeps reading it, which does no harm.
func thaw(ctx context.Context, c *call) error {
	if err := c.authorizeControl(ctx); err != nil {
		return err
	}
	copies, err := filepath.Glob(globEscape(c.sandbox.store.frozenPrefix()) + "*")
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

func globEscape(name string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`).Replace(name)
}

// frozenPrefix begins the names of this sandbox's frozen copies.
func (s *store) frozenPrefix() string {
	if s.path == memoryPath {
		return filepath.Join(os.TempDir(), "tray-sandbox-"+s.private) + frozenSuffix
	}
	return s.path + frozenSuffix
}

// frozen opens a copy once per process.
func (s *Sandbox) frozen(name string) (*store, error) {
	if known, open := s.stale.Load(name); open {
		return known.(*store), nil
	}
	db, err := sql.Open("sqlite", "file:"+escapePath(name)+"?mode=ro&immutable=1")
	if err != nil {
		return nil, err
	}
	mine := &store{path: name, read: db, write: db}
	if other, raced := s.stale.LoadOrStore(name, mine); raced {
		return other.(*store), mine.close()
	}
	return mine, nil
}
