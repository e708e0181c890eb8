package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// OpenOptions say which sandbox to open. Path is a file, or ":memory:" for a private one
// that is gone with its handle; empty is DefaultPath. The rest describes a new
// organization; on a file that has one already, an empty field takes what is there and a
// different value is refused. Organization may also name a further organization of the
// file, by its name or id. Operator asks for the token of the operator, who opens further
// organizations. AutoAccept has people accept their invitations at once, from now on.
// ReadOnly opens the snapshot at Path, which has to be there and stays as it is; no other
// field applies. It is an alias of an unnamed struct, so that the provider can declare the
// same type without importing this package.
type OpenOptions = struct {
	Path, Organization, OwnerEmail, Plan string
	Embedded, Operator, AutoAccept       bool
	ReadOnly                             bool
}

// DefaultPath is where the provider keeps its sandbox, in the working directory.
const DefaultPath = ".tray-sandbox.db"

// Open opens or creates the sandbox and returns a transport that answers requests to any
// host in process, and the token of the organization's Owner, or the operator's when that
// is asked for. The database is closed when the transport is no longer reachable.
func Open(o OpenOptions) (http.RoundTripper, string, error) {
	s, err := New(o)
	if err != nil {
		return nil, "", err
	}
	t := &handle{engine.Transport{Serve: s.serve}, s.store.frozen}
	runtime.AddCleanup(t, func(s *Sandbox) { _ = s.Close() }, s)
	if o.Operator {
		return t, s.OperatorToken(), nil
	}
	return t, s.OwnerToken(), nil
}

// handle is a transport that keeps the sandbox open for as long as it can be reached.
type handle struct {
	engine.Transport
	frozen *frozen
}

// RoundTrip implements http.RoundTripper.
func (h *handle) RoundTrip(r *http.Request) (*http.Response, error) {
	defer runtime.KeepAlive(h)
	return h.Transport.RoundTrip(r)
}

// Transport answers requests without a port.
func (s *Sandbox) Transport() http.RoundTripper { return &engine.Transport{Serve: s.serve} }

// ServeHTTP answers over HTTP, to this machine alone: see engine.Server.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	engine.Server{Serve: s.serve}.ServeHTTP(w, r)
}

// Sandbox is one handle on a sandbox; it is an http.Handler. Use New and Close.
type Sandbox struct {
	store     *store
	clock     func() time.Time
	token     string // the Owner's, for a new file or in place of the one the file has
	operator  string // the operator's, likewise; empty on a further organization
	changes   []byte // options to set on opening, a JSON object
	limits    engine.Limits
	snapshots engine.Snapshots // what stale faults answer from
	inflight  sync.WaitGroup

	first   *Sandbox // on a further organization: the sandbox that holds it
	tenants tenants
	known   sync.Map // token -> number of the organization that knew it last; 0 is this one
}

// Setting adjusts a Sandbox in New.
type Setting func(*Sandbox)

// WithClock replaces the real time; the stored advance is added to it. Rate limits keep
// to the real time.
func WithClock(now func() time.Time) Setting { return func(s *Sandbox) { s.clock = now } }

// WithToken sets the Owner's token.
func WithToken(token string) Setting { return func(s *Sandbox) { s.token = token } }

// WithOperatorToken sets the token that opens further organizations.
func WithOperatorToken(token string) Setting { return func(s *Sandbox) { s.operator = token } }

// WithOptions sets options as PATCH /_sandbox/options does, and makes them what a reset
// goes back to.
func WithOptions(changes []byte) Setting { return func(s *Sandbox) { s.changes = changes } }

// New opens or creates the sandbox.
func New(o OpenOptions, settings ...Setting) (*Sandbox, error) {
	if o.ReadOnly {
		return openFrozen(o.Path)
	}
	if o.Path == "" {
		o.Path = DefaultPath
	}
	s := &Sandbox{clock: time.Now}
	for _, set := range settings {
		set(s)
	}
	asked, err := newSeed(o, s.token, s.operator)
	if err != nil {
		return nil, err
	}
	if err := refuseSnapshot(o.Path); err != nil {
		return nil, err
	}
	if s.store, err = openStore(o.Path); err != nil {
		return nil, err
	}
	if err := s.start(context.Background(), asked); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("the sandbox cannot be opened: %w", s.store.Explain(err))
	}
	return s, nil
}

// start seeds a new file and checks an old one against what was asked for.
func (s *Sandbox) start(ctx context.Context, asked seed) error {
	err := s.store.migrate(ctx, func(t *tx) error { return t.seed(asked) })
	if err != nil {
		return err
	}
	found, err := s.readSeed(ctx)
	if err != nil {
		return err
	}
	s.store.organization = found.id
	chosen, err := s.choose(ctx, asked, found)
	if err != nil {
		return err
	}
	tenant := chosen.token != found.token
	if tenant && s.token != "" {
		return fmt.Errorf("a token can be set for the first organization of a file only, which is %q", found.organization)
	}
	if s.token != "" || s.operator != "" || s.changes != nil {
		if err := s.store.update(ctx, func(t *tx) error { return t.reseed(s.token, s.operator, s.changes) }); err != nil {
			return err
		}
		if found, err = s.readSeed(ctx); err != nil {
			return err
		}
	}
	s.token, s.operator = found.token, found.operator
	if tenant {
		s.token = chosen.token
	}
	if asked.given.AutoAccept {
		return s.acceptAutomatically(ctx)
	}
	return nil
}

// acceptAutomatically sets the option in the organization that was asked for, unless it
// is set: opening a file for reading should not wait for who writes.
func (s *Sandbox) acceptAutomatically(ctx context.Context) error {
	home, leave, err := s.route(ctx, s.token)
	if err != nil {
		return err
	}
	defer leave()
	found, err := home.readSeed(ctx)
	if err != nil {
		return err
	}
	if options, err := DefaultOptions().changed([]byte(found.options)); err != nil || options.AutoAccept {
		return err
	}
	return home.store.update(ctx, func(t *tx) error { return t.reseed("", "", []byte(`{"auto_accept":true}`)) })
}

// readSeed reads what the organization started from.
func (s *Sandbox) readSeed(ctx context.Context) (found seed, err error) {
	err = s.store.view(ctx, func(t *tx) error { found, err = t.readSeed(); return err })
	return found, err
}

// OwnerToken is the token that acts as the Owner of the organization that was asked for.
func (s *Sandbox) OwnerToken() string { return s.token }

// OperatorToken is the token that opens, changes and closes further organizations, and
// does nothing else.
func (s *Sandbox) OperatorToken() string { return s.operator }

// Close waits for the requests under way and closes the database.
func (s *Sandbox) Close() error {
	s.inflight.Wait()
	s.tenants.closeAll()
	s.snapshots.Close()
	return s.store.Close()
}
