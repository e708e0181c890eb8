// Package tray is a typed client for Tray's platform API (/core/v1) and for the
// sandbox's management plane (/management/v1).
//
// It imports no Terraform package. Reads coalesce: see Collection.
package tray

import (
	"context"
	"errors"
	"net/http"
	"time"
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
	// UserAgent names the caller.
	UserAgent string
	// Log, when set, is told of every try, without bodies of secrets and without
	// the Authorization header.
	Log func(ctx context.Context, event string, fields map[string]any)
}

// Client talks to one Tray organization in one region. It is safe for concurrent
// use; everything it has read is remembered by the Client and by nothing else.
// Use New; the zero value is not usable.
type Client struct {
	Users      *Users
	Invites    *Invites
	Roles      *Roles
	Workspaces *Workspaces
	Members    *Members
	Management *Management
}

// New returns a client for the organization that cfg.Token belongs to.
func New(cfg Config) (*Client, error) { return nil, errors.New("not built yet") }
