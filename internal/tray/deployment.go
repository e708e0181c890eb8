package tray

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// DeploymentState is where a deployment is. Tray documents Deploying, Deployed and Failed;
// Building is what its own pipeline handles beside them (facts: custom connectors). Any
// other value, "" for none, is not known here, and taken for a state on the way.
type DeploymentState string

// The states.
const (
	Deploying DeploymentState = "Deploying"
	Building  DeploymentState = "Building"
	Deployed  DeploymentState = "Deployed"
	Failed    DeploymentState = "Failed"
)

// Ended reports whether nothing more will happen.
func (s DeploymentState) Ended() bool { return s == Deployed || s == Failed }

// Deployment is one deployment of a version of a custom connector.
type Deployment struct {
	ID        string
	Connector ConnectorRef
	State     DeploymentState
	// Repeat says that what was sent was ignored, as the deployment of this id was under way:
	// Deploy has to be called again once that has ended.
	Repeat bool
	// Failure is why it failed, where the management plane tells; see Wait.
	Failure string
}

// Deployments are the deployments of custom connectors. They are always read anew, as they
// go on by themselves.
type Deployments struct {
	c     *Client
	turns records[Deployment] // of deployments to one connector version; holds nothing

	watches watches
}

func newDeployments(c *Client) *Deployments {
	d := &Deployments{c: c}
	d.turns = coalesce.New(c.reads, source[Deployment]{What: "deployment", Path: "/cdk/v1/deployments", ID: func(x Deployment) string { return x.ID }})
	return d
}

func deploymentPath(ref ConnectorRef, last string) []string {
	return ref.under([]string{"cdk", "v1", "deployments", "connectors"}, last)
}

// slowest is how slowly a source may travel, in bytes a second, before a try is given up.
const slowest = 64 << 10

// Deploy sends the zip of a connector, whose connector.json must have the same name and
// version, and returns the deployment that it starts, which goes on in Tray; see Wait. Who
// deploys a connector owns it. After an ambiguous answer, a latest deployment that was not
// there before is taken for the one that was started: nothing is deployed twice blindly.
//
// The zip is encoded while it is sent, so that it is in memory once.
func (d *Deployments) Deploy(ctx context.Context, ref ConnectorRef, zip []byte) (*Deployment, error) {
	made, err := coalesce.InTurn(ctx, d.turns, ref.String(), func(after context.Context) (*Deployment, error) {
		before, err := d.before(ctx, ref)
		if err != nil {
			return nil, err
		}
		tries := 0
		return coalesce.AtMostOnce(ctx, d.c.reads, func() (*Deployment, error) {
			tries++
			got, err := d.post(ctx, ref, zip)
			if err == nil && tries > 1 && got.ID != before {
				got.Repeat = false // what is under way is what the first try started
			}
			return got, err
		}, func() (*Deployment, error) { return d.startedSince(after, ref, before) })
	})
	if err == nil || isAmbiguous(err) {
		d.c.connectorDeployed(ref)
	}
	return made, err
}

func (d *Deployments) post(ctx context.Context, ref ConnectorRef, zip []byte) (*Deployment, error) {
	k := call{
		Method: http.MethodPost, Path: deploymentPath(ref, "deploy-connector-from-source"), Right: rightDeploy,
		Stream: func() rest.SizedReader { return newSourceBody(zip) },
		Extra:  time.Duration(len(zip)/slowest) * time.Second,
	}
	return d.exchange(ctx, ref, k)
}

// before is the id of the latest deployment, "" for none or for one that Tray does not show:
// that a deployment is not allowed, the answer to it says best.
func (d *Deployments) before(ctx context.Context, ref ConnectorRef) (string, error) {
	latest, err := d.Latest(ctx, ref)
	switch {
	case err == nil:
		return latest.ID, nil
	case hasStatus(err, http.StatusNotFound), hasStatus(err, http.StatusBadRequest), IsForbidden(err):
		return "", nil
	}
	return "", err
}

// startedSince is the latest deployment, nil if that is the one from before.
func (d *Deployments) startedSince(ctx context.Context, ref ConnectorRef, before string) (*Deployment, error) {
	return coalesce.Persistently(ctx, func() (*Deployment, error) {
		latest, err := d.Latest(ctx, ref)
		switch {
		case hasStatus(err, http.StatusNotFound) && before == "":
			return nil, nil
		case err != nil:
			return nil, err
		case latest.ID == before:
			return nil, nil
		}
		return latest, nil
	})
}

// Latest returns the last deployment that Tray accepted of a version, by whomever. A 404
// means that there is none, or none that the token may see.
func (d *Deployments) Latest(ctx context.Context, ref ConnectorRef) (*Deployment, error) {
	return d.get(ctx, ref, "latest")
}

// Get returns the deployment with that id.
func (d *Deployments) Get(ctx context.Context, ref ConnectorRef, id string) (*Deployment, error) {
	return d.get(ctx, ref, id)
}

func (d *Deployments) get(ctx context.Context, ref ConnectorRef, id string) (*Deployment, error) {
	return d.exchange(ctx, ref, call{Method: http.MethodGet, Path: deploymentPath(ref, id), Right: rightDeploy})
}

func (d *Deployments) exchange(ctx context.Context, ref ConnectorRef, k call) (*Deployment, error) {
	e, err := rest.Exchange(ctx, d.c.rest, k, func(w wireDeployment) (element[Deployment], error) { return w.element(ref) })
	if err != nil {
		return nil, err
	}
	return &e.Value, nil
}

type wireDeployment struct {
	ID               string `json:"id"`
	ConnectorName    string `json:"connectorName"`
	ConnectorVersion string `json:"connectorVersion"`
	DeploymentStatus string `json:"deploymentStatus"`
	RepeatDeployment bool   `json:"repeatDeployment"`
}

// element converts. No field is documented as required, but without an id nobody can follow
// it, and what is about another connector is no answer.
func (w wireDeployment) element(ref ConnectorRef) (element[Deployment], error) {
	switch {
	case w.ID == "":
		return element[Deployment]{}, errNoID
	case w.ConnectorName != "" && w.ConnectorName != ref.Name, w.ConnectorVersion != "" && w.ConnectorVersion != ref.Version:
		return element[Deployment]{}, errors.New("the answer is about another connector")
	}
	return element[Deployment]{Complete: true, Value: Deployment{
		ID: w.ID, Connector: ref, State: DeploymentState(w.DeploymentStatus), Repeat: w.RepeatDeployment,
	}}, nil
}

// sourceBody is the JSON body of a deployment, which encodes the zip as it is read.
type sourceBody struct {
	zip  []byte // what is not encoded yet
	next []byte // what is encoded, and not read yet
	tail string // what follows the zip
	left int
	// chunk is what next points to.
	chunk [4 * 4096]byte
}

const (
	sourceHead = `{"connectorSourceCode":"`
	sourceTail = `"}`
)

func newSourceBody(zip []byte) *sourceBody {
	return &sourceBody{
		zip: zip, next: slices.Clone([]byte(sourceHead)), tail: sourceTail,
		left: len(sourceHead) + base64.StdEncoding.EncodedLen(len(zip)) + len(sourceTail),
	}
}

// Len implements rest.SizedReader.
func (b *sourceBody) Len() int { return b.left }

// Read implements io.Reader.
func (b *sourceBody) Read(p []byte) (int, error) {
	if len(b.next) == 0 && !b.refill() {
		return 0, io.EOF
	}
	n := copy(p, b.next)
	b.next, b.left = b.next[n:], b.left-n
	return n, nil
}

// refill encodes the next chunk. Only the last one may end in padding, so that all others
// are multiples of three bytes.
func (b *sourceBody) refill() bool {
	const step = len(b.chunk) / 4 * 3
	switch {
	case len(b.zip) > 0:
		n := min(step, len(b.zip))
		b.next = base64.StdEncoding.AppendEncode(b.chunk[:0], b.zip[:n])
		b.zip = b.zip[n:]
	case b.tail != "":
		b.next, b.tail = []byte(b.tail), ""
	default:
		return false
	}
	return true
}

// shareVersion is what the vendor's client cuts a version to when it shares: major.minor
// (facts: clients, wire details).
func shareVersion(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}
