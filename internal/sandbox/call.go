package sandbox

import (
	"database/sql"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// call is one authenticated request inside its transaction: all that a handler may look
// at and change.
type call struct {
	tx           *tx
	sandbox      *Sandbox
	route        *route
	params       map[string]string
	query        url.Values
	queryError   error // of a query that cannot be parsed
	body         []byte
	caller       caller
	organization organization
	options      Options
	now          time.Time
	workspace    workspace // set when the path names one, or something in one
	placed       any       // what a place of a noun has found by the path
	hidden       error     // answers where that is hidden; nil: as for a workspace
	mine         bool      // it is the caller's own
	snapshot     string    // the copy that a stale fault answers from
	registry     *tx       // in the first organization's file, when tx is not and route.names
	afterwards   []func(committed bool)
	force        bool // somebody does it in the UI against the rules
	agent        string
	path         string
	events       []engine.Event // what this call did, in words
	asked        []string       // the fields of a GraphQL request, for the log
}

// after has f run when the transaction is over.
func (c *call) after(f func(committed bool)) { c.afterwards = append(c.afterwards, f) }

// rule passes a rule's refusal on, unless it is forced.
func (c *call) rule(refused error) error {
	if c.force {
		return nil
	}
	return refused
}

// handler answers a call. What it wrote is committed when it returns no error.
type handler func(*call) (answer, error)

// answer is a status and a body to send as JSON, or no body.
type answer struct {
	status int
	body   any
}

func ok(body any) (answer, error)      { return answer{http.StatusOK, body}, nil }
func created(body any) (answer, error) { return answer{http.StatusCreated, body}, nil }
func noContent() (answer, error)       { return answer{status: http.StatusNoContent}, nil }

// done is the {} that Tray answers to most writes.
func done() (answer, error) { return ok(struct{}{}) }

func (c *call) fields() (engine.Fields, error) { return engine.DecodeFields(c.body) }

// Largest pages that the documents allow: per workspace, and for organization users,
// roles and invites.
const (
	maxWorkspacePage    = 100
	maxOrganizationPage = 1000
)

// paging reads what a request asks of the list that its route stands for.
func (c *call) paging(most int) (engine.Paging, error) {
	list := c.organization.ID + "/" + c.route.Operation + "/"
	for i, name := range slices.Sorted(maps.Keys(c.params)) {
		if i > 0 {
			list += "/"
		}
		list += c.params[name]
	}
	return engine.ReadPaging(c.query, list, c.options.PageSize, most)
}

// fetch answers with a page of what a query finds: "SELECT t.seq, … FROM … t WHERE …"
// without order or limit.
func fetch[T any](c *call, render func(T) any, scan func(*sql.Rows) (engine.Placed[T], error), query string, args ...any) (answer, error) {
	p, err := c.paging(maxWorkspacePage)
	if err != nil {
		return answer{}, err
	}
	cut, err := engine.Fetch(c.tx, p, scan, query, args...)
	if err != nil {
		return answer{}, err
	}
	return page(c, cut, render)
}

// one is the only thing that a query finds, or what it answers when there is none.
func one[T any](t *tx, none error, scan func(*sql.Rows) (engine.Placed[T], error), query string, args ...any) (v T, err error) {
	found, err := engine.Collect(t, scan, query, args...)
	if err == nil && len(found) == 0 {
		err = none
	}
	if err != nil {
		return v, err
	}
	return found[0].Element, nil
}

// asIs is an element as it is, for what is stored in the form that it is shown in.
func asIs[T any](v T) any { return v }

// page answers with a part of a list.
func page[T any](c *call, cut engine.Cut[T], render func(T) any) (answer, error) {
	return ok(engine.Page(cut, c.options.OmitEmptyElements, render))
}

func requiredEmail(f engine.Fields) (string, error) { return requiredAddress(f, "email") }

// requiredAddress is an e-mail address, of the 254 characters that one can have.
func requiredAddress(f engine.Fields, name string) (string, error) {
	email, err := engine.Required[string](f, name)
	if err == nil && (!emailPattern().MatchString(email) || len(email) > 254) {
		err = engine.InvalidBody("expected an e-mail address at %q", name)
	}
	return email, err
}

// requiredRole reads a role id: a UUID by its form, and a role of this scope by its
// value.
func requiredRole(f engine.Fields, name string, roles map[string]role) (string, error) {
	id, err := engine.Required[string](f, name)
	if err != nil {
		return "", err
	}
	if !engine.IsUUID(id) {
		return "", engine.NoUUID(name)
	}
	found, known := roleWithID(roles, id)
	if !known {
		return "", engine.BadRequest("There is no such role here: %s", id)
	}
	return found, nil
}

// inOnePiece is a list that is answered in one piece: [] rather than null.
func inOnePiece[T any](all []T) any {
	return struct {
		Elements []T `json:"elements"`
	}{append([]T{}, all...)}
}
