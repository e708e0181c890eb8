package sandbox

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
)

// Largest bodies. Most routes take a few fields; some take a text that people write elsewhere.
const (
	smallBody = 64 << 10
	textBody  = 1 << 20
	largeBody = 8 << 20
)

// readBody reads the body of a request once its caller is known.
func (c *call) readBody(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	defer r.Body.Close()
	most := int64(smallBody)
	if c.route != nil && c.route.body != 0 {
		most = c.route.body
	}
	if r.ContentLength > most {
		return tooLarge(most)
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return invalidBody("it is encoded as %s", coding)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fail(http.StatusRequestTimeout, "The body of the request did not arrive in time")
	case err != nil: // Whoever sent it is gone, or lied about its length.
		return invalidBody("it broke off: %s", err)
	case int64(len(body)) > most:
		return tooLarge(most)
	}
	c.body = body
	return nil
}

// tooLarge answers with a status that Tray documents for on-premise operations.
func tooLarge(most int64) *problem {
	return fail(http.StatusRequestEntityTooLarge, "The body of the request is larger than the %d bytes that this operation takes", most)
}
