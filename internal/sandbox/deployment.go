package sandbox

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// RightDeployConnectors is asked over an organization; a connector then is its owner's.
const RightDeployConnectors Right = "deploy custom connectors, follow deployments, share one's own"

// deployBody is the largest request with a connector's source: Base64 of 20 MiB and a bit.
const deployBody = 30 << 20

const (
	cdkPath   = "/cdk/v1/deployments/connectors/{connectorName}/versions/{connectorVersion}"
	oldPath   = "/internal/v1/connectors/{connectorName}/versions/{connectorVersion}"
	deployEnd = "/deploy-connector-from-source"
)

// deploymentNoun is the custom connectors that are built with Tray's kit, each version with
// its deployments: on the documented paths, and on those of the vendor's published client.
var deploymentNoun = noun{
	name: "connectors",
	routes: []*route{
		bodies(deployBody, on("POST", cdkPath+deployEnd, "deployConnector", FromDocuments, RightDeployConnectors, deployConnector, 95, 96, 97, 98, 99)),
		unheld("custom connectors", on("GET", cdkPath+"/{deploymentId}", "getDeployment", FromDocuments, RightDeployConnectors, getDeployment, 95, 97, 98)),
		bodies(deployBody, on("POST", oldPath+"/deployments"+deployEnd, "deployConnectorOfOldClient", FromObservation, RightDeployConnectors, deployConnector, 95, 96, 97, 98, 99)),
		unheld("custom connectors", closing(on("GET", oldPath+"/deployments/{deploymentId}", "getDeploymentOfOldClient", FromObservation, RightDeployConnectors, getDeployment, 95, 97, 98))),
	},
	actions: []*route{
		on("POST", "/_sandbox/ui/connectors/{connector}/versions/{version}/deployments", "", OurOwn, RightControl, uiDeploy),
		on("POST", "/_sandbox/ui/connectors/{connectorName}/versions/{connectorVersion}/fail", "", OurOwn, RightControl, uiThere(uiFailDeployment)),
	},
	overOrganization: rights{
		RightDeployConnectors: {yesA, yesA, yesA, yesA, yesA},
	},
	assumptions: []Assumption{
		{95, "Who owns a custom connector, and what do others get?",
			"The user whose token deployed it first, with any of their tokens; others get 404 in the words that the vendor's client knows, whether they deploy, ask or share. A deleted owner leaves it to nobody.",
			"Deploy with one API user's token, then deploy and share with another's."},
		{96, "What is checked before a deployment is accepted?",
			"That the source is a zip that can be opened safely, that connector.json in it names the connector and the version of the path, and the organization's namespace: 400 otherwise. A service that is not there and a package.json that cannot be read fail the deployment.",
			"Deploy a zip whose connector.json has another name."},
		{97, "How long does a deployment take?",
			"As long as the option deployment_duration says: half of it Deploying, then Building, a status that the vendor's pipeline knows and the reference does not. Live it takes minutes.",
			"Deploy and ask for the status every second."},
		{98, "What is the latest deployment?",
			"The last that was accepted. One that was not, because another runs, answers with the running one's id.",
			"Deploy twice and GET latest."},
		{99, "How large may a connector's source be?",
			"20 MiB as a zip, 100 MiB and 10,000 entries unpacked; 413 or 400 beyond. The vendor's are some kilobytes.",
			"Deploy a zip of 25 MiB."},
	},
	state: stateConnectors,
}

// errConnector is in the words that tests of the vendor's client expect.
func errConnector(name, version string) error {
	return engine.NotFound("The connector (Left(%s~%s)) was not found or you don't have permission to access it", name, version)
}

// connectorVersion is a version of a custom connector.
type connectorVersion struct {
	seq           int64
	Name, Version string
	owner         string
	createdAt     int64
}

const connectorQuery = "SELECT t.seq, t.name, t.version, t.owner, t.created_at FROM connectors t WHERE "

func scanConnector(r *sql.Rows) (p engine.Placed[connectorVersion], err error) {
	v := &p.Element
	err = r.Scan(&p.Seq, &v.Name, &v.Version, &v.owner, &v.createdAt)
	v.seq = p.Seq
	return p, err
}

func (t *tx) connectorVersion(name, version string) (connectorVersion, error) {
	return one(t, errConnector(name, version), scanConnector, connectorQuery+"t.name = ? AND t.version = ?", name, version)
}

// ownConnector is the one of the path, which must be the caller's.
func (c *call) ownConnector() (connectorVersion, error) {
	name, version := c.params["connectorName"], c.params["connectorVersion"]
	v, err := c.tx.connectorVersion(name, version)
	if err == nil && v.owner != c.caller.id {
		err = errConnector(name, version)
	}
	return v, err
}

type deployment struct {
	ID       string `json:"id"`
	Status   string `json:"deploymentStatus"`
	Name     string `json:"connectorName"`
	Version  string `json:"connectorVersion"`
	Repeated bool   `json:"repeatDeployment,omitempty"`

	deployer           string
	createdAt, endsAt  int64
	failure            *string
	manifest           manifest
	connector, ordinal int64
}

const deploymentQuery = `SELECT t.seq, t.id, t.connector, c.name, c.version, t.deployer, t.created_at, t.ends_at, t.failure, t.manifest
	FROM deployments t JOIN connectors c ON c.seq = t.connector WHERE t.connector = ?`

// scanDeployment tells the status by the time.
func scanDeployment(now time.Time) func(*sql.Rows) (engine.Placed[deployment], error) {
	return func(r *sql.Rows) (p engine.Placed[deployment], err error) {
		d, text := &p.Element, ""
		if err = r.Scan(&p.Seq, &d.ID, &d.connector, &d.Name, &d.Version, &d.deployer, &d.createdAt, &d.endsAt, &d.failure, &text); err != nil {
			return p, err
		}
		d.ordinal = p.Seq
		d.Status = statusAt(now.UnixMilli(), d.createdAt, d.endsAt, d.failure != nil)
		return p, json.Unmarshal([]byte(text), &d.manifest)
	}
}

func statusAt(now, begin, end int64, fails bool) string {
	switch {
	case now >= end && fails:
		return "Failed"
	case now >= end:
		return "Deployed"
	case now >= begin+(end-begin)/2:
		return "Building"
	}
	return "Deploying"
}

func (d deployment) running() bool { return d.Status == "Deploying" || d.Status == "Building" }

// latest is the last deployment of a connector.
func (c *call) latest(connector int64) (deployment, error) {
	return one(c.tx, engine.NotFound("There is no such deployment"), scanDeployment(c.now), deploymentQuery+" ORDER BY t.seq DESC LIMIT 1", connector)
}

func getDeployment(c *call) (answer, error) {
	v, err := c.ownConnector()
	if err != nil {
		return answer{}, err
	}
	var d deployment
	if id := c.params["deploymentId"]; id == "latest" {
		d, err = c.latest(v.seq)
	} else {
		d, err = one(c.tx, engine.NotFound("There is no such deployment"), scanDeployment(c.now), deploymentQuery+" AND t.id = ?", v.seq, id)
	}
	if err != nil {
		return answer{}, err
	}
	return ok(d)
}

var (
	connectorName   = lazily(`^[a-zA-Z0-9][a-zA-Z0-9_-]{0,127}$`)
	connectorNumber = lazily(`^[0-9]{1,6}\.[0-9]{1,6}$`)
)

// deployConnector accepts a deployment, unless one runs.
func deployConnector(c *call) (answer, error) {
	name, version := c.params["connectorName"], c.params["connectorVersion"]
	if !connectorName().MatchString(name) || !connectorNumber().MatchString(version) {
		return answer{}, engine.BadRequest("A connector is named in letters, digits, hyphens and underscores, and its version is as 1.0")
	}
	v, err := c.tx.connectorVersion(name, version)
	if err == nil && v.owner != c.caller.id {
		return answer{}, errConnector(name, version)
	}
	m, failure, err := c.source(name, version)
	if err != nil {
		return answer{}, err
	}
	if v.seq == 0 {
		if v, err = c.newConnector(name, version, c.caller.id); err != nil {
			return answer{}, err
		}
	} else if d, err := c.latest(v.seq); err != nil || d.running() {
		d.Repeated = true
		return answer{200, d}, err
	}
	return c.deploy(v, c.caller.id, m, failure)
}

// source reads the connector out of the request, and tells why a deployment of it fails.
func (c *call) source(name, version string) (manifest, string, error) {
	in, err := c.fields()
	if err != nil {
		return manifest{}, "", err
	}
	source, err := engine.Required[string](in, "connectorSourceCode")
	if err != nil {
		return manifest{}, "", err
	}
	m, failure, err := readSource(source)
	if err != nil {
		return m, "", err
	}
	if m.Name != name || m.Version != version {
		return m, "", engine.BadRequest("connector.json is of %q in version %q, and the request of %q in version %q", m.Name, m.Version, name, version)
	}
	if err := c.ruleNamespace(name); err != nil {
		return m, "", err
	}
	if failure == "" && m.Service != nil {
		failure, err = c.noService(*m.Service)
	}
	return m, cmp.Or(c.options.DeploymentFailure, failure), err
}

// noService says that the service of a connector is not there.
func (c *call) noService(s nameAndVersion) (string, error) {
	missing := "The service " + s.Name + " in version " + s.Version + ", which connector.json names, was not found"
	if public, known := findPublicService(s.Name); known && strconv.Itoa(public.Version) == s.Version {
		return "", nil
	}
	found, err := c.tx.oneService("t.unique_name = ?", s.Name)
	if err == errNoService || err == nil && strconv.Itoa(found.Version) != s.Version { //nolint:errorlint // a sentinel of ours, never wrapped
		return missing, nil
	}
	return "", err
}

func (c *call) newConnector(name, version, owner string) (v connectorVersion, err error) {
	v = connectorVersion{Name: name, Version: version, owner: owner, createdAt: c.now.UnixMilli()}
	if v.seq, err = c.tx.next(kindConnector); err == nil {
		_, err = c.tx.Exec("INSERT INTO connectors (seq, name, version, owner, created_at) VALUES (?, ?, ?, ?, ?)", v.seq, name, version, owner, v.createdAt)
	}
	return v, err
}

// deploy starts a deployment, which ends by the clock.
func (c *call) deploy(v connectorVersion, by string, m manifest, failure string) (answer, error) {
	seq, err := c.tx.next(kindDeployment)
	if err != nil {
		return answer{}, err
	}
	takes, _ := time.ParseDuration(c.options.DeploymentDuration) // checked when it was set
	begin, end := c.now.UnixMilli(), c.now.Add(takes).UnixMilli()
	d := deployment{ID: c.tx.derivedID(kindDeployment, seq), Name: v.Name, Version: v.Version, Status: "Deploying"}
	var fails *string
	if failure != "" {
		fails = &failure
	}
	if _, err := c.tx.Exec("INSERT INTO deployments (seq, id, connector, deployer, created_at, ends_at, failure, manifest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, d.ID, v.seq, by, begin, end, fails, encode(m)); err != nil {
		return answer{}, err
	}
	c.did(aboutConnector(v), "deployed the connector %s %s", v.Name, v.Version)
	return ok(d)
}

func aboutConnector(v connectorVersion) string { return "connector:" + v.Name + "/" + v.Version }

// uiDeploy is somebody deploying from their own machine, with another token: "by" whom, and
// "fails" why. Without anything else it is the connector as it was.
func uiDeploy(c *call) (answer, error) {
	in, _, err := c.ui()
	if err != nil {
		return answer{}, err
	}
	who, err := engine.Optional[string](in, "by")
	if err != nil {
		return answer{}, err
	}
	by := c.caller.id
	if who != nil {
		u, err := c.tx.findUser(*who)
		if err != nil {
			return answer{}, err
		}
		by = u.ID
	}
	fails, err := engine.Optional[string](in, "fails")
	if err != nil {
		return answer{}, err
	}
	v, m, err := c.orNewConnector(c.params["connector"], c.params["version"], by)
	if err != nil {
		return answer{}, err
	}
	m.SourceSHA256 = "" // another machine packs another zip
	if title, err := engine.Optional[string](in, "title"); err != nil || title != nil {
		if err != nil {
			return answer{}, err
		}
		m.Title = *title
	}
	return c.deploy(v, by, m, strings.Join(textsOf(fails), ""))
}

func textsOf(text *string) []string {
	if text == nil {
		return nil
	}
	return []string{*text}
}

// orNewConnector is a connector with what it was last, or a new one with nothing in it.
func (c *call) orNewConnector(name, version, owner string) (connectorVersion, manifest, error) {
	v, err := c.tx.connectorVersion(name, version)
	if err == nil {
		d, err := c.latest(v.seq)
		return v, d.manifest, err
	}
	v, err = c.newConnector(name, version, owner)
	return v, manifest{Name: name, Version: version, Title: name}, err
}

// uiFailDeployment has the deployment that runs fail, or the last one have failed.
func uiFailDeployment(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	why, err := engine.RequiredText(in, "text")
	if err != nil {
		return answer{}, err
	}
	d, err := c.latest(c.placed.(connectorVersion).seq)
	if err != nil {
		return answer{}, err
	}
	c.did(aboutConnector(c.placed.(connectorVersion)), "let the deployment of %s %s fail", d.Name, d.Version)
	if _, err := c.tx.Exec("UPDATE deployments SET failure = ?, ends_at = min(ends_at, ?) WHERE id = ?", why, c.now.UnixMilli(), d.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}
