package sandbox

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// caller is the user that the token acts as.
type caller struct {
	token string
	id    string
	email string
	role  string // in the organization
	scope string // the one workspace that the token sees, or empty

	endUser, endUserName string // of Embedded, who is no user of the organization: all but the token is empty

	operator bool // belongs to no organization; the rest but the token is empty
	frozen   bool // reads a snapshot
}

// bearer takes the token out of the Authorization header.
func bearer(h http.Header) string {
	kind, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// authenticate finds the caller, or answers 401. A token of a deleted user is gone with
// them.
func (t *tx) authenticate(token string, now time.Time) (caller, error) {
	if f := t.s.frozen; f != nil && token == frozenToken {
		return f.caller(), nil
	}
	who := caller{token: token}
	if token == "" {
		return who, errUnauthorized
	}
	var expires int64
	err := t.Row(`SELECT u.id, u.email, u.role, coalesce(k.workspace_id, ''), coalesce(k.expires_at, 0)
		FROM tokens k JOIN users u ON u.id = k.user_id WHERE k.token = ?`, token).
		Scan(&who.id, &who.email, &who.role, &who.scope, &expires)
	if errors.Is(err, engine.ErrNoRow) || err == nil && expires != 0 && now.UnixMilli() >= expires {
		return t.authenticateEndUser(token, now)
	}
	return who, err
}

// isOperator tells whether the token is the operator's. Only the file of the first
// organization has one.
func (t *tx) isOperator(token string) (is bool, err error) {
	err = t.Row("SELECT EXISTS (SELECT 1 FROM seed WHERE operator = ? AND operator <> '')", token).Scan(&is)
	return is, err
}

// name is what the log calls the caller.
func (w caller) name() string {
	if w.operator {
		return "operator"
	}
	if w.endUser != "" {
		return "end user " + w.endUserName
	}
	return w.email
}

// seesAll tells whether nothing in the organization is hidden from the caller.
func (w caller) seesAll() bool { return w.frozen || w.scope == "" && outranksMembers(w.role) }

// errUnauthorized was seen word for word on the live service.
var errUnauthorized = engine.Fail(http.StatusUnauthorized, "The request is unauthorized")

// errOperator carries a code, so that a client can tell it from a right that the token's
// user lacks.
var errOperator = &engine.Problem{Status: http.StatusForbidden, Code: "operator",
	Message: "An operator opens, changes and closes organizations and belongs to none: use a token of the organization"}
