package sandbox

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

const (
	managedConnector = "/management/v1/connectors/{connectorName}/versions/{connectorVersion}"
	uiConnector      = "/_sandbox/ui/connectors/{connectorName}/versions/{connectorVersion}"
)

// connectorShareNoun is whom versions of custom connectors are shared with.
var connectorShareNoun = noun{
	name: "connectorShares",
	routes: []*route{
		on("POST", "/cdk/v1/permissions/connectors/{connectorName}/versions/{connectorVersion}/share-with-emails", "shareConnectorWithEmails",
			FromDocuments, RightDeployConnectors, shareConnectorWithEmails, 95, 100),
		on("POST", oldPath+"/permissions/share-with-emails", "shareConnectorWithEmailsOfOldClient", FromObservation, RightDeployConnectors, shareConnectorWithEmails, 95, 100),
		on("POST", oldPath+"/permissions/share-with-workspaces", "shareConnectorWithWorkspacesOfOldClient", FromObservation, RightDeployConnectors,
			shareConnectorWithWorkspaces, 95, 101),
		unheld("custom connectors", on("GET", managedConnector+"/shares", "listConnectorShares", OurOwn, RightManageConnectors, listConnectorShares)),
		on("PUT", managedConnector+"/shares/workspaces/{workspaceId}", "shareConnectorWithWorkspace", OurOwn, RightManageConnectors, shareConnectorWithWorkspace),
		on("DELETE", managedConnector+"/shares/workspaces/{workspaceId}", "unshareConnectorWithWorkspace", OurOwn, RightManageConnectors, unshareConnectorWithWorkspace),
		on("DELETE", managedConnector+"/shares/emails/{email}", "unshareConnectorWithEmail", OurOwn, RightManageConnectors, unshareConnectorWithEmail),
	},
	actions: []*route{
		on("POST", uiConnector+"/shares", "", OurOwn, RightControl, uiThere(uiShare)),
		on("DELETE", uiConnector+"/shares/emails/{email}", "", OurOwn, RightControl, uiThere(unshareConnectorWithEmail)),
	},
	assumptions: []Assumption{
		{100, "What does sharing a connector with an address answer that nobody in the organization has?",
			"200, and the address counts: whoever gets it later sees the connector. Only addresses that are new are counted, and addresses are compared as they are spelled.",
			"Share a connector with an address of nobody, twice."},
		{101, "What did sharing with workspaces do?",
			"It shared with the addresses of the people who are members at that moment, as the published client's own code says; a workspace that adds nobody is in the warnings.",
			"Share with a workspace, add somebody to it, and list connectors as them."},
	},
	state: stateShares,
}

// share adds what a connector is shared with, unless it is; to is an address or a
// workspace.
func (t *tx) share(connector int64, email, workspaceID *string, now int64) (bool, error) {
	seq, err := t.next(kindShare)
	if err != nil {
		return false, err
	}
	added, err := t.Exec("INSERT OR IGNORE INTO connector_shares (seq, connector, email, workspace_id, created_at) VALUES (?, ?, ?, ?, ?)", seq, connector, email, workspaceID, now)
	return added > 0, err
}

func (c *call) shareWith(v connectorVersion, emails []string) (added int, err error) {
	for _, email := range emails {
		if !emailPattern().MatchString(email) {
			return 0, engine.InvalidBody("expected e-mail addresses at 'emails'")
		}
		isNew, err := c.tx.share(v.seq, &email, nil, c.now.UnixMilli())
		if err != nil {
			return 0, err
		}
		if isNew {
			added++
		}
	}
	if added > 0 {
		c.did(aboutConnector(v), "shared the connector %s %s with %s", v.Name, v.Version, some(emails))
	}
	return added, nil
}

// textList is a list of texts that a request must have.
func textList(in engine.Fields, name string) ([]string, error) {
	raw, given := in[name]
	if !given {
		return nil, engine.Missing(name)
	}
	var all []string
	if json.Unmarshal(raw, &all) != nil || all == nil {
		return nil, engine.InvalidBody("expected a list of strings at '%s'", name)
	}
	return all, nil
}

type message struct {
	Message string `json:"message"`
}

func permissionsAdded(n int) message { return message{fmt.Sprintf("%d permissions added", n)} }

func shareConnectorWithEmails(c *call) (answer, error) {
	v, err := c.ownConnector()
	if err != nil {
		return answer{}, err
	}
	return c.shareWithEmailsOf(v)
}

func (c *call) shareWithEmailsOf(v connectorVersion) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	emails, err := textList(in, "emails")
	if err != nil {
		return answer{}, err
	}
	added, err := c.shareWith(v, emails)
	if err != nil {
		return answer{}, err
	}
	return ok(permissionsAdded(added))
}

// uiShare is what the vendor's command line does for whoever has the token.
func uiShare(c *call) (answer, error) { return c.shareWithEmailsOf(c.placed.(connectorVersion)) }

// shareConnectorWithWorkspaces shares with the people who are in workspaces now.
func shareConnectorWithWorkspaces(c *call) (answer, error) {
	v, err := c.ownConnector()
	if err != nil {
		return answer{}, err
	}
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	ids, err := textList(in, "workspaceIds")
	if err != nil {
		return answer{}, err
	}
	total, empty := 0, []string{}
	for _, id := range ids {
		if c.workspace, err = c.tx.findWorkspace(id); err == nil {
			err = c.require(RightReadWorkspace)
		}
		if err != nil {
			return answer{}, err
		}
		emails, err := engine.Collect(c.tx, scanText, "SELECT u.email FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ? AND u.account_type = ? ORDER BY m.seq", id, accountRegular)
		if err != nil {
			return answer{}, err
		}
		added, err := c.shareWith(v, emails)
		if err != nil {
			return answer{}, err
		}
		if total += added; added == 0 {
			empty = append(empty, id)
		}
	}
	return ok(map[string]any{"success": permissionsAdded(total), "warnings": map[string][]string{"emptyWorkspaces": empty}})
}

type connectorShare struct {
	Email     *string `json:"email,omitempty"`
	Workspace *string `json:"workspaceId,omitempty"`
	CreatedAt string  `json:"createdAt"`
}

func scanShare(r *sql.Rows) (p engine.Placed[connectorShare], err error) {
	var at int64
	err = r.Scan(&p.Seq, &p.Element.Email, &p.Element.Workspace, &at)
	p.Element.CreatedAt = engine.Timestamp(engine.FromMillis(at))
	return p, err
}

func listConnectorShares(c *call) (answer, error) {
	return fetch(c, asIs[connectorShare], scanShare, "SELECT t.seq, t.email, t.workspace_id, t.created_at FROM connector_shares t WHERE t.connector = ?",
		c.placed.(connectorVersion).seq)
}

func shareConnectorWithWorkspace(c *call) (answer, error) {
	v := c.placed.(connectorVersion)
	c.hidden = nil
	if err := c.require(RightReadWorkspace); err != nil {
		return answer{}, err
	}
	added, err := c.tx.share(v.seq, nil, &c.workspace.ID, c.now.UnixMilli())
	if err != nil {
		return answer{}, err
	}
	if added {
		c.did(aboutConnector(v), "shared the connector %s %s with the workspace %s", v.Name, v.Version, c.workspace.Name)
	}
	return noContent()
}

func unshareConnectorWithWorkspace(c *call) (answer, error) {
	return c.unshare("workspace_id", c.workspace.ID, "the workspace "+c.workspace.Name)
}

func unshareConnectorWithEmail(c *call) (answer, error) {
	return c.unshare("email", c.params["email"], c.params["email"])
}

func (c *call) unshare(column, value, who string) (answer, error) {
	v := c.placed.(connectorVersion)
	taken, err := c.tx.Exec("DELETE FROM connector_shares WHERE connector = ? AND "+column+" = ?", v.seq, value)
	if err != nil {
		return answer{}, err
	}
	if taken == 0 {
		return answer{}, engine.NotFound("The connector %s %s is not shared with %s", v.Name, v.Version, who)
	}
	c.did(aboutConnector(v), "took the connector %s %s away from %s", v.Name, v.Version, who)
	return noContent()
}

type stateShare struct {
	Connector string `json:"connector"`
	With      string `json:"with"`
}

func stateShares(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (s stateShare, err error) { return s, r.Scan(&s.Connector, &s.With) },
		`SELECT c.name || ' ' || c.version, coalesce(t.email, 'workspace ' || w.name) AS shared_with FROM connector_shares t JOIN connectors c ON c.seq = t.connector
			LEFT JOIN workspaces w ON w.id = t.workspace_id ORDER BY c.name, c.version, shared_with`)
}

// RightSetNamespace is asked over an organization.
const RightSetNamespace Right = "choose the organization's connector namespace"

// namespaceNoun is what the names of an organization's custom connectors begin with.
var namespaceNoun = noun{
	routes: []*route{
		unheld("custom connectors", on("GET", "/management/v1/organization/connector-namespace", "getConnectorNamespace", OurOwn, RightReadOrganization, getNamespace)),
		on("PUT", "/management/v1/organization/connector-namespace", "setConnectorNamespace", OurOwn, RightSetNamespace, setNamespace, 102),
	},
	actions: []*route{
		on("PUT", "/_sandbox/ui/organization/connector-namespace", "", OurOwn, RightControl, uiThere(setNamespace)),
	},
	overOrganization: rights{
		RightSetNamespace: {yesA, yesA, noA, noA, noA},
	},
	assumptions: []Assumption{
		{102, "What does a deployment answer whose name does not begin with the organization's namespace, and can a namespace change?",
			"400; and no, once it is chosen (409). Until then any name is taken.",
			"Run tray-cdk namespace get, and deploy a connector with another prefix."},
	},
}

func (t *tx) namespace() (namespace *string, err error) {
	err = t.Row("SELECT connector_namespace FROM organization").Scan(&namespace)
	return namespace, err
}

func getNamespace(c *call) (answer, error) {
	namespace, err := c.tx.namespace()
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]*string{"namespace": namespace})
}

func setNamespace(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	chosen, err := engine.RequiredText(in, "namespace")
	if err != nil {
		return answer{}, err
	}
	if !namespacePattern.MatchString(chosen) || len(chosen) > 63 {
		return answer{}, engine.InvalidBody("expected lower-case letters and digits, joined by hyphens, at 'namespace'")
	}
	before, err := c.tx.namespace()
	if err != nil {
		return answer{}, err
	}
	if before != nil && *before != chosen {
		if err := c.rule(engine.Conflict("The organization's connector namespace is %q, and stays", *before)); err != nil {
			return answer{}, err
		}
	}
	c.did("", "chose the connector namespace %s", chosen)
	if _, err := c.tx.Exec("UPDATE organization SET connector_namespace = ?", chosen); err != nil {
		return answer{}, err
	}
	return ok(map[string]string{"namespace": chosen})
}

// ruleNamespace wants a connector's name to begin with the namespace.
func (c *call) ruleNamespace(name string) error {
	namespace, err := c.tx.namespace()
	if err != nil || namespace == nil || strings.HasPrefix(name, *namespace) {
		return err
	}
	return engine.BadRequest("The name of a connector begins with the organization's namespace, %q: %q does not", *namespace, name)
}
