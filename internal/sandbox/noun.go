package sandbox

import (
	"maps"
	"strings"
)

// noun is a kind of thing in an organization, with what the rest of the sandbox has to
// know of it. A new one is a file with such a value, its name in init below, and its
// table in schema.sql, which a reset empties unasked.
type noun struct {
	name    string   // its key in GET /_sandbox/state
	routes  []*route // on both planes
	actions []*route // under /_sandbox/: what people do in Tray's UI

	overOrganization, overWorkspace rights

	// places find what a parameter of a path names, and the workspace that it is in: rights
	// are asked there.
	places map[string]place

	assumptions []Assumption
	contents    *content // set where a workspace holds it
	state       func(*call) (any, error)
	restore     *part // of a snapshot that it takes in
}

// place finds what a parameter of a path names: it sets the workspace of the call and what
// is placed, and answers alike for what is absent and what is hidden.
type place func(c *call, value string) error

// content says what a workspace holds: the words for people, and the table, in which a
// workspace_id and a name are.
type content struct{ one, many, table string }

// The nouns, in the order of the guide, and what they come to. Handlers look things up
// here and nouns name handlers, so that it is filled when the program starts: the
// compiler takes no circles.
var (
	nouns                           []*noun
	routes, controlRoutes           []*route
	overOrganization, overWorkspace = rights{}, rights{}
	places                          = map[string]place{}
)

func init() {
	nouns = []*noun{
		&workspaceNoun, &roleNoun, &memberNoun, &inviteNoun, &userNoun, &organizationNoun, &settingsNoun, &operatorNoun,
		&projectNoun, &workflowNoun, &versionNoun, &importNoun, &solutionNoun, &graphNoun, &endUserNoun, &endUserAuthenticationNoun, &instanceNoun, &serviceNoun, &environmentNoun, &authenticationNoun, &agentGroupNoun, &agentNoun,
		&connectorNoun, &deploymentNoun, &connectorShareNoun, &managedConnectorNoun, &namespaceNoun, &triggerNoun, &subscriptionNoun,
		&apiUserNoun, &apiTokenNoun, &tokenNoun, &controlNoun,
	}
	var managed []*route
	for _, n := range nouns {
		for _, r := range n.routes {
			if strings.HasPrefix(r.Pattern, managementPrefix) {
				managed = append(managed, r)
			} else {
				routes = append(routes, r)
			}
		}
		for _, r := range n.actions {
			r.control = true
		}
		controlRoutes = append(controlRoutes, n.actions...)
		maps.Copy(overOrganization, n.overOrganization)
		maps.Copy(overWorkspace, n.overWorkspace)
		maps.Copy(places, n.places)
	}
	routes = append(routes, managed...)
	routeTable, controlTable = tableOf(routes), tableOf(controlRoutes)
}
