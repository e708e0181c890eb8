package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
)

// transport answers requests in process, whatever host they name.
type transport struct{ sandbox *Sandbox }

// Transport answers requests without a port. Faults come out as the errors that a connection would have.
func (s *Sandbox) Transport() http.RoundTripper { return &transport{s} }

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	defer runtime.KeepAlive(t) // Open closes the database once t is unreachable.
	if r.Body != nil {
		defer r.Body.Close() // Not every answer takes the body.
	}
	out, err := t.sandbox.serve(r.Context(), r)
	if err != nil {
		return nil, err
	}
	if out.dropped {
		return nil, &net.OpError{Op: "read", Net: "sandbox", Err: io.ErrUnexpectedEOF}
	}
	res := &http.Response{
		Status: fmt.Sprintf("%d %s", out.status, http.StatusText(out.status)), StatusCode: out.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, ContentLength: int64(len(out.body)), Request: r,
		Body: io.NopCloser(bytes.NewReader(out.body)),
	}
	if out.cut {
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(out.body[:len(out.body)/2]), brokenReader{}))
	}
	return res, nil
}

// brokenReader is the end of a connection that broke.
type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
