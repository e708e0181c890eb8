package sandbox

import (
	"errors"
	"fmt"
	"net/http"
)

// problem is an answer that is an error: Tray's {"message": ...} under an HTTP status. Handlers return it as a *problem.
type problem struct {
	status  int
	message string
	code    string
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

// invalidBody is what Tray says when a body does not decode; its message begins with these words.
func invalidBody(format string, args ...any) *problem {
	return badRequest("Invalid value for: body (%s)", fmt.Sprintf(format, args...))
}

func invalidQuery(name, format string, args ...any) *problem {
	return badRequest("Invalid value for: query parameter %s (%s)", name, fmt.Sprintf(format, args...))
}

// errOperator carries a code, so that a client can tell it from a right that the token's user lacks.
var errOperator = &problem{status: http.StatusForbidden, code: "operator",
	message: "An operator opens, changes and closes organizations and belongs to none: use a token of the organization"}

// errUnauthorized was seen word for word on the live service.
var errUnauthorized = fail(http.StatusUnauthorized, "The request is unauthorized")

// asProblem turns any error into an answer. One that no handler meant is the sandbox's own failure, a 500.
func asProblem(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return fail(http.StatusInternalServerError, "The sandbox failed: %s", err)
}
