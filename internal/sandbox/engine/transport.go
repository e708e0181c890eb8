package engine

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
)

// Transport answers requests in process, without a port and whatever host they name.
// Faults come out as the errors that a connection would have.
type Transport struct{ Serve Serve }

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close() // not every answer takes the body
	}
	out, err := t.Serve(r.Context(), r)
	if err != nil {
		return nil, err
	}
	if out.Dropped {
		return nil, &net.OpError{Op: "read", Net: "sandbox", Err: io.ErrUnexpectedEOF}
	}
	res := &http.Response{
		Status: fmt.Sprintf("%d %s", out.Status, http.StatusText(out.Status)), StatusCode: out.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.Header, ContentLength: int64(len(out.Body)), Request: r,
		Body: io.NopCloser(bytes.NewReader(out.Body)),
	}
	if out.Cut {
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(out.Body[:len(out.Body)/2]), brokenReader{}))
	}
	return res, nil
}

// brokenReader is the end of a connection that broke.
type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
