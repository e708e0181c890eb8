package engine

import (
	"errors"
	"fmt"
	"net/http"
)

// Problem is an answer that is an error: Tray's {"message": ...} under an HTTP status.
// Handlers return it as a *Problem. Where Tray documents a sentence, that is the message,
// and what the sandbox knows beyond it is the reason.
type Problem struct {
	Status  int
	Message string
	Code    string
	Reason  string
}

// Error implements error.
func (p *Problem) Error() string { return fmt.Sprintf("%s (HTTP %d)", p.Message, p.Status) }

// Fail is a problem under any status.
func Fail(status int, format string, args ...any) *Problem {
	return &Problem{Status: status, Message: fmt.Sprintf(format, args...)}
}

// BadRequest is a 400.
func BadRequest(format string, args ...any) *Problem {
	return Fail(http.StatusBadRequest, format, args...)
}

// Forbidden is a 403 in our words; see MissingRight.
func Forbidden(format string, args ...any) *Problem {
	return Fail(http.StatusForbidden, format, args...)
}

// NotFound is a 404.
func NotFound(format string, args ...any) *Problem {
	return Fail(http.StatusNotFound, format, args...)
}

// Conflict is a 409.
func Conflict(format string, args ...any) *Problem {
	return Fail(http.StatusConflict, format, args...)
}

// MissingRight is what Tray documents for every missing right.
func MissingRight(reason string) *Problem {
	return &Problem{Status: http.StatusForbidden, Message: "The request is forbidden", Reason: reason}
}

// InvalidBody is what Tray says when a body does not decode; its message begins with
// these words. Two endings are documented: wrongType and NoUUID. The others are ours.
func InvalidBody(format string, args ...any) *Problem {
	return BadRequest("Invalid value for: body (%s)", fmt.Sprintf(format, args...))
}

// wrongType is the documented sentence for a field that holds a value of another type.
func wrongType(value []byte, expected, name string) *Problem {
	const most = 100
	if len(value) > most {
		value = append(value[:most:most], "…"...)
	}
	return InvalidBody("Got value '%s' with wrong type, expecting %s at '%s'", value, expected, name)
}

// NoUUID is the documented sentence for an id that is no UUID.
func NoUUID(name string) *Problem {
	return InvalidBody("Couldn't decode a valid UUID at '%s'", name)
}

// Missing is the sentence for a field that must be there.
func Missing(name string) *Problem { return InvalidBody("Missing required field at '%s'", name) }

// InvalidQuery is InvalidBody for a parameter of the query.
func InvalidQuery(name, format string, args ...any) *Problem {
	return BadRequest("Invalid value for: query parameter %s (%s)", name, fmt.Sprintf(format, args...))
}

// codeFailed is the code of the sandbox's own failures, which are nobody else's: a broken
// file, a full disk.
const codeFailed = "sandbox_failed"

// AsProblem turns any error into an answer. One that no handler meant is the sandbox's
// own failure, a 500.
func (s *Store) AsProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{Status: http.StatusInternalServerError, Code: codeFailed, Message: s.Failure(err).Error()}
}
