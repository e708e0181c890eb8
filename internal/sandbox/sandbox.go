package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"
)

// OpenOptions say which sandbox to open. Path is a file, or ":memory:" for a private one that is gone with its handle; empty is
// DefaultPath. The rest describes a new organization; on a file that has one already, an empty field takes what is there and a
// different value is refused. It is an alias of an unnamed struct, so that the provider can declare the same type without
// importing this package.
type OpenOptions = struct {
	Path, Organization, OwnerEmail, Plan string
	Embedded                             bool
}

// DefaultPath is where the provider keeps its sandbox, in the working directory.
const DefaultPath = ".tray-sandbox.db"

// Open opens or creates the sandbox and returns a transport that answers requests to any host in process, and the Owner's
// token. The database is closed when the transport is no longer reachable.
func Open(o OpenOptions) (http.RoundTripper, string, error) {
	s, err := New(o)
	if err != nil {
		return nil, "", err
	}
	t := &transport{s}
	runtime.AddCleanup(t, func(s *Sandbox) { _ = s.Close() }, s)
	return t, s.OwnerToken(), nil
}

// Sandbox is one handle on a sandbox; it is an http.Handler. Use New and Close.
type Sandbox struct {
	store    *store
	clock    func() time.Time
	token    string // The Owner's, for a new file or in place of the one the file has.
	changes  []byte // Options to set on opening, a JSON object.
	limits   limits
	stale    sync.Map // Name of a frozen copy -> *store.
	inflight sync.WaitGroup
}

// Setting adjusts a Sandbox in New.
type Setting func(*Sandbox)

// WithClock replaces the real time; the stored advance is added to it. Rate limits keep to the real time.
func WithClock(now func() time.Time) Setting { return func(s *Sandbox) { s.clock = now } }

// WithToken sets the Owner's token.
func WithToken(token string) Setting { return func(s *Sandbox) { s.token = token } }

// WithOptions sets options as PATCH /_sandbox/options does, and makes them what a reset goes back to.
func WithOptions(changes []byte) Setting { return func(s *Sandbox) { s.changes = changes } }

// New opens or creates the sandbox.
func New(o OpenOptions, settings ...Setting) (*Sandbox, error) {
	if o.Path == "" {
		o.Path = DefaultPath
	}
	s := &Sandbox{clock: time.Now}
	for _, set := range settings {
		set(s)
	}
	asked, err := newSeed(o, s.token)
	if err != nil {
		return nil, err
	}
	if s.store, err = openStore(o.Path); err != nil {
		return nil, err
	}
	if err := s.start(context.Background(), asked); err != nil {
		_ = s.store.close()
		return nil, fmt.Errorf("the sandbox cannot be opened: %w", err)
	}
	return s, nil
}

// start seeds a new file and checks an old one against what was asked for.
func (s *Sandbox) start(ctx context.Context, asked seed) error {
	err := s.store.migrate(ctx, func(t *tx) error { return t.plant(asked) })
	if err != nil {
		return err
	}
	if s.token != "" || s.changes != nil {
		if err := s.store.update(ctx, func(t *tx) error { return t.reseed(s.token, s.changes) }); err != nil {
			return err
		}
	}
	return s.store.view(ctx, func(t *tx) error {
		found, err := t.readSeed()
		if err != nil {
			return err
		}
		s.token = found.token
		return asked.agrees(found, s.store.path)
	})
}

// OwnerToken is the token that acts as the organization's Owner.
func (s *Sandbox) OwnerToken() string { return s.token }

// Close waits for the requests under way and closes the database.
func (s *Sandbox) Close() error {
	s.inflight.Wait()
	s.stale.Range(func(_, frozen any) bool { _ = frozen.(*store).close(); return true })
	return s.store.close()
}
