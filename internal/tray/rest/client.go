package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
)

// Config says whom a Client speaks to, and how.
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
	// UserAgent names the caller.
	UserAgent string
	// Log, when set, is told of every try, without bodies of secrets and without
	// the Authorization header.
	Log func(ctx context.Context, event string, fields map[string]any)
	// Refused, when set, is told of every answer that is not 2xx.
	Refused func(*Error)
	// TooMany, when set, recognises by its body an answer that says what 429 says, whatever
	// its status.
	TooMany func(body []byte) bool
	// Beside, when set, is a client of the same token: both keep to one rate together.
	Beside *Client
}

// The defaults of Config.
const (
	defaultRequestsPerSecond = 25
	defaultMaxRetries        = 5
	defaultRequestTimeout    = 30 * time.Second
)

// Client carries out calls, see Do. It is safe for concurrent use, and remembers nothing
// of what was answered but the server's clock and its rate limit. Use New; the zero value
// is not usable.
type Client struct {
	base    *url.URL
	network http.RoundTripper // Config.Transport
	token   string
	http    *http.Client
	limiter *limiter
	retries int
	timeout time.Duration // Config.RequestTimeout
	logger  func(ctx context.Context, event string, fields map[string]any)
	refused func(*Error)
	tooMany func(body []byte) bool

	skew  atomic.Int64 // nanoseconds that the server's clock is ahead of ours
	heard atomic.Bool  // whether an answer has told it
}

// New returns a client. It sends nothing.
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
		base: base, network: cfg.Transport, token: cfg.Token, retries: cfg.MaxRetries, timeout: cfg.RequestTimeout,
		limiter: newLimiter(cfg.RequestsPerSecond), logger: cfg.Log, refused: cfg.Refused, tooMany: cfg.TooMany,
	}
	if cfg.Beside != nil {
		c.limiter = cfg.Beside.limiter
	}
	c.http = &http.Client{Transport: c.chain(cfg), CheckRedirect: c.checkRedirect}
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

// Log tells Config.Log of an event; every string in it is redacted.
func (c *Client) Log(ctx context.Context, event string, fields map[string]any) {
	if c.logger == nil {
		return
	}
	for k, v := range fields {
		if s, ok := v.(string); ok {
			fields[k] = Printable(c.redact(s))
		}
	}
	c.logger(ctx, event, fields)
}

// Printable is text of a server or a proxy made fit for a terminal, which would obey its
// escape sequences and its marks of writing direction: one line, without either.
func Printable(s string) string {
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
