// Package tray is a typed client for Tray's platform API (/core/v1) and for the
// sandbox's management plane (/management/v1).
//
// It imports no Terraform package. From the wire up:
//
//   - transport.go, response.go, limiter.go, window.go, retry.go, proxy.go: a chain of
//     round trippers, and the retries above it
//   - call.go, errors.go, hints.go: one exchange, and what is said when it fails
//   - decode.go, page.go: lenient decoding, paging
//   - shared.go, snapshot.go, collection.go, read.go, list.go, write.go, settle.go,
//     singleton.go: reads that coalesce
//   - object.go: what every noun's calls have in common
//   - users.go, members.go, workspaces.go, roles.go, invites.go, management.go,
//     organization.go, organizations.go: the nouns
//   - family.go: a noun of the management plane whose objects one list shows, and
//     service.go, service_environment.go: the nouns that are little more than that
//
// # The life of a read
//
// Get asks the noun's collection for a key. What is known answers at once: our newest
// write of it, else the snapshot, which is the list as far as it has been read. Otherwise
// either the next page of the list is read or the object by itself, whichever keeps the
// whole run within twice the cheaper way (collection.get). Either request is shared: all
// who want its answer wait for it, and it ends when all of them have left. Absence from a
// complete list is not believed of what has an id until a read of its own agrees, and the
// noun decides whether that proves it gone (Error.Gone): only then may a state drop it.
//
// # The life of a write
//
// Writes to one object take turns. Once sent, a write is waited for even if the caller is
// cancelled, and what completes it goes on for request_timeout after that. An answer that
// leaves open what was done is settled by looking (createOnce, settleRole, settleRemoval),
// so that nothing is made twice. A finished write is laid over all reads that were sent
// before it ended, and over later ones until one of them has shown it; the 1st, 4th, 16th …
// is read back (collection.confirm). What may have changed by the way is void: only a read
// sent after that counts.
//
// # Words
//
//   - snapshot: one reading of a list, page by page as needed, and its single reads
//   - entry: what was last read of one object, and the stamp of that read
//   - stamp: the collection's count of finished writes when a read was sent
//   - whole, sparse: whether a list shows objects with all their fields
//   - raced: something was written meanwhile, so that only a later read can tell
//   - settled: a write that a read sent after it has shown
package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
)

// Config says which organization a Client speaks for, and how.
type Config struct {
	// BaseURL is the REST host, such as https://api.tray.io, without a path.
	BaseURL string
	// Token is sent as "Authorization: Bearer <Token>".
	Token string
	// RequestsPerSecond caps the client below the documented 30 a second. 0 means 25.
	RequestsPerSecond float64
	// MaxRetries bounds the tries after the first. Negative means none, 0 means 5.
	MaxRetries int
	// RequestTimeout bounds one try. 0 means 30 seconds.
	RequestTimeout time.Duration
	// Transport carries the requests; nil means a clone of http.DefaultTransport
	// (which honours HTTPS_PROXY) that also trusts CACertificatePEM.
	Transport http.RoundTripper
	// CACertificatePEM is one or more PEM certificates to trust beside the system's.
	CACertificatePEM []byte
	// Operator says that the token is known to be an operator's.
	Operator bool
	// UserAgent names the caller.
	UserAgent string
	// Log, when set, is told of every try, without bodies of secrets and without
	// the Authorization header.
	Log func(ctx context.Context, event string, fields map[string]any)
	// AcceptAtOnce says that whoever is invited is a user when the answer comes, as in a
	// sandbox that was told so.
	AcceptAtOnce bool
	// NoCoalescing makes every read a request of its own and every write read itself
	// back. For measurements only: it is what the shared reads are compared with.
	NoCoalescing bool
}

// The defaults of Config.
const (
	defaultRequestsPerSecond = 25
	defaultMaxRetries        = 5
	defaultRequestTimeout    = 30 * time.Second
)

// Client talks to one Tray organization in one region. It is safe for concurrent
// use; everything it has read is remembered by the Client and by nothing else.
// Use New; the zero value is not usable.
type Client struct {
	Users         *Users
	Invites       *Invites
	Roles         *Roles
	Workspaces    *Workspaces
	Members       *Members
	Management    *Management
	Organizations *Organizations
	Services      *Services
	Environments  *Environments

	base     *url.URL
	network  http.RoundTripper // Config.Transport
	token    string
	http     *http.Client
	limiter  *limiter
	retries  int
	timeout  time.Duration // Config.RequestTimeout
	uncached bool          // Config.NoCoalescing
	accept   bool          // Config.AcceptAtOnce
	logger   func(ctx context.Context, event string, fields map[string]any)

	operator atomic.Bool     // whether an answer has told that the token is an operator's
	sight    singleton[bool] // see seesAll
	home     home

	skew atomic.Int64 // nanoseconds that the server's clock is ahead of ours

	lagMu sync.Mutex
	lag   []string
}

// New returns a client for the organization that cfg.Token belongs to. It sends nothing.
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if cfg.Token == "" || strings.ContainsAny(cfg.Token, " \r\n\t") {
		return nil, errors.New("the token is empty or holds white space")
	}
	if cfg.RequestsPerSecond < 0 {
		return nil, fmt.Errorf("requests per second must be positive, not %g", cfg.RequestsPerSecond)
	}
	cfg = cfg.withDefaults()
	if cfg.Transport == nil {
		if cfg.Transport, err = networkTransport(cfg.CACertificatePEM); err != nil {
			return nil, err
		}
	}
	c := &Client{
		base: base, network: cfg.Transport, token: cfg.Token, retries: cfg.MaxRetries, timeout: cfg.RequestTimeout, uncached: cfg.NoCoalescing, accept: cfg.AcceptAtOnce,
		limiter: newLimiter(cfg.RequestsPerSecond), logger: cfg.Log,
	}
	c.operator.Store(cfg.Operator)
	c.http = &http.Client{Transport: c.chain(cfg), CheckRedirect: c.checkRedirect}
	c.Users = newUsers(c)
	c.Invites = newInvites(c)
	c.Roles = newRoles(c)
	c.Workspaces = newWorkspaces(c)
	c.Members = newMembers(c)
	c.Management = &Management{c: c}
	c.Organizations = newOrganizations(c)
	c.Services = newServices(c)
	c.Environments = newEnvironments(c)
	return c, nil
}

func (cfg Config) withDefaults() Config {
	if cfg.RequestsPerSecond == 0 {
		cfg.RequestsPerSecond = defaultRequestsPerSecond
	}
	if cfg.RequestTimeout == 0 {
		cfg.RequestTimeout = defaultRequestTimeout
	}
	switch {
	case cfg.MaxRetries == 0:
		cfg.MaxRetries = defaultMaxRetries
	case cfg.MaxRetries < 0:
		cfg.MaxRetries = 0
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "terraform-provider-tray"
	}
	return cfg
}

func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("the base URL must be absolute, such as https://api.tray.io")
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("the base URL must be a scheme and a host, such as https://api.tray.io, " +
			"without a path, a query or a user")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// Lagging names the writes that Tray answered with success but that a later read did
// not show, even after re-reading: one line each, in order. The client goes on
// answering reads as written. Callers may warn of it.
func (c *Client) Lagging() []string {
	c.lagMu.Lock()
	defer c.lagMu.Unlock()
	return slices.Clone(c.lag)
}

func (c *Client) noteLag(ctx context.Context, what string) {
	what = printable(what)
	c.lagMu.Lock()
	if !slices.Contains(c.lag, what) {
		c.lag = append(c.lag, what)
	}
	c.lagMu.Unlock()
	c.log(ctx, "write not yet visible", map[string]any{"write": what})
}

// log tells Config.Log of an event; every string in it is redacted.
func (c *Client) log(ctx context.Context, event string, fields map[string]any) {
	if c.logger == nil {
		return
	}
	for k, v := range fields {
		if s, ok := v.(string); ok {
			fields[k] = printable(c.redact(s))
		}
	}
	c.logger(ctx, event, fields)
}

// printable is text of a server or a proxy made fit for a terminal, which would obey its
// escape sequences and its marks of writing direction: one line, without either.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// redact removes the token, which must not be in s in the first place.
func (c *Client) redact(s string) string {
	return strings.ReplaceAll(s, c.token, "(redacted)")
}
