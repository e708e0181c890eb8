package tray

import (
	"errors"
	"net/http"
	"time"
)

// Error is every failure of a call: an answer that is not 2xx, an answer that
// cannot be read, or no answer at all. It is always returned as a pointer.
type Error struct {
	Method, Path string
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Code and Message are the server's, when it gave them.
	Code, Message string
	// RequestID is the X-Request-Id of the answer, if any.
	RequestID string
	// RetryAfter is what the server asked for on a 429 or 503, 0 when it did not.
	RetryAfter time.Duration
	// Gone says that the object is proven to be absent: a complete list without it,
	// or a 404 from a server that still shows us the object's parent.
	Gone bool
	// Ambiguous says that the server may have carried out the write although the
	// call failed, and that looking the object up did not settle it.
	Ambiguous bool
	// Hint says what the user can change. One sentence, may be empty.
	Hint string
	// Err is the cause below HTTP, if any.
	Err error
}

// Unwrap returns the cause below HTTP.
func (e *Error) Unwrap() error { return e.Err }

// Error is the server's sentence, then the hint, then "HTTP 409, request req_123".
// It never holds a token.
func (e *Error) Error() string { return e.Message }

// IsGone reports whether err proves that the object does not exist. A 404 alone does
// not: Tray also answers 404 for what a token may not see (facts: errors).
func IsGone(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Gone
}

// IsForbidden reports whether err is a 403, the token lacking a right.
func IsForbidden(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusForbidden
}
