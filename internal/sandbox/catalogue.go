package sandbox

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// The catalogue is a handful of the connectors, triggers and services that Tray itself
// offers: shaped as documented, with contents of our own.
var (
	//go:embed catalogue/services.json
	servicesJSON []byte
	//go:embed catalogue/connectors.json
	connectorsJSON []byte
	//go:embed catalogue/triggers.json
	triggersJSON []byte

	publicServices   = parsed[publicService](servicesJSON)
	publicConnectors = parsed[publicConnector](connectorsJSON)
	publicTriggers   = parsed[publicConnector](triggersJSON)
)

func parsed[T any](text []byte) (all []T) {
	if err := json.Unmarshal(text, &all); err != nil {
		panic(fmt.Errorf("the catalogue is broken: %w", err)) // it is part of the program
	}
	return all
}

// publicService is a third party that authentications are made for. Its one environment
// is Tray's own OAuth app.
type publicService struct {
	Name              string          `json:"name"`
	Version           int             `json:"version"`
	Title             string          `json:"title"`
	Kind              string          `json:"authenticationType"`
	UserDataSchema    json.RawMessage `json:"userDataSchema"`
	CredentialsSchema json.RawMessage `json:"credentialsSchema"`
	Scopes            []scope         `json:"scopes"`
}

// publicConnector is a connector or a trigger.
type publicConnector struct {
	Name        string      `json:"name"`
	Version     string      `json:"version"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Service     string      `json:"service"`
	Operations  []operation `json:"operations"`
}

// operation is one of a connector, on the wire.
type operation struct {
	Name             string          `json:"name"`
	Title            string          `json:"title"`
	Description      string          `json:"description"`
	InputSchema      json.RawMessage `json:"inputSchema"`
	OutputSchema     json.RawMessage `json:"outputSchema"`
	HasDynamicOutput bool            `json:"hasDynamicOutput"`
	AuthScopes       []string        `json:"authScopes,omitempty"`
}

// serviceReference is how connectors name their service.
type serviceReference struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version int    `json:"version"`
}

func (s publicService) reference() serviceReference {
	return serviceReference{engine.NamedID("public-service/" + s.Name), s.Name, s.Version}
}

func findPublicService(name string) (publicService, bool) {
	for _, s := range publicServices {
		if s.Name == name {
			return s, true
		}
	}
	return publicService{}, false
}

// publicEnvironment is the environment of a public service: ids are not shared between
// organizations.
func (t *tx) publicEnvironment(s publicService) documentedEnvironment {
	return documentedEnvironment{t.derivedID("public-environment/"+s.Name, 1), titleDefault, s.Kind, s.UserDataSchema, s.CredentialsSchema, s.Scopes}
}

// usableEnvironment is an environment with the service that it is of.
type usableEnvironment struct {
	documentedEnvironment
	service       serviceReference
	workspace     string // of a custom service
	workspaceType string
}

var errNoEnvironment = engine.NotFound("There is no such service environment")

// environmentWithID finds an environment of a custom service or of the catalogue.
func (t *tx) environmentWithID(id string) (u usableEnvironment, err error) {
	for _, s := range publicServices {
		if e := t.publicEnvironment(s); e.ID == id {
			return usableEnvironment{documentedEnvironment: e, service: s.reference()}, nil
		}
	}
	s, err := t.oneService("t.id = (SELECT service_id FROM service_environments WHERE id = ?)", id)
	if err == errNoService { //nolint:errorlint // a sentinel of ours, never wrapped
		return u, errNoEnvironment
	}
	if err != nil {
		return u, err
	}
	e, err := one(t, errNoEnvironment, s.scanEnvironment, "SELECT "+environmentColumns+" FROM service_environments t WHERE t.id = ?", id)
	if err != nil {
		return u, err
	}
	w, err := t.findWorkspace(s.Workspace)
	return usableEnvironment{
		documentedEnvironment{e.ID, e.Title, e.Kind, e.UserDataSchema, e.CredentialsSchema, e.Scopes},
		serviceReference{s.ID, s.UniqueName, s.Version}, w.ID, w.Type,
	}, err
}

// placePublicService finds a service of the catalogue by name and version: everybody may
// use it from where their authentications are.
func (c *call) placePublicService(name string) error {
	if c.sandbox.store.frozen != nil {
		return errUnheld("services which the management plane does not list, such as Tray's own")
	}
	s, known := findPublicService(name)
	if !known || c.params["serviceVersion"] != strconv.Itoa(s.Version) {
		return errNoService
	}
	c.placed = s
	var err error
	c.workspace, err = c.home()
	return err
}

// home is the workspace in which the caller's things are made: that of an API user, a
// person's own, and else that of the whole organization.
func (c *call) home() (workspace, error) {
	if c.caller.scope != "" {
		return c.tx.findWorkspace(c.caller.scope)
	}
	return c.tx.homeOf(c.caller.id)
}

func (t *tx) homeOf(userID string) (workspace, error) {
	return t.oneWorkspace(`t.id IN (SELECT workspace_id FROM api_users WHERE user_id = ?) OR t.person = ? OR t.type IN ('Embedded', 'Organization')
		ORDER BY t.type IN ('Embedded', 'Organization'), t.type <> 'Embedded' LIMIT 1`, userID, userID)
}
