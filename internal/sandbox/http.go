package sandbox

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// bodyPatience is how long the body of a request may take to arrive.
const bodyPatience = 30 * time.Second

// httpServer answers over HTTP, to this machine or to others.
type httpServer struct {
	*Sandbox
	public       bool          // Served to other machines, under names that nobody here knows.
	bodyPatience time.Duration // How long a body may take.
}

// ServeHTTP answers over HTTP on this machine: requests whose Host is not a loopback address are refused, and so are those that
// a page of another origin makes.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	httpServer{Sandbox: s, bodyPatience: bodyPatience}.ServeHTTP(w, r)
}

// ServeHTTP implements http.Handler.
func (s httpServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.trusts(r); err != nil {
		send(w, s.problemAnswer(err).outcome())
		return
	}
	out, err := s.serveTimed(w, r)
	if err != nil && !errors.Is(err, context.Canceled) {
		out = s.problemAnswer(err).outcome()
	}
	if err != nil && errors.Is(err, context.Canceled) || out.dropped {
		panic(http.ErrAbortHandler) // Closes the connection without an answer.
	}
	send(w, out)
}

// serveTimed serves a request whose body has a limited time. A body that nobody has read to its end closes the connection:
// net/http would wait for the rest of it before it answers.
func (s httpServer) serveTimed(w http.ResponseWriter, r *http.Request) (outcome, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return s.serve(r.Context(), r)
	}
	body := &timedBody{ReadCloser: r.Body, connection: http.NewResponseController(w), patience: s.bodyPatience}
	r.Body = body
	out, err := s.serve(r.Context(), r)
	if !body.ended {
		w.Header().Set("Connection", "close")
	}
	return out, err
}

// trusts tells requests of programs on this machine from those of a page in a browser. A page elsewhere can give its own name
// the address 127.0.0.1 (DNS rebinding) and then counts as the same origin, but the Host stays its name.
func (s httpServer) trusts(r *http.Request) error {
	if !s.public && !isLoopback(r.Host) {
		return forbidden("This sandbox answers under 127.0.0.1 and localhost, not under %q", r.Host)
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	if from, err := url.Parse(origin); err != nil || !strings.EqualFold(from.Host, r.Host) {
		return forbidden("This sandbox answers no pages of other origins, and this is one of %q", origin)
	}
	return nil
}

// isLoopback tells whether a host, with or without a port, is this machine by a name that nobody can point elsewhere.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// timedBody gives a body its time from the first byte that is asked of it. The server's own ReadTimeout would also end requests
// that wait for latency or a fault's delay.
type timedBody struct {
	io.ReadCloser
	connection *http.ResponseController
	patience   time.Duration
	begun      bool
	ended      bool
}

// Read implements io.Reader. A connection that knows no deadline, as a test's recorder, has none.
func (b *timedBody) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		_ = b.connection.SetReadDeadline(time.Now().Add(b.patience))
	}
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.ended = true
		_ = b.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}

// send writes an answer.
func send(w http.ResponseWriter, out outcome) {
	for name, values := range out.header {
		w.Header()[name] = values
	}
	if out.body != nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	}
	w.WriteHeader(out.status)
	if !out.cut {
		_, _ = w.Write(out.body)
		return
	}
	_, _ = w.Write(out.body[:len(out.body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
