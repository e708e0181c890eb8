package sandbox

import (
	"errors"
	"fmt"
	"net/http"
)

// problem is an answer that is an error: Tray's {"message": ...} under an HTTP status. Handlers return it as a *problem. Where
// Tray documents a sentence, that is the message, and what the sandbox knows beyond it is the reason.
type problem struct {
	status  int
	message string
	code    string
	reason  string
}

func (p *problem) Error() string { return fmt.Sprintf("%s (HTTP %d)", p.message, p.status) }

func fail(status int, format string, args ...any) *problem {
	return &problem{status: status, message: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) *problem {
	return fail(http.StatusBadRequest, format, args...)
}

func forbidden(format string, args ...any) *problem {
	return fail(http.StatusForbidden, format, args...)
}

func notFound(format string, args ...any) *problem {
	return fail(http.StatusNotFound, format, args...)
}

func conflict(format string, args ...any) *problem {
	return fail(http.StatusConflict, format, args...)
}

// invalidBody is what Tray says when a body does not decode; its message begins with these words. Two endings are documented:
// wrongType and noUUID. The others are ours.
func invalidBody(format string, args ...any) *problem {
	return badRequest("Invalid value for: body (%s)", fmt.Sprintf(format, args...))
}

// wrongType is the documented sentence for a field that holds a value of another type.
func wrongType(value []byte, expected, name string) *problem {
	const most = 100
	if len(value) > most {
		value = append(value[:most:most], "…"...)
	}
	return invalidBody("Got value '%s' with wrong type, expecting %s at '%s'", value, expected, name)
}

// noUUID is the documented sentence for an id that is no UUID.
func noUUID(name string) *problem { return invalidBody("Couldn't decode a valid UUID at '%s'", name) }

func missing(name string) *problem { return invalidBody("Missing required field at '%s'", name) }

func invalidQuery(name, format string, args ...any) *problem {
	return badRequest("Invalid value for: query parameter %s (%s)", name, fmt.Sprintf(format, args...))
}

// errOperator carries a code, so that a client can tell it from a right that the token's user lacks.
var errOperator = &problem{status: http.StatusForbidden, code: "operator",
	message: "An operator opens, changes and closes organizations and belongs to none: use a token of the organization"}

// errUnauthorized was seen word for word on the live service.
var errUnauthorized = fail(http.StatusUnauthorized, "The request is unauthorized")

// errForbidden is what Tray documents for every missing right.
func errForbidden(reason string) *problem {
	return &problem{status: http.StatusForbidden, message: "The request is forbidden", reason: reason}
}

// codeFailed is the code of the sandbox's own failures, which are nobody else's: a broken file, a full disk.
const codeFailed = "sandbox_failed"

// asProblem turns any error into an answer. One that no handler meant is the sandbox's own failure, a 500.
func (s *Sandbox) asProblem(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return &problem{status: http.StatusInternalServerError, code: codeFailed, message: s.store.failure(err).Error()}
}
