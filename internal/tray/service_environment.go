package tray

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// ServiceRef names a version of a service, custom or Tray's own, as connectors do.
type ServiceRef struct {
	Name    string // the unique name
	Version int64
}

func (r ServiceRef) path(base []string) []string {
	return append(base, "services", r.Name, "versions", strconv.FormatInt(r.Version, 10), "environments")
}

// Environment is an OAuth app with which authentications of a service are made.
type Environment struct {
	ID, Title string
	// Default says that it comes with the service; on the platform API, which does not tell,
	// it is the one that is titled Production.
	Default            bool
	ClientID           string // "" on the platform API, which does not tell
	AuthenticationType string
	Scopes             map[string]string // descriptions by scope
	// JSON Schemas, which it has of its service.
	UserDataSchema, CredentialsSchema json.RawMessage
}

// EnvironmentSpec is what an environment is made with, or what changes of it. Nil leaves a
// field as it is, or as the service has it.
type EnvironmentSpec struct {
	Title        *string `json:"title,omitempty"`
	ClientID     *string `json:"clientId,omitempty"`
	ClientSecret *string `json:"clientSecret,omitempty"`
	Scopes       *Scopes `json:"scopes,omitempty"`
}

func (s EnvironmentSpec) made(now Environment) bool {
	return s.ClientSecret == nil && wants(s.Title, now.Title) && wants(s.ClientID, now.ClientID) && (s.Scopes == nil || maps.Equal(*s.Scopes, now.Scopes))
}

// Environments are the environments of services; writes need the management plane.
type Environments struct {
	c *Client

	mu         sync.Mutex
	families   map[ServiceRef]objects[Environment]
	documented map[ServiceRef]*singleton[[]Environment]
}

func newEnvironments(c *Client) *Environments {
	return &Environments{c: c, families: map[ServiceRef]objects[Environment]{}, documented: map[ServiceRef]*singleton[[]Environment]{}}
}

// of returns what the management plane has told of a service's environments.
func (e *Environments) of(service ServiceRef) objects[Environment] {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.families[service] == nil {
		e.families[service] = newFamily(e.c, kind[wireEnvironment, Environment]{
			what: "service environment", path: service.path(managedPath()), right: rightBuild,
			convert: wireEnvironment.element,
			id:      func(v Environment) string { return v.ID },
			shows: func(a, b Environment) bool {
				return a.Title == b.Title && a.ClientID == b.ClientID && maps.Equal(a.Scopes, b.Scopes)
			},
		})
	}
	return e.families[service]
}

// List returns the environments of a service, on either plane. The management plane holds
// custom services alone: those of Tray's own services are in the list that Tray documents.
func (e *Environments) List(ctx context.Context, service ServiceRef) ([]Environment, error) {
	managed, err := e.c.Management.Available(ctx)
	switch {
	case err != nil:
		return nil, err
	case managed:
		all, err := e.of(service).List(ctx)
		if hasStatus(err, http.StatusNotFound) || IsGone(err) {
			if public, publicErr := e.Usable(ctx, service); publicErr == nil {
				return public, nil
			}
		}
		return all, err
	}
	return e.Usable(ctx, service)
}

// Usable returns the environments that the token may make authentications in, by the list
// that Tray documents: of Tray's own services too, which the management plane does not have.
func (e *Environments) Usable(ctx context.Context, service ServiceRef) ([]Environment, error) {
	e.mu.Lock()
	if e.documented[service] == nil {
		e.documented[service] = &singleton[[]Environment]{}
	}
	one := e.documented[service]
	e.mu.Unlock()
	all, err := one.Get(ctx, e.c.reads, func(ctx context.Context) ([]Environment, error) { return e.read(ctx, service) })
	return slices.Clone(all), err
}

// read is the list that Tray documents, which comes in one piece.
func (e *Environments) read(ctx context.Context, service ServiceRef) ([]Environment, error) {
	var wire struct {
		Elements []wireEnvironment `json:"elements"`
	}
	k := call{Method: http.MethodGet, Path: service.path([]string{"core", "v1"}), Right: rightBuild}
	if err := e.c.rest.Do(ctx, k, &wire); err != nil {
		return nil, err
	}
	all := make([]Environment, len(wire.Elements))
	for i, w := range wire.Elements {
		one, err := w.element()
		if err != nil {
			return nil, e.c.rest.Fail(k, &Error{Status: http.StatusOK, Message: err.Error()})
		}
		all[i] = one.Value
		all[i].Default = w.Title == TitleDefault
	}
	return all, nil
}

// TitleDefault is the title of the environment that comes with every service.
const TitleDefault = "Production"

// Titled returns the environments of that title.
func (e *Environments) Titled(ctx context.Context, service ServiceRef, title string) ([]Environment, error) {
	all, err := e.List(ctx, service)
	return slices.DeleteFunc(all, func(v Environment) bool { return v.Title != title }), err
}

// Get returns an environment, on either plane. IsGone(err) means proven absent. A live Tray
// shows no environment to a token that may not use the service, and proves nothing.
func (e *Environments) Get(ctx context.Context, service ServiceRef, id string) (*Environment, error) {
	if managed, err := e.c.Management.Available(ctx); err != nil || managed {
		if err != nil {
			return nil, err
		}
		return e.of(service).Get(ctx, id)
	}
	all, err := e.List(ctx, service)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(v Environment) bool { return v.ID == id }); i >= 0 {
		return &all[i], nil
	}
	return nil, gone("service environment", "the complete list of the service's environments does not hold it")
}

// Seen returns the environment with that id where this client has read it, of whichever
// service, and nil else. It asks nobody.
func (e *Environments) Seen(id string) *Environment {
	is := func(v Environment) bool { return v.ID == id }
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.families {
		if v, seen := f.records().Seen(is); seen {
			return &v
		}
	}
	for _, d := range e.documented {
		if all := d.Known(); all != nil {
			if i := slices.IndexFunc(*all, is); i >= 0 {
				return &(*all)[i]
			}
		}
	}
	return nil
}

// Create adds an environment to a service.
func (e *Environments) Create(ctx context.Context, service ServiceRef, spec EnvironmentSpec) (*Environment, error) {
	title := text(spec.Title)
	k := call{Path: service.path(managedPath()), Right: rightBuild, In: spec, Secrets: []string{text(spec.ClientSecret)}}
	return e.of(service).create(ctx, k, title, func(o Environment) bool { return o.Title == title })
}

// Update changes an environment.
func (e *Environments) Update(ctx context.Context, service ServiceRef, id string, spec EnvironmentSpec) (*Environment, error) {
	return e.of(service).change(ctx, id, call{Right: rightRunWorkspace, In: spec, Secrets: []string{text(spec.ClientSecret)}}, spec.made)
}

// Delete deletes an environment.
func (e *Environments) Delete(ctx context.Context, service ServiceRef, id string) error {
	return e.of(service).remove(ctx, id, rightRunWorkspace, nil)
}

// Scopes are OAuth scopes with their descriptions, which Tray writes as a list of objects;
// its description leaves the items open, so that plain strings are read too. A scope
// without a description is described by itself.
type Scopes map[string]string

type wireScope struct {
	Scope       string `json:"scope"`
	Description string `json:"description"`
}

// MarshalJSON implements json.Marshaler.
func (s Scopes) MarshalJSON() ([]byte, error) {
	list := []wireScope{}
	for _, scope := range slices.Sorted(maps.Keys(s)) {
		list = append(list, wireScope{scope, s[scope]})
	}
	return json.Marshal(list)
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Scopes) UnmarshalJSON(raw []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	*s = Scopes{}
	for _, item := range list {
		var one wireScope
		if json.Unmarshal(item, &one.Scope) != nil {
			if err := json.Unmarshal(item, &one); err != nil {
				return err
			}
		}
		(*s)[one.Scope] = cmp.Or(one.Description, one.Scope)
	}
	return nil
}

type wireEnvironment struct {
	ID                 string          `json:"id"`
	Title              string          `json:"title"`
	Default            bool            `json:"isDefault"`
	ClientID           string          `json:"clientId"`
	AuthenticationType string          `json:"authenticationType"`
	Scopes             Scopes          `json:"scopes"`
	UserDataSchema     json.RawMessage `json:"userDataSchema"`
	CredentialsSchema  json.RawMessage `json:"credentialsSchema"`
}

func (w wireEnvironment) element() (element[Environment], error) {
	if w.ID == "" {
		return element[Environment]{}, errNoID
	}
	return element[Environment]{Complete: true, Value: Environment{
		ID: w.ID, Title: w.Title, Default: w.Default, ClientID: w.ClientID, AuthenticationType: w.AuthenticationType, Scopes: w.Scopes,
		UserDataSchema: w.UserDataSchema, CredentialsSchema: w.CredentialsSchema,
	}}, nil
}
