package sandbox

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/graph-gophers/graphql-go"
	gqlerrors "github.com/graph-gophers/graphql-go/errors"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// RightSpeakGraphQL is that of a master token. End users' tokens have it without asking.
const RightSpeakGraphQL Right = "use Embedded's GraphQL"

const graphPath = "/graphql"

// graphNoun is Embedded's GraphQL, which Tray serves under another host.
var graphNoun = noun{
	routes: []*route{
		bodies(importBody, on("POST", graphPath, "embeddedGraphql", FromDocuments, RightSpeakGraphQL, serveGraph, 131, 132, 133, 134)),
	},
	overOrganization: rights{
		RightSpeakGraphQL: {yesA, yesA, noA, noA, noA},
	},
	assumptions: []Assumption{
		{131, "Which tokens are master tokens?",
			"In an organization with Embedded those of its Owner and Admins, API users included, that are not bound to a workspace. Anybody else's is refused with 403, as are all in an organization without Embedded; an end user's token is good for GraphQL alone.",
			"Send {viewer{details{name}}} with an API user's token."},
		{132, "What do operations answer that the token may not ask for?",
			"200 with a PreconditionError, access_not_allowed. A query that is not valid is a GraphQLError without a code; whatever a mutation did before its error is undone.",
			"Send the query users with an end user's token."},
		{133, "How long are pages, and what does a cursor look like?",
			"All there is, where neither first nor last is given; cursors are the Base64 of the node's id.",
			"Query viewer.solutions in an account with more than a hundred."},
		{134, "What does a body answer that is no query?",
			"400 with a message.",
			"POST [] to /graphql."},
	},
}

//go:embed embedded.graphql
var graphSchemaText string

// graphSchema is parsed once; one thing is resolved at a time, as all of a request happens
// in one transaction.
var graphSchema = sync.OnceValue(func() *graphql.Schema {
	return graphql.MustParseSchema(graphSchemaText, &graphRoot{}, graphql.UseFieldResolvers(), graphql.UseStringDescriptions(), graphql.MaxParallelism(1))
})

// graphRoot resolves queries and mutations.
type graphRoot struct{}

type callKey struct{}

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

// graphBody is the answer of an executor.
type graphBody struct {
	Data   json.RawMessage `json:"data"`
	Errors []graphError    `json:"errors,omitempty"`
}

type graphError struct {
	Message    string               `json:"message"`
	Path       []any                `json:"path,omitempty"`
	Locations  []gqlerrors.Location `json:"locations,omitempty"`
	Extensions map[string]any       `json:"extensions"`
}

func serveGraph(c *call) (answer, error) {
	if !c.organization.Embedded {
		return answer{}, engine.Forbidden("The organization has no Embedded")
	}
	var in struct {
		Query         *string
		OperationName *string
		Variables     map[string]any
	}
	if err := json.Unmarshal(c.body, &in); err != nil || in.Query == nil {
		return answer{}, engine.BadRequest("Expected a JSON object with a query")
	}
	c.body = nil // it may hold credentials, wherever they stand
	name := ""
	if in.OperationName != nil {
		name = *in.OperationName
	}
	got := graphSchema().Exec(context.WithValue(context.Background(), callKey{}, c), *in.Query, name, in.Variables)
	c.body = []byte(encode(map[string]any{"fields": c.asked}))
	body := graphBody{Data: got.Data}
	for _, e := range got.Errors {
		body.Errors = append(body.Errors, c.graphError(e))
	}
	if len(body.Errors) > 0 || len(body.Data) == 0 {
		body.Data = json.RawMessage("null")
	}
	if len(c.events) == 0 {
		c.did("", "asked Embedded's GraphQL")
	}
	return ok(body)
}

// graphError is an error of the executor as Tray words it.
func (c *call) graphError(e *gqlerrors.QueryError) graphError {
	said := graphError{Message: e.Message, Path: e.Path, Locations: e.Locations, Extensions: e.Extensions}
	if said.Extensions == nil {
		said.Extensions = map[string]any{"name": "GraphQLError"}
	}
	said.Extensions["errorId"], said.Extensions["time_thrown"] = engine.RandomID(), engine.Timestamp(c.now)
	return said
}

// graphProblem is a refusal.
type graphProblem struct{ message, name, code string }

// Error implements error.
func (p graphProblem) Error() string { return p.message }

// Extensions is what the executor sends along.
func (p graphProblem) Extensions() map[string]any {
	all := map[string]any{"name": p.name}
	if p.code != "" {
		all["code"] = p.code
	}
	return all
}

const (
	codeNotAllowed    = "access_not_allowed"
	codeNotThere      = "resource_does_not_exist"
	codeAlreadyThere  = "resource_already_exists"
	codeNoUser        = "user_does_not_exist"
	codeUserThere     = "user_already_exists"
	codeNoWorkflow    = "workflow_does_not_exist"
	preconditionError = "PreconditionError"
)

func refusedWith(code, message string) error { return graphProblem{message, preconditionError, code} }

// graphRefusal is an error of the platform's handlers in the words of GraphQL.
func (c *call) graphRefusal(err error) error {
	if p, is := err.(graphProblem); is || err == nil { //nolint:errorlint // never wrapped
		if is {
			return p
		}
		return nil
	}
	p := c.tx.s.AsProblem(err)
	switch p.Status {
	case http.StatusNotFound:
		return refusedWith(codeNotThere, p.Message)
	case http.StatusForbidden, http.StatusUnauthorized:
		return refusedWith(codeNotAllowed, p.Message)
	case http.StatusConflict:
		return refusedWith(codeAlreadyThere, p.Message)
	case http.StatusBadRequest:
		return graphProblem{p.Message, preconditionError, ""}
	}
	return graphProblem{p.Message, "InternalError", ""}
}

// The tokens that an operation takes.
type tokenKind int

const (
	masterOnly tokenKind = iota
	userOnly
	anyToken
)

// query does what reads under the name of its field.
func query[T any](ctx context.Context, field string, takes tokenKind, does func(*call) (T, error)) (v T, err error) {
	c := callOf(ctx)
	c.asked = append(c.asked, field)
	if err := c.takes(takes); err != nil {
		return v, err
	}
	v, err = does(c)
	return v, c.graphRefusal(err)
}

// mutate does what writes, whole or not at all.
func mutate[T any](ctx context.Context, field string, takes tokenKind, does func(*call) (T, error)) (v T, err error) {
	return query(ctx, field, takes, func(c *call) (v T, err error) {
		told := len(c.events)
		err = c.tx.attempt(func() error { v, err = does(c); return err })
		if err != nil {
			c.events = c.events[:told]
		}
		return v, err
	})
}

func (c *call) takes(kind tokenKind) error {
	isUser := c.caller.endUser != ""
	if kind == masterOnly && isUser || kind == userOnly && !isUser {
		return refusedWith(codeNotAllowed, map[bool]string{true: "This takes a master token", false: "This takes the token of an end user"}[isUser])
	}
	return nil
}

// attempt undoes what fails, within the transaction.
func (t *tx) attempt(does func() error) error {
	if _, err := t.Exec("SAVEPOINT attempt"); err != nil {
		return err
	}
	failed := does()
	if failed != nil {
		if _, err := t.Exec("ROLLBACK TO attempt"); err != nil {
			return err
		}
	}
	if _, err := t.Exec("RELEASE attempt"); err != nil {
		return err
	}
	return failed
}

// atGateway words an answer to GraphQL that the executor did not make: what stands before
// it at Tray has words of its own, and the rate limit is an error in a 200.
func atGateway(out engine.Outcome) engine.Outcome {
	words := map[int]string{http.StatusUnauthorized: "Unauthorized", http.StatusInternalServerError: "Internal server error",
		http.StatusForbidden: "User is not authorized to access this resource with an explicit deny"}
	switch said, known := words[out.Status]; {
	case out.Header.Get(engine.FaultHeader) != "":
	case out.Status == http.StatusTooManyRequests:
		limited := graphError{Message: "Rate limit exceeded", Extensions: graphProblem{"", preconditionError, codeNotAllowed}.Extensions()}
		out.Status, out.Body = http.StatusOK, []byte(encode(graphBody{json.RawMessage("null"), []graphError{limited}}))
	case known:
		out.Body = []byte(encode(map[string]string{"message": said}))
	}
	return out
}
