package tray

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// CustomConnector is a version of a connector that somebody deployed.
type CustomConnector struct {
	ConnectorRef
	// Title, Description and Service are of connector.json in the last deployment that
	// succeeded, else in the last one.
	Title, Description string
	ServiceName        string
	ServiceVersion     string // a whole number
	// OwnerID is the user whose token deployed it first; OwnerEmail is "" when that user is
	// deleted.
	OwnerID, OwnerEmail string
	Deployment          CustomDeployment // the last one that was accepted
	CreatedAt           time.Time
}

// CustomDeployment is a deployment as the management plane tells of it.
type CustomDeployment struct {
	ID                            string
	State                         DeploymentState
	DeployedByID, DeployedByEmail string // "" for a user who is deleted
	CreatedAt                     time.Time
	Failure                       string // why it failed; only with Failed
	// SourceSHA256 is of the zip that was deployed, in hexadecimal; "" where nobody tells.
	SourceSHA256 string
}

// CustomConnectors are the custom connectors of the organization: all of them for its Owner
// and Admins, and what their user deployed for others. Reading them, sharing them with
// workspaces, and taking anything away needs the management plane: Tray's own API can only
// deploy and share with people. They know the organization's namespace too.
type CustomConnectors struct {
	c         *Client
	family    objects[CustomConnector]
	shares    shelf[ConnectorRef, objects[ConnectorShare]]
	namespace singleton[string]
}

func newCustomConnectors(c *Client) *CustomConnectors {
	return &CustomConnectors{c: c, family: newFamily(c, kind[wireCustomConnector, CustomConnector]{
		what: "custom connector", path: managedPath("connectors"), right: rightOwnConnector,
		at: func(id string) []string {
			name, version, _ := strings.Cut(id, "~")
			return managedConnector(ConnectorRef{name, version})
		},
		convert: wireCustomConnector.element,
		id:      func(x CustomConnector) string { return x.id() },
		shows:   func(a, b CustomConnector) bool { return a.Deployment.ID == b.Deployment.ID },
	})}
}

func managedConnector(ref ConnectorRef, more ...string) []string {
	return ref.under(managedPath("connectors"), more...)
}

func (r ConnectorRef) id() string { return r.Name + "~" + r.Version }

// List returns the custom connectors, each version by itself, oldest first.
func (k *CustomConnectors) List(ctx context.Context) ([]CustomConnector, error) {
	return k.family.List(ctx)
}

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (k *CustomConnectors) Pages(ctx context.Context) iter.Seq2[[]CustomConnector, error] {
	return k.family.Pages(ctx)
}

// Get returns a version of a custom connector. IsGone(err) means proven absent, which takes
// a token that sees the whole organization.
func (k *CustomConnectors) Get(ctx context.Context, ref ConnectorRef) (*CustomConnector, error) {
	return k.family.Get(ctx, ref.id())
}

// Delete deletes a version with its deployments and shares. It is refused (409) while a
// deployment is under way. One that is already gone is success.
func (k *CustomConnectors) Delete(ctx context.Context, ref ConnectorRef) error {
	return k.family.remove(ctx, ref.id(), rightOwnConnector, nil, func(bool) {
		k.shares.drop(ref)
		k.c.Connectors.deployed(ref)
	})
}

// connectorDeployed voids what is known of a connector version after a deployment of it.
func (c *Client) connectorDeployed(ref ConnectorRef) {
	c.Connectors.deployed(ref)
	c.CustomConnectors.family.records().Invalidate()
	c.CustomConnectors.family.records().Forget(ref.id())
}

// Namespace returns what the names of custom connectors begin with, followed by a hyphen; ""
// means that the organization has not chosen, and any name is taken.
func (k *CustomConnectors) Namespace(ctx context.Context) (string, error) {
	if err := k.c.Management.need(ctx, "reading the namespace of connectors"); err != nil {
		return "", err
	}
	return k.namespace.Get(ctx, k.c.reads, k.readNamespace)
}

func (k *CustomConnectors) readNamespace(ctx context.Context) (string, error) {
	return k.exchangeNamespace(ctx, call{Method: http.MethodGet, Right: rightAny})
}

// SetNamespace chooses it. Once chosen it stays: another one is refused (409).
func (k *CustomConnectors) SetNamespace(ctx context.Context, namespace string) error {
	if err := k.c.Management.need(ctx, "choosing the namespace of connectors"); err != nil {
		return err
	}
	put := call{Method: http.MethodPut, Right: rightManage, In: map[string]string{"namespace": namespace}}
	_, err := k.namespace.Write(ctx, k.c.reads, func() (string, error) { return k.exchangeNamespace(ctx, put) },
		k.readNamespace, func(now string) bool { return now == namespace })
	return err
}

func (k *CustomConnectors) exchangeNamespace(ctx context.Context, what call) (string, error) {
	what.Path = managedPath("organization", "connector-namespace")
	e, err := rest.Exchange(ctx, k.c.rest, what, func(w struct {
		Namespace json.RawMessage `json:"namespace"` // null until it is chosen
	}) (e element[string], err error) {
		if w.Namespace == nil || json.Unmarshal(w.Namespace, &e.Value) != nil {
			err = errors.New("the answer cannot be read: it has no namespace")
		}
		return e, err
	})
	return e.Value, err
}

type wireCustomConnector struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Service     struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"service"`
	OwnerID    string `json:"ownerId"`
	OwnerEmail string `json:"ownerEmail"`
	Deployment struct {
		ID               string          `json:"id"`
		DeploymentStatus DeploymentState `json:"deploymentStatus"`
		DeployedByID     string          `json:"deployedById"`
		DeployedByEmail  string          `json:"deployedByEmail"`
		CreatedAt        time.Time       `json:"createdAt"`
		Failure          string          `json:"failure"`
		SourceSHA256     string          `json:"sourceSha256"`
	} `json:"deployment"`
	CreatedAt time.Time `json:"createdAt"`
}

func (w wireCustomConnector) element() (element[CustomConnector], error) {
	if w.Name == "" || w.Version == "" {
		return element[CustomConnector]{}, errors.New("the answer cannot be read: a connector without a name or a version")
	}
	d := w.Deployment
	return element[CustomConnector]{Complete: true, Value: CustomConnector{
		ConnectorRef: ConnectorRef{w.Name, w.Version}, Title: w.Title, Description: w.Description,
		ServiceName: w.Service.Name, ServiceVersion: w.Service.Version, OwnerID: w.OwnerID, OwnerEmail: w.OwnerEmail, CreatedAt: w.CreatedAt,
		Deployment: CustomDeployment{d.ID, d.DeploymentStatus, d.DeployedByID, d.DeployedByEmail, d.CreatedAt, d.Failure, d.SourceSHA256},
	}}, nil
}
