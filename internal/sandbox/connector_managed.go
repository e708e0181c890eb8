package sandbox

import (
	"database/sql"
	"regexp"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over custom connectors: their owner has the second whoever they are.
const (
	RightListConnectors   Right = "list the custom connectors one manages"
	RightManageConnectors Right = "see, share and delete custom connectors that others deployed"
)

var namespacePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// managedConnectorNoun is the custom connectors on the management plane: Tray publishes no
// list and no deletion.
var managedConnectorNoun = noun{
	routes: []*route{
		unheld("custom connectors", on("GET", "/management/v1/connectors", "listManagedConnectors", OurOwn, RightListConnectors, listManagedConnectors, 103)),
		unheld("custom connectors", on("GET", managedConnector, "getManagedConnector", OurOwn, RightManageConnectors, getManagedConnector, 103)),
		on("DELETE", managedConnector, "deleteManagedConnector", OurOwn, RightManageConnectors, deleteManagedConnector, 103),
	},
	actions: []*route{
		on("DELETE", uiConnector, "", OurOwn, RightControl, uiThere(deleteManagedConnector)),
	},
	overOrganization: rights{
		RightListConnectors:   {yesA, yesA, yesA, yesA, yesA},
		RightManageConnectors: {yesA, yesA, hidA, hidA, hidA},
	},
	places: map[string]place{"connectorName": placeConnector},
	assumptions: []Assumption{
		{103, "Who could list, read and delete custom connectors, if Tray let them?",
			"The Owner and organization Admins all, others what their own user deployed; one is not deleted while its deployment runs.",
			"Ask Tray's support what becomes of a connector whose token is revoked."},
	},
}

// placeConnector finds the custom connector that a path of the management plane names.
// Elsewhere a connector may be one of the catalogue, or not be there yet.
func placeConnector(c *call, name string) error {
	if c.route.Provenance != OurOwn {
		return nil
	}
	v, err := c.tx.connectorVersion(name, c.params["connectorVersion"])
	c.placed, c.hidden, c.mine = v, errConnector(name, c.params["connectorVersion"]), v.owner == c.caller.id
	return err
}

type managedDeployment struct {
	ID        string  `json:"id"`
	Status    string  `json:"deploymentStatus"`
	By        string  `json:"deployedById"`
	Email     string  `json:"deployedByEmail,omitempty"`
	CreatedAt string  `json:"createdAt"`
	Failure   *string `json:"failure,omitempty"`
	Source    string  `json:"sourceSha256,omitempty"`
}

type connectorBody struct {
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Service     *nameAndVersion   `json:"service,omitempty"`
	Owner       string            `json:"ownerId"`
	OwnerEmail  string            `json:"ownerEmail,omitempty"`
	Deployment  managedDeployment `json:"deployment"`
	CreatedAt   string            `json:"createdAt"`
}

// connectorBody describes a connector by its last deployment that succeeded, else by the
// last.
func (c *call) connectorBody(v connectorVersion) (connectorBody, error) {
	all, err := engine.Collect(c.tx, scanDeployment(c.now), deploymentQuery+" ORDER BY t.seq DESC", v.seq)
	if err != nil || len(all) == 0 {
		return connectorBody{}, err
	}
	last := all[0].Element
	shown := last.manifest
	for _, d := range all {
		if d.Element.Status == "Deployed" {
			shown = d.Element.manifest
			break
		}
	}
	b := connectorBody{Name: v.Name, Version: v.Version, Title: shown.Title, Description: shown.Description, Service: shown.Service,
		Owner: v.owner, OwnerEmail: c.tx.emailOf(v.owner), CreatedAt: engine.Timestamp(engine.FromMillis(v.createdAt)),
		Deployment: managedDeployment{ID: last.ID, Status: last.Status, By: last.deployer, Email: c.tx.emailOf(last.deployer),
			CreatedAt: engine.Timestamp(engine.FromMillis(last.createdAt)), Source: last.manifest.SourceSHA256}}
	if last.Status == "Failed" {
		b.Deployment.Failure = last.failure
	}
	return b, nil
}

// emailOf is empty for somebody who is gone.
func (t *tx) emailOf(userID string) (email string) {
	_ = t.Row("SELECT email FROM users WHERE id = ?", userID).Scan(&email)
	return email
}

func listManagedConnectors(c *call) (answer, error) {
	p, err := c.paging(maxWorkspacePage)
	if err != nil {
		return answer{}, err
	}
	f, err := engine.Fetch(c.tx, p, scanConnector, connectorQuery+"(? OR t.owner = ?)", c.caller.seesAll(), c.caller.id)
	if err != nil {
		return answer{}, err
	}
	a, err := page(c, f, func(v connectorVersion) any {
		b, failed := c.connectorBody(v)
		if err == nil {
			err = failed
		}
		return b
	})
	return a, err
}

func getManagedConnector(c *call) (answer, error) {
	b, err := c.connectorBody(c.placed.(connectorVersion))
	if err != nil {
		return answer{}, err
	}
	return ok(b)
}

func deleteManagedConnector(c *call) (answer, error) {
	v := c.placed.(connectorVersion)
	d, err := c.latest(v.seq)
	if err == nil && d.running() {
		err = c.rule(engine.Conflict("The connector %s %s is being deployed: wait until it is Deployed or Failed", v.Name, v.Version))
	}
	if err != nil {
		return answer{}, err
	}
	c.did(aboutConnector(v), "deleted the connector %s %s", v.Name, v.Version)
	if _, err := c.tx.Exec("DELETE FROM connectors WHERE seq = ?", v.seq); err != nil {
		return answer{}, err
	}
	return noContent()
}

type stateConnector struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Owner      string `json:"owner"`
	Deployment string `json:"deployment"`
	Status     string `json:"deploymentStatus"`
	Failure    string `json:"failure"`
}

func stateConnectors(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (s stateConnector, err error) {
		var begin, end int64
		if err = r.Scan(&s.Name, &s.Version, &s.Owner, &s.Deployment, &begin, &end, &s.Failure); err == nil {
			s.Status = statusAt(c.now.UnixMilli(), begin, end, s.Failure != "")
		}
		return s, err
	}, `SELECT c.name, c.version, coalesce(u.email, c.owner), d.id, d.created_at, d.ends_at, coalesce(d.failure, '') FROM connectors c
		JOIN deployments d ON d.seq = (SELECT max(seq) FROM deployments WHERE connector = c.seq) LEFT JOIN users u ON u.id = c.owner ORDER BY c.name, c.version`)
}
