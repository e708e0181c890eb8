package tray

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Config says which organization a Client speaks for, and how.
type Config struct {
	// BaseURL is the REST host, such as https://api.tray.io, without a path.
	BaseURL string
	// Token is sent as "Authorization: Bearer <Token>".
	Token string
	// GraphQLURL is the address of the Embedded API, such as https://tray.io/graphql. It may be
	// "" while MasterToken is.
	GraphQLURL string
	// MasterToken is sent to it; "" says that there is none.
	MasterToken string
	// RequestsPerSecond caps the client below the documented 30 a second. 0 means 25.
	RequestsPerSecond float64
	// MaxRetries bounds the tries after the first. Negative means none, 0 means 5.
	MaxRetries int
	// RequestTimeout bounds one try. 0 means 30 seconds.
	RequestTimeout time.Duration
	// Transport carries the requests; nil means a clone of http.DefaultTransport
	// (which honours HTTPS_PROXY) that also trusts CACertificatePEM.
	Transport http.RoundTripper
	// CACertificatePEM is one or more PEM certificates to trust beside the system's.
	CACertificatePEM []byte
	// Operator says that the token is known to be an operator's.
	Operator bool
	// UserAgent names the caller.
	UserAgent string
	// Log, when set, is told of every try, without bodies of secrets and without
	// the Authorization header.
	Log func(ctx context.Context, event string, fields map[string]any)
	// AcceptAtOnce says that whoever is invited is a user when the answer comes, as in a
	// sandbox that was told so.
	AcceptAtOnce bool
	// NoCoalescing makes every read a request of its own and every write read itself
	// back. For measurements only: it is what the shared reads are compared with.
	NoCoalescing bool
}

// Client talks to one Tray organization in one region. It is safe for concurrent
// use; everything it has read is remembered by the Client and by nothing else.
// Use New; the zero value is not usable.
type Client struct {
	Users         *Users
	Invites       *Invites
	Roles         *Roles
	Workspaces    *Workspaces
	Members       *Members
	Management    *Management
	Organizations *Organizations
	Services      *Services
	Environments  *Environments
	Projects      *Projects

	Connectors       *Connectors
	CustomConnectors *CustomConnectors
	Deployments      *Deployments
	Triggers         *Triggers
	Subscriptions    *Subscriptions
	Authentications  *Authentications
	AgentGroups      *AgentGroups
	Agents           *Agents
	APIUsers         *APIUsers
	APITokens        *APITokens
	SolutionReleases *SolutionReleases
	ManagedSolutions *ManagedSolutions

	EmbeddedUsers     *EmbeddedUsers
	Solutions         *Solutions
	SolutionInstances *SolutionInstances

	rest   *rest.Client
	graph  graph
	reads  *reads
	accept bool // Config.AcceptAtOnce

	operator atomic.Bool     // whether an answer has told that the token is an operator's
	sight    singleton[bool] // see seesAll
	home     home
}

// reads is a Client as collections see it. It is a type of its own so that its methods are
// no part of the Client's face.
type reads struct {
	*rest.Client
	uncached bool // Config.NoCoalescing

	mu  sync.Mutex
	lag []string // see Client.Lagging
}

var _ coalesce.Client = (*reads)(nil)

// New returns a client for the organization that cfg.Token belongs to. It sends nothing.
func New(cfg Config) (*Client, error) {
	if cfg.UserAgent == "" {
		cfg.UserAgent = "terraform-provider-tray"
	}
	c := &Client{accept: cfg.AcceptAtOnce}
	c.operator.Store(cfg.Operator)
	var err error
	if c.rest, err = rest.New(cfg.exchange(c.refused)); err != nil {
		return nil, err
	}
	if err = c.connectGraph(cfg); err != nil {
		return nil, err
	}
	c.reads = &reads{Client: c.rest, uncached: cfg.NoCoalescing}
	c.Users = newUsers(c)
	c.Invites = newInvites(c)
	c.Roles = newRoles(c)
	c.Workspaces = newWorkspaces(c)
	c.Members = newMembers(c)
	c.Management = &Management{c: c}
	c.Organizations = newOrganizations(c)
	c.addAssets()
	c.Services = newServices(c)
	c.Environments = newEnvironments(c)
	c.Projects = newProjects(c)
	return c, nil
}

// exchange is the part of the configuration that exchanges with the REST API need.
func (cfg Config) exchange(refused func(*Error)) rest.Config {
	return rest.Config{
		BaseURL: cfg.BaseURL, Token: cfg.Token, RequestsPerSecond: cfg.RequestsPerSecond, MaxRetries: cfg.MaxRetries,
		RequestTimeout: cfg.RequestTimeout, Transport: cfg.Transport, CACertificatePEM: cfg.CACertificatePEM,
		UserAgent: cfg.UserAgent, Log: cfg.Log, Refused: refused,
	}
}

// addAssets adds the nouns of what workspaces hold.
func (c *Client) addAssets() {
	c.Connectors = newConnectors(c)
	c.CustomConnectors = newCustomConnectors(c)
	c.Deployments = newDeployments(c)
	c.Triggers = newTriggers(c)
	c.Subscriptions = newSubscriptions(c)
	c.Authentications = newAuthentications(c)
	c.AgentGroups = &AgentGroups{c: c}
	c.Agents = &Agents{c: c}
	c.APIUsers = &APIUsers{c: c}
	c.APITokens = &APITokens{c: c}
	c.SolutionReleases = &SolutionReleases{c: c}
	c.ManagedSolutions = &ManagedSolutions{c: c}
	c.EmbeddedUsers = newEmbeddedUsers(c)
	c.Solutions = newSolutions(c)
	c.SolutionInstances = &SolutionInstances{c: c}
}

// refused learns from an error whose token it is.
func (c *Client) refused(e *Error) {
	if e.IsOperators() {
		c.operator.Store(true)
	}
}

// Now is the time at Tray: the local clock, corrected by the Date header of the newest
// answer. Before the first answer it is the local clock. Invitations run out by it, and
// a laptop that is an hour off must not invite anybody twice. Precision: one second.
func (c *Client) Now() time.Time { return c.rest.Now() }

// Clock is Now for what must never be judged by the machine's own clock: where Tray has
// answered nothing yet, it is asked whether it has a management plane, once for each client.
func (c *Client) Clock(ctx context.Context) (time.Time, error) {
	if !c.rest.Heard() {
		if _, err := c.Management.Available(ctx); err != nil && !c.rest.Heard() {
			return time.Time{}, err
		}
	}
	return c.Now(), nil
}

// Lagging names the writes that Tray answered with success but that a later read did
// not show, even after re-reading: one line each, in order. The client goes on
// answering reads as written. Callers may warn of it.
func (c *Client) Lagging() []string {
	c.reads.mu.Lock()
	defer c.reads.mu.Unlock()
	return slices.Clone(c.reads.lag)
}

// Uncached implements coalesce.Client.
func (r *reads) Uncached() bool { return r.uncached }

// Unconfirmed implements coalesce.Client.
func (r *reads) Unconfirmed(ctx context.Context, write string, err error) {
	if err != nil {
		r.Log(ctx, "write not read back", map[string]any{"write": write, "error": err.Error()})
		return
	}
	write = rest.Printable(write)
	r.mu.Lock()
	if !slices.Contains(r.lag, write) {
		r.lag = append(r.lag, write)
	}
	r.mu.Unlock()
	r.Log(ctx, "write not yet visible", map[string]any{"write": write})
}
