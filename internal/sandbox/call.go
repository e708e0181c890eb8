package sandbox

import (
	"net/http"
	"net/url"
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
	snapshot     string    // the copy that a stale fault answers from
	registry     *tx       // in the first organization's file, when tx is not and route.names
	afterwards   []func(committed bool)
	force        bool // somebody does it in the UI against the rules
	agent        string
	path         string
	events       []engine.Event // what this call did, in words
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
	list := c.organization.ID + "/" + c.route.Operation + "/" + c.params["workspaceId"]
	return engine.ReadPaging(c.query, list, c.options.PageSize, most)
}

// page answers with a part of a list.
func page[T any](c *call, cut engine.Cut[T], render func(T) any) (answer, error) {
	return ok(engine.Page(cut, c.options.OmitEmptyElements, render))
}

func requiredEmail(f engine.Fields) (string, error) { return requiredAddress(f, "email") }

// requiredAddress is an e-mail address, of the 254 characters that one can have.
func requiredAddress(f engine.Fields, name string) (string, error) {
	email, err := engine.Required[string](f, name)
	if err == nil && (!emailPattern.MatchString(email) || len(email) > 254) {
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
