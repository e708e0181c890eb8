package engine

import (
	"cmp"
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

// Serve takes a request through all of its stages. It fails only when ctx ends before
// anything was done.
type Serve func(ctx context.Context, r *http.Request) (Outcome, error)

// Server answers over HTTP. To this machine alone: requests whose Host is no loopback
// address are refused, and so are those that a page of another origin makes.
type Server struct {
	Serve        Serve
	Public       bool          // served to other machines, under names that nobody here knows
	BodyPatience time.Duration // how long a body may take; 0 is half a minute
	Page         http.Handler  // answers browsers, at / and below /_page/, unless it is nil
}

// forPage tells what people look at from what programs ask, which have a token.
func (s Server) forPage(r *http.Request) bool {
	if s.Page == nil || r.Header.Get("Authorization") != "" {
		return false
	}
	return r.URL.Path == "/" || r.URL.Path == "/favicon.ico" || strings.HasPrefix(r.URL.Path, "/_page/")
}

// ServeHTTP implements http.Handler.
func (s Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.trusts(r); err != nil {
		send(w, refused(err))
		return
	}
	if s.forPage(r) {
		s.Page.ServeHTTP(w, r)
		return
	}
	out, err := s.serveTimed(w, r)
	if err != nil && !errors.Is(err, context.Canceled) {
		out = refused(err)
	}
	if err != nil && errors.Is(err, context.Canceled) || out.Dropped {
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	send(w, out)
}

// refused renders a refusal that has nothing to do with a file.
func refused(err error) Outcome { return (&Store{path: MemoryPath}).Refusal(err).Outcome() }

// serveTimed serves a request whose body has a limited time. A body that nobody has read
// to its end closes the connection: net/http would wait for the rest of it before it
// answers.
func (s Server) serveTimed(w http.ResponseWriter, r *http.Request) (Outcome, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return s.Serve(r.Context(), r)
	}
	body := &timedBody{ReadCloser: r.Body, connection: http.NewResponseController(w), patience: cmp.Or(s.BodyPatience, bodyPatience)}
	r.Body = body
	out, err := s.Serve(r.Context(), r)
	if !body.ended {
		w.Header().Set("Connection", "close")
	}
	return out, err
}

// trusts tells requests of programs on this machine from those of a page in a browser. A
// page elsewhere can give its own name the address 127.0.0.1 (DNS rebinding) and then
// counts as the same origin, but the Host stays its name.
func (s Server) trusts(r *http.Request) error {
	if !s.Public && !isLoopback(r.Host) {
		return Forbidden("This sandbox answers under 127.0.0.1 and localhost, not under %q", r.Host)
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	if from, err := url.Parse(origin); err != nil || !strings.EqualFold(from.Host, r.Host) {
		return Forbidden("This sandbox answers no pages of other origins, and this is one of %q", origin)
	}
	return nil
}

// isLoopback tells whether a host, with or without a port, is this machine by a name that
// nobody can point elsewhere.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// timedBody gives a body its time from the first byte that is asked of it. The server's
// own ReadTimeout would also end requests that wait for latency or a fault's delay.
type timedBody struct {
	io.ReadCloser
	connection *http.ResponseController
	patience   time.Duration
	begun      bool
	ended      bool
}

// Read implements io.Reader. A connection that knows no deadline, as a test's recorder,
// has none.
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
func send(w http.ResponseWriter, out Outcome) {
	for name, values := range out.Header {
		w.Header()[name] = values
	}
	if out.Body != nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(out.Body)))
	}
	w.WriteHeader(out.Status)
	if !out.Cut {
		_, _ = w.Write(out.Body)
		return
	}
	_, _ = w.Write(out.Body[:len(out.Body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
