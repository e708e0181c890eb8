package contract

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"
)

// reporter fails a test for violations, and stays silent once the test is over: a
// server may still be answering a request that nobody waits for.
type reporter struct {
	tb   testing.TB
	mu   sync.Mutex
	over bool
}

func newReporter(tb testing.TB) *reporter {
	r := &reporter{tb: tb}
	tb.Cleanup(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.over = true
	})
	return r
}

func (r *reporter) report(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil && !r.over {
		r.tb.Errorf("contract violation: %v", err)
	}
}

// Check returns a handler that passes every exchange on to next unchanged and fails tb
// for each one that the contract does not allow. Answers that carry FaultHeader are
// not checked; requests always are.
func Check(tb testing.TB, next http.Handler) http.Handler {
	r := newReporter(tb)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil { // the client hung up; the handler may see that for itself
			req.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
			next.ServeHTTP(w, req)
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		x, err := open(req, body)
		r.report(err)
		if x == nil {
			next.ServeHTTP(w, req)
			return
		}
		seen := &recorder{ResponseWriter: w}
		next.ServeHTTP(seen, req) // a panic is the sandbox dropping the connection: no answer to check
		r.report(x.close(seen.answered(), w.Header(), seen.body.Bytes()))
	})
}

// recorder keeps a copy of the answer that it passes on.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	r.body.Write(p)
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// answered is the status that net/http sends when the handler chose none.
func (r *recorder) answered() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// RoundTripper is Check for the sandbox in the provider's own process: it passes every
// exchange on to next unchanged and fails tb for each that the contract does not allow.
func RoundTripper(tb testing.TB, next http.RoundTripper) http.RoundTripper {
	return &roundTripper{reporter: newReporter(tb), next: next}
}

type roundTripper struct {
	*reporter
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := bodyOf(req)
	if err != nil {
		return nil, err
	}
	x, err := open(req, body)
	t.report(err)
	if req.Body != nil {
		// RoundTrip must not change the request it was given.
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := t.next.RoundTrip(req)
	if err != nil || x == nil || resp.Header.Get(FaultHeader) != "" {
		return resp, err
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(answer), failing{err}))
		return resp, nil //nolint:nilerr // whoever reads the body meets it
	}
	t.report(x.close(resp.StatusCode, resp.Header, answer))
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return resp, nil
}

func bodyOf(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	return body, err
}

// failing is a reader that ends with an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
