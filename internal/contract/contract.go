// Package contract checks HTTP exchanges against the two API descriptions beside it:
// tray.yaml, which is what Tray documents, and management.yaml, which is ours. Tests
// put Check around the sandbox, or RoundTripper under the client, so that every
// exchange of every acceptance test is checked in both directions: neither the client
// nor the sandbox can drift from the description without a test that fails.
package contract

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

//go:embed tray.yaml
var trayYAML []byte

//go:embed management.yaml
var managementYAML []byte

// FaultHeader marks an answer that the sandbox was told to spoil. It is not Tray's,
// so it is not checked.
const FaultHeader = "X-Sandbox-Fault"

// controlPrefix is the sandbox's control plane, which no description covers.
const controlPrefix = "/_sandbox/"

// planes finds the description that covers a path by its prefix.
type planes map[string]routers.Router

// load compiles both descriptions once per process.
var load = sync.OnceValues(func() (planes, error) {
	tray, err := compile(trayYAML)
	if err != nil {
		return nil, fmt.Errorf("tray.yaml: %w", err)
	}
	management, err := compile(managementYAML)
	if err != nil {
		return nil, fmt.Errorf("management.yaml: %w", err)
	}
	return planes{"/core/v1/": tray, "/cdk/v1/": tray, "/internal/v1/": tray, graphPath: tray, "/management/v1": management}, nil
})

func compile(doc []byte) (routers.Router, error) {
	spec, err := openapi3.NewLoader().LoadFromData(doc)
	if err != nil {
		return nil, err
	}
	// The host is the sandbox's own, whatever port it got.
	spec.Servers = nil
	if err := spec.Validate(context.Background()); err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(spec)
}

// momentPattern is how GraphQL writes a time: with milliseconds, in UTC.
var momentPattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)

// uuidPattern takes any version: Tray documents "uuid" and says no more.
var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// filterOptions are shared by all checks; kin-openapi only reads them.
var filterOptions = func() *openapi3filter.Options {
	o := baseOptions
	o.WithCustomSchemaErrorFunc(brief)
	return &o
}()

// brief names the field and what is wrong with it. kin-openapi would print the schema
// and the value too, and a value may be a secret.
func brief(err *openapi3.SchemaError) string {
	return fmt.Sprintf("at %q: %s", "/"+strings.Join(err.JSONPointer(), "/"), err.Reason)
}

var baseOptions = openapi3filter.Options{
	AuthenticationFunc:    requireBearer,
	IncludeResponseStatus: true,
	MultiError:            true,
	SkipSettingDefaults:   true, // a check must not change what it checks
	SchemaValidationOptions: []openapi3.SchemaValidationOption{
		openapi3.WithStringFormatValidator("uuid", openapi3.NewCallbackValidator(func(s string) error {
			if !uuidPattern.MatchString(s) {
				return errors.New("not a UUID")
			}
			return nil
		})),
		openapi3.WithStringFormatValidator("date-time",
			openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringDateTime)),
	},
}

// requireBearer wants a token of some kind. Whether it is a good one is for the server
// to say, so tests with a wrong token pass.
func requireBearer(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	token, ok := strings.CutPrefix(in.RequestValidationInput.Request.Header.Get("Authorization"), "Bearer ")
	if !ok || strings.TrimSpace(token) == "" {
		return errors.New("no Authorization: Bearer header")
	}
	return nil
}

// exchange is one request under check, and then its answer.
type exchange struct {
	name  string // operation, method and path, as the reports call it
	input *openapi3filter.RequestValidationInput
	graph *graphExchange // nil for what is no GraphQL, or none that can be checked
}

// open checks a request whose body has been read. It returns nil for the control
// plane and for a request that no operation covers, which is a violation by itself.
func open(req *http.Request, body []byte) (*exchange, error) {
	if strings.HasPrefix(req.URL.Path, controlPrefix) {
		return nil, nil
	}
	all, err := load()
	if err != nil {
		return nil, err
	}
	name := req.Method + " " + req.URL.Path
	route, params, err := all.route(req)
	if err != nil {
		return nil, fmt.Errorf("request %s: no such operation in the contract (%w)", name, err)
	}
	name = route.Operation.OperationID + " (" + name + ")"
	// A shallow copy, so that validating consumes a body of its own.
	probe := req.Clone(req.Context())
	probe.Body, probe.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	probe.GetBody = nil
	x := &exchange{name: name, input: &openapi3filter.RequestValidationInput{
		Request: probe, PathParams: params, Route: route, Options: filterOptions,
	}}
	errs := []error{checkQuery(route.Operation, req), openapi3filter.ValidateRequest(req.Context(), x.input)}
	if route.Operation.RequestBody == nil && len(body) > 0 {
		errs = append(errs, errors.New("a body is sent, but the operation takes none"))
	}
	if err := errors.Join(errs...); err != nil {
		return x, fmt.Errorf("request %s: %w", name, err)
	}
	if req.URL.Path == graphPath {
		if x.graph, err = openGraph(body); err != nil {
			return x, fmt.Errorf("request %s: %w", name, err)
		}
	}
	return x, nil
}

func (p planes) route(req *http.Request) (*routers.Route, map[string]string, error) {
	for prefix, router := range p {
		if strings.HasPrefix(req.URL.Path, prefix) {
			return router.FindRoute(req)
		}
	}
	return nil, nil, routers.ErrPathNotFound
}

// checkQuery refuses what kin-openapi lets pass: a parameter that is not declared, and
// one given several times although it is not a list.
func checkQuery(op *openapi3.Operation, req *http.Request) error {
	var errs []error
	for name, values := range req.URL.Query() {
		param := op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		switch {
		case param == nil:
			errs = append(errs, fmt.Errorf("query parameter %q is not in the contract", name))
		case len(values) > 1 && !param.Schema.Value.Type.Is(openapi3.TypeArray):
			errs = append(errs, fmt.Errorf("query parameter %q is given %d times", name, len(values)))
		}
	}
	return errors.Join(errs...)
}

// close checks the answer.
func (x *exchange) close(status int, header http.Header, body []byte) error {
	if header.Get(FaultHeader) != "" {
		return nil
	}
	if err := x.checkAnswer(status, header, body); err != nil {
		return fmt.Errorf("answer %d to %s: %w", status, x.name, err)
	}
	return nil
}

func (x *exchange) checkAnswer(status int, header http.Header, body []byte) error {
	op := x.input.Route.Operation
	// kin-openapi never looks at redirects, and takes any body where none is declared.
	declared := op.Responses.Status(status)
	if declared == nil {
		return fmt.Errorf("the status is not in the contract, which has %v", slices.Sorted(slices.Values(op.Responses.Keys())))
	}
	if len(declared.Value.Content) == 0 {
		if len(body) > 0 {
			return fmt.Errorf("a body of %d bytes, but the contract has none", len(body))
		}
		return nil
	}
	err := openapi3filter.ValidateResponse(x.input.Request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: x.input,
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                filterOptions,
	})
	if err != nil || x.graph == nil || status != http.StatusOK {
		return err
	}
	return x.graph.close(body)
}
