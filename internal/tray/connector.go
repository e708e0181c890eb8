package tray

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// ConnectorRef names a version of a connector or of a trigger, custom or Tray's own.
type ConnectorRef struct {
	Name    string `json:"name"`
	Version string `json:"version"` // such as "1.0"
}

// String is "acme-crm 1.0".
func (r ConnectorRef) String() string { return r.Name + " " + r.Version }

// under is the path of what belongs to the version, below a path that ends in connectors or
// triggers.
func (r ConnectorRef) under(base []string, more ...string) []string {
	return append(append(base, r.Name, "versions", r.Version), more...)
}

// Connector is a version of a connector or of a trigger that the token may use.
type Connector struct {
	ConnectorRef
	Title, Description string
	// Service is what authentications for it are made of; ServiceID is the one for Tray's
	// authentication dialog.
	ServiceID, ServiceName string
	ServiceVersion         int64
}

// Operation is what a connector can do, or a trigger tells of.
type Operation struct {
	Name, Title, Description string
	// JSON Schemas.
	InputSchema, OutputSchema json.RawMessage
	HasDynamicOutput          bool
	AuthScopes                []string // OAuth scopes that it needs
}

// catalogue is the list of connectors or of triggers, which comes in one piece, with their
// operations. Both are read once and shared by all.
type catalogue struct {
	c          *Client
	path       []string
	all        records[Connector]
	operations shelf[ConnectorRef, *singleton[[]Operation]]
}

func newCatalogue(c *Client, what, name string) *catalogue {
	k := &catalogue{c: c, path: []string{"core", "v1", name}}
	k.all = coalesce.New(c.reads, source[Connector]{
		What: what, Path: "/core/v1/" + name, Page: k.read,
		ID: func(x Connector) string { return x.Name + "~" + x.Version },
	})
	return k
}

func (k *catalogue) read(ctx context.Context, _ string) (rest.Page[Connector], error) {
	read := call{Method: http.MethodGet, Path: k.path, Right: rightCatalogue}
	elements, err := elementsOf(ctx, k.c, read, wireConnector.element)
	return rest.Page[Connector]{Elements: elements}, err
}

// List returns every version of each that the token may use, in the server's order.
func (k *catalogue) List(ctx context.Context) ([]Connector, error) { return k.all.List(ctx) }

// Operations returns what a version can do, in the server's order.
func (k *catalogue) Operations(ctx context.Context, ref ConnectorRef) ([]Operation, error) {
	one := k.operations.of(ref, func() *singleton[[]Operation] { return &singleton[[]Operation]{} })
	all, err := one.Get(ctx, k.c.reads, func(ctx context.Context) ([]Operation, error) {
		read := call{Method: http.MethodGet, Path: ref.under(slices.Clone(k.path), "operations"), Right: rightCatalogue}
		elements, err := elementsOf(ctx, k.c, read, wireOperation.element)
		all := make([]Operation, len(elements))
		for i, e := range elements {
			all[i] = e.Value
		}
		return all, err
	})
	return slices.Clone(all), err
}

// deployed voids what is known after a deployment: what a version can do may have changed.
func (k *catalogue) deployed(ref ConnectorRef) {
	k.all.Invalidate()
	k.operations.drop(ref)
}

// Connectors are the connectors that the token may use, Tray's own and custom ones.
type Connectors struct{ *catalogue }

func newConnectors(c *Client) *Connectors {
	return &Connectors{newCatalogue(c, "connector", "connectors")}
}

// ConnectorCall is one call of an operation.
type ConnectorCall struct {
	Operation        string
	AuthenticationID string // "" is none
	Input            SecretObject
}

// CallResult is what a called system answered.
type CallResult struct {
	// OK is false when the called system, or the way to it, failed: Tray answers 200 then too.
	OK bool
	// Output is a JSON object, and may hold whatever that system holds.
	Output SecretObject
}

// Call runs one operation. It is never repeated: what it does is not known here. An
// ambiguous error means that it may have been run.
func (k *Connectors) Call(ctx context.Context, ref ConnectorRef, what ConnectorCall) (*CallResult, error) {
	if what.Input.IsZero() {
		what.Input = SecretObject{json.RawMessage("{}")}
	}
	body := map[string]any{"operation": what.Operation, "input": what.Input.Reveal()}
	if what.AuthenticationID != "" {
		body["authId"] = what.AuthenticationID
	}
	post := call{
		Method: http.MethodPost, Path: ref.under(slices.Clone(k.path), "call"), Right: rightCatalogue,
		In: body, Secrets: what.Input.leaves(),
	}
	e, err := rest.Exchange(ctx, k.c.rest, post, func(w wireCallResult) (element[CallResult], error) {
		if w.Outcome != "success" && w.Outcome != "error" {
			return element[CallResult]{}, errors.New("the answer cannot be read: it has no outcome")
		}
		return element[CallResult]{Value: CallResult{OK: w.Outcome == "success", Output: w.Output}}, nil
	})
	if err != nil {
		return nil, err
	}
	return &e.Value, nil
}

// elementsOf reads a list that comes in one piece.
func elementsOf[W, T any](ctx context.Context, c *Client, k call, convert func(W) (element[T], error)) ([]element[T], error) {
	var wire struct {
		Elements []W `json:"elements"` // may be absent when empty
	}
	if err := c.rest.Do(ctx, k, &wire); err != nil {
		return nil, err
	}
	all := make([]element[T], len(wire.Elements))
	for i, w := range wire.Elements {
		var err error
		if all[i], err = convert(w); err != nil {
			return nil, c.rest.Fail(k, &Error{Status: http.StatusOK, Message: err.Error()})
		}
	}
	return all, nil
}

type wireConnector struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Service     struct {
		ID      string  `json:"id"`
		Name    string  `json:"name"`
		Version integer `json:"version"`
	} `json:"service"`
}

func (w wireConnector) element() (element[Connector], error) {
	if w.Name == "" || w.Version == "" {
		return element[Connector]{}, errors.New("the answer cannot be read: a connector without a name or a version")
	}
	return element[Connector]{Complete: true, Value: Connector{
		ConnectorRef: ConnectorRef{w.Name, w.Version}, Title: w.Title, Description: w.Description,
		ServiceID: w.Service.ID, ServiceName: w.Service.Name, ServiceVersion: int64(w.Service.Version),
	}}, nil
}

type wireOperation struct {
	Name             string          `json:"name"`
	Title            string          `json:"title"`
	Description      string          `json:"description"`
	InputSchema      json.RawMessage `json:"inputSchema"`
	OutputSchema     json.RawMessage `json:"outputSchema"`
	HasDynamicOutput bool            `json:"hasDynamicOutput"`
	AuthScopes       []string        `json:"authScopes"`
}

func (w wireOperation) element() (element[Operation], error) {
	if w.Name == "" {
		return element[Operation]{}, errors.New("the answer cannot be read: an operation without a name")
	}
	return element[Operation]{Complete: true, Value: Operation(w)}, nil
}

type wireCallResult struct {
	Outcome string       `json:"outcome"`
	Output  SecretObject `json:"output"`
}
