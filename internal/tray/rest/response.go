package rest

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"
)

// maxResponse bounds a body in bytes. The largest honest page, 1,000 users, is well
// under one MiB.
const maxResponse = 64 << 20

// lostError is a try without a usable answer.
type lostError struct {
	// unsent says that the request certainly did not reach the server.
	unsent bool
	// final says that trying again cannot help: a certificate, a name, a redirect.
	final bool
	err   error
}

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// readResponse bounds one try in time and reads the whole body, so that the links above
// see a connection that breaks within the body as what it is, a lost answer.
func (c *Client) readResponse(next http.RoundTripper, timeout time.Duration) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		parent := r.Context()
		timeout := timeout + attemptsOf(parent).extra
		if tries := attemptsOf(parent); r.Method != http.MethodGet && tries.method != http.MethodGet {
			// Once sent, it is waited for: whoever cancels does not learn what became of it.
			parent = context.WithoutCancel(parent)
		}
		ctx, cancel := context.WithTimeoutCause(parent, timeout,
			fmt.Errorf("no answer within %s", timeout))
		defer cancel()
		var conn connection
		resp, err := next.RoundTrip(r.WithContext(httptrace.WithClientTrace(ctx, conn.trace())))
		if err != nil {
			return nil, conn.lost(ctx, err)
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
		_ = resp.Body.Close() // the body is read: closing tells nothing more
		switch {
		case err != nil:
			return nil, conn.lost(ctx, fmt.Errorf("the answer broke off: %w", err))
		case len(body) > maxResponse:
			return nil, &lostError{final: true, err: errors.New("the answer is larger than 64 MiB")}
		case resp.StatusCode/100 == 2 && looksLikeJSON(body) && !json.Valid(body):
			return nil, &lostError{err: errors.New("the answer is truncated or not valid JSON")}
		}
		if c.tooMany != nil && c.tooMany(body) {
			resp.StatusCode, body = http.StatusTooManyRequests, rateLimited
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, nil
	})
}

// rateLimited is the answer that Config.TooMany recognised, in the form of the others.
var rateLimited = []byte(`{"message":"Rate limit exceeded"}`)

// looksLikeJSON tells a broken JSON answer from one that never was JSON. Every Tray
// answer is an object.
func looksLikeJSON(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

// connection watches whether a try ever got a connection. A transport that is not
// http.Transport reports nothing; then nothing is concluded.
type connection struct{ asked, got bool }

func (c *connection) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { c.asked = true },
		GotConn: func(httptrace.GotConnInfo) { c.got = true },
	}
}

// lost explains why a try has no answer.
func (c *connection) lost(ctx context.Context, err error) *lostError {
	if cause := context.Cause(ctx); cause != nil {
		err = cause // rather than "context deadline exceeded" of a deadline that is ours
	}
	lost := &lostError{err: err, unsent: c.asked && !c.got}
	var (
		op   *net.OpError
		name *net.DNSError
	)
	if errors.As(err, &op) && op.Op == "dial" {
		lost.unsent = true
	}
	var proxy *proxyError
	switch {
	case errors.As(err, &name) && name.IsNotFound, isCertificate(err):
		lost.unsent, lost.final = true, true
	case errors.As(err, &proxy):
		lost.final = proxy.status < 500
	}
	return lost
}

// isCertificate reports whether the server's certificate was refused, for whatever reason:
// crypto/tls wraps them all.
func isCertificate(err error) bool {
	var refused *tls.CertificateVerificationError
	return errors.As(err, &refused)
}
