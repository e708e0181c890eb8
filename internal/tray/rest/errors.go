package rest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Error is every failure of a call: an answer that is not 2xx, an answer that
// cannot be read, or no answer at all. It is always returned as a pointer.
type Error struct {
	Method, Path string
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Sent is the HTTP status itself where Status stands for what the body says, as GraphQL has
	// all its errors in a 200; 0 where Status is it.
	Sent int
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
	// Repeated says that an earlier try of the same call may have been carried out.
	Repeated bool
}

// Unwrap returns the cause below HTTP.
func (e *Error) Unwrap() error { return e.Err }

// Error is the server's sentence, then the hint, then "HTTP 409, request req_123".
// It never holds a token.
func (e *Error) Error() string {
	parts := []string{sentence(e.Message)}
	if e.Hint != "" {
		parts = append(parts, sentence(e.Hint))
	}
	switch status := cmp.Or(e.Sent, e.Status); {
	case status != 0 && e.RequestID != "":
		parts = append(parts, fmt.Sprintf("HTTP %d, request %s", status, e.RequestID))
	case status != 0:
		parts = append(parts, fmt.Sprintf("HTTP %d", status))
	}
	return Printable(strings.Join(parts, " "))
}

// sentence is s with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// IsGone reports whether err proves that the object does not exist. A 404 alone does
// not: Tray also answers 404 for what a token may not see (facts: errors).
func IsGone(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Gone
}

// IsForbidden reports whether err is a 403, the token lacking a right.
func IsForbidden(err error) bool { return HasStatus(err, http.StatusForbidden) }

// HasStatus reports whether err is an answer with that HTTP status.
func HasStatus(err error, status int) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == status
}

// IsConflict reports whether Tray refused because of what is there (409).
func IsConflict(err error) bool { return HasStatus(err, http.StatusConflict) }

// IsAmbiguous reports whether err leaves open what the server did.
func IsAmbiguous(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Ambiguous
}

// NewGone is the error of an object that is proven absent, by what.
func NewGone(what, proof string) *Error {
	return &Error{Message: "The " + what + " does not exist: " + proof, Gone: true, Status: http.StatusNotFound}
}

// AsGone is a 404 that something else has proven.
func AsGone(err error, proof string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	proven := *e
	proven.Gone, proven.Hint = true, proof
	return &proven
}

// AsError gives err, most often a context's, the form that callers rely on.
func AsError(err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &Error{Message: "The read was given up: " + err.Error(), Err: err}
}
