package sandbox

import (
	"cmp"
	"encoding/json"
	"strconv"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization: what is visible is narrower than who may ask.
const (
	RightSeeConnectors Right = "see connectors, triggers and their operations"
	RightCallConnector Right = "run an operation of a connector"
)

const connectorPath = "/core/v1/connectors/{connectorName}/versions/{connectorVersion}"

// connectorNoun is the connectors that a token may use: those of the catalogue, and custom
// ones that are deployed.
var connectorNoun = noun{
	routes: []*route{
		unheld("connectors", on("GET", "/core/v1/connectors", "listConnectors", FromDocuments, RightSeeConnectors, listConnectors, 89, 90, 91)),
		unheld("connectors", on("GET", connectorPath+"/operations", "listConnectorOperations", FromDocuments, RightSeeConnectors, listConnectorOperations, 89, 92)),
		unmetered(bodies(textBody, on("POST", connectorPath+"/call", "callConnector", FromDocuments, RightCallConnector, callConnector, 89, 93, 94))),
	},
	overOrganization: rights{
		RightSeeConnectors: {yesA, yesA, yesA, yesA, yesA},
		RightCallConnector: {yesA, yesA, yesA, yesA, yesA},
	},
	assumptions: []Assumption{
		{89, "May an API user's token read connectors and triggers, and run operations?",
			"Yes; the reference names master and user tokens only.",
			"GET /core/v1/connectors with an API user's token."},
		{90, "Which custom connectors does a token see among the connectors?",
			"Deployed ones that its user deployed, that are shared with its user's e-mail address as it is spelled, or with a workspace that its user is in.",
			"Deploy a connector, share it with one of two people, and list connectors as each."},
		{91, "Is each version an element of its own, and what is the service of a connector that has none?",
			"Yes; and one named as the connector, version 1, as the field is documented as required.",
			"GET /core/v1/connectors and look for a connector that has several versions."},
		{92, "Which operations does a custom connector have?",
			"One for each folder with an operation.json in it, with the JSON Schemas beside it where there are any.",
			"Deploy a connector and GET its operations."},
		{93, "What does a call of an operation answer that the third party refuses?",
			"200 with the outcome error and a message, as documented for failures of third parties: without or with refused credentials, with an input of another form, or of another service. Other calls succeed with an output made up from the schema.",
			"POST /core/v1/connectors/{name}/versions/{version}/call with an authentication whose secret is wrong."},
		{94, "What does a call of an operation that does not exist answer?",
			"404.",
			"POST /core/v1/connectors/{name}/versions/{version}/call with the operation x."},
	},
}

// usableConnector is a connector or trigger to its users.
type usableConnector struct {
	Name        string           `json:"name"`
	Version     string           `json:"version"`
	Title       string           `json:"title"`
	Description string           `json:"description"`
	Service     serviceReference `json:"service"`

	operations []operation
	kind       string // how it authenticates
}

func (p publicConnector) usable() usableConnector {
	s, _ := findPublicService(p.Service)
	return usableConnector{p.Name, p.Version, p.Title, p.Description, s.reference(), p.Operations, s.Kind}
}

// visibleCustom is the condition that a custom connector is the caller's to use.
const visibleCustom = `(t.owner = ? OR EXISTS (SELECT 1 FROM connector_shares s WHERE s.connector = t.seq AND (s.email = ? OR s.workspace_id IN
	(SELECT workspace_id FROM members WHERE user_id = ? UNION SELECT id FROM workspaces WHERE type = 'Organization'))))`

// connectors are all that the caller may use.
func (c *call) connectors() ([]usableConnector, error) {
	all := make([]usableConnector, 0, len(publicConnectors))
	for _, p := range publicConnectors {
		all = append(all, p.usable())
	}
	custom, err := engine.Collect(c.tx, scanText, `SELECT d.manifest FROM connectors t JOIN deployments d ON d.seq =
		(SELECT max(seq) FROM deployments WHERE connector = t.seq AND ends_at <= ? AND failure IS NULL) WHERE `+visibleCustom+" ORDER BY t.seq",
		c.now.UnixMilli(), c.caller.id, c.caller.email, c.caller.id)
	if err != nil {
		return nil, err
	}
	for _, text := range custom {
		var m manifest
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			return nil, err
		}
		one, err := c.tx.usable(m)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// usable looks the service of a custom connector up, as it is now.
func (t *tx) usable(m manifest) (usableConnector, error) {
	u := usableConnector{Name: m.Name, Version: m.Version, Title: cmp.Or(m.Title, m.Name), Description: m.Description, operations: m.Operations,
		Service: serviceReference{engine.NamedID("connector-service/" + m.Name), m.Name, 1}}
	if m.Service == nil {
		return u, nil
	}
	version, _ := strconv.Atoi(m.Service.Version) // checked when it was deployed
	u.Service = serviceReference{engine.NamedID("connector-service/" + m.Service.Name), m.Service.Name, version}
	if s, public := findPublicService(m.Service.Name); public {
		u.Service, u.kind = s.reference(), s.Kind
		return u, nil
	}
	s, err := t.oneService("t.unique_name = ?", m.Service.Name)
	if err == errNoService { //nolint:errorlint // a sentinel of ours, never wrapped
		return u, nil
	}
	u.Service.ID, u.kind = s.ID, s.Kind
	return u, err
}

func listConnectors(c *call) (answer, error) {
	all, err := c.connectors()
	if err != nil {
		return answer{}, err
	}
	return ok(inOnePiece(all))
}

// connector is the one of the path.
func (c *call) connector() (usableConnector, error) {
	all, err := c.connectors()
	if err != nil {
		return usableConnector{}, err
	}
	return pick(all, c.params["connectorName"], c.params["connectorVersion"])
}

func pick(all []usableConnector, name, version string) (usableConnector, error) {
	for _, one := range all {
		if one.Name == name && one.Version == version {
			return one, nil
		}
	}
	return usableConnector{}, engine.NotFound("There is no %s in version %s, or this token has no access to it", name, version)
}

func listConnectorOperations(c *call) (answer, error) {
	one, err := c.connector()
	if err != nil {
		return answer{}, err
	}
	return ok(inOnePiece(one.operations))
}

func (u usableConnector) operation(name string) (operation, error) {
	for _, o := range u.operations {
		if o.Name == name {
			return o, nil
		}
	}
	return operation{}, engine.NotFound("%s %s has no operation %q", u.Name, u.Version, name)
}

// outcome is what a connector's operation comes to.
type outcome struct {
	Outcome string `json:"outcome"`
	Output  any    `json:"output"`
}

func callConnector(c *call) (answer, error) {
	connector, err := c.connector()
	if err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	name, err := engine.Required[string](in, "operation")
	if err != nil {
		return answer{}, err
	}
	input, err := engine.Required[map[string]any](in, "input")
	if err != nil {
		return answer{}, engine.InvalidBody("expected an object at 'input'")
	}
	o, err := connector.operation(name)
	if err != nil {
		return answer{}, err
	}
	a, err := c.usedAuthentication(in, "authId")
	if err != nil {
		return answer{}, err
	}
	return ok(c.run(connector, o, a, input))
}

// run runs an operation.
func (c *call) run(connector usableConnector, o operation, a *authentication, input map[string]any) outcome {
	c.did("", "ran the operation %s of the connector %s", o.Name, connector.Name)
	if _, wrong := c.obstacle(connector, o, a, input); wrong != "" {
		return outcome{"error", map[string]string{"message": wrong}}
	}
	return outcome{"success", shapeOf(o.OutputSchema).sample(o.Name)}
}

// obstacle says what keeps an operation from succeeding, under the code that a
// subscription has for it; nothing does when both are empty.
func (c *call) obstacle(u usableConnector, o operation, a *authentication, input map[string]any) (code, message string) {
	switch needs := u.kind != "" && u.kind != "builtin"; {
	case needs && a == nil:
		return "user_input_error", "This operation needs an authentication for " + u.Service.Name
	case needs && c.tx.managedAuthentication(*a).Service.Name != u.Service.Name:
		return "user_input_error", "The authentication is not one for " + u.Service.Name
	case needs && !a.works():
		return "api_error", u.Title + " refuses the credentials: invalid_auth (HTTP 401)"
	}
	if wrong := shapeOf(o.InputSchema).mismatch("input", input); wrong != "" {
		return "user_input_error", "The input is not valid: " + wrong
	}
	return "", ""
}

// triggerNoun is the triggers of the catalogue.
var triggerNoun = noun{
	routes: []*route{
		unheld("triggers", on("GET", "/core/v1/triggers", "listTriggers", FromDocuments, RightSeeConnectors, listTriggers, 89, 91)),
		unheld("triggers", on("GET", "/core/v1/triggers/{triggerName}/versions/{triggerVersion}/operations", "listTriggerOperations", FromDocuments, RightSeeConnectors, listTriggerOperations, 89)),
	},
}

func triggers() []usableConnector {
	all := make([]usableConnector, len(publicTriggers))
	for i, p := range publicTriggers {
		all[i] = p.usable()
	}
	return all
}

func listTriggers(*call) (answer, error) { return ok(inOnePiece(triggers())) }

func listTriggerOperations(c *call) (answer, error) {
	one, err := pick(triggers(), c.params["triggerName"], c.params["triggerVersion"])
	if err != nil {
		return answer{}, err
	}
	return ok(inOnePiece(one.operations))
}
