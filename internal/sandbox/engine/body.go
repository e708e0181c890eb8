package engine

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
)

// ReadBody reads the body of a request, of which it takes so many bytes at most.
func ReadBody(r *http.Request, most int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	defer r.Body.Close()
	if r.ContentLength > most {
		return nil, tooLarge(most)
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, InvalidBody("it is encoded as %s", coding)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, Fail(http.StatusRequestTimeout, "The body of the request did not arrive in time")
	case err != nil: // whoever sent it is gone, or lied about its length
		return nil, InvalidBody("it broke off: %s", err)
	case int64(len(body)) > most:
		return nil, tooLarge(most)
	}
	return body, nil
}

// tooLarge answers with a status that Tray documents for on-premise operations.
func tooLarge(most int64) *Problem {
	return Fail(http.StatusRequestEntityTooLarge, "The body of the request is larger than the %d bytes that this operation takes", most)
}
