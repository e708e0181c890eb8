package acctest

import (
	"encoding/json"
	"net/http"
	"time"
)

// State is everything in the organization, sorted.
type State struct {
	Organization struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"organization"`
	Workspaces []Workspace `json:"workspaces"`
	Users      []User      `json:"users"`
	Members    []Member    `json:"members"`
	Invites    []Invite    `json:"invites"`
	Services   []Service   `json:"services"`
	// Environments are those of services, but for the one that each service has.
	Environments []Environment `json:"serviceEnvironments"`
	Connectors   []Connector   `json:"connectors"`
	// ConnectorShares are whom versions of connectors are shared with.
	ConnectorShares []ConnectorShare `json:"connectorShares"`
	APIUsers        []APIUser        `json:"apiUsers"`
	APITokens       []APIToken       `json:"apiTokens"`
	AgentGroups     []AgentGroup     `json:"onPremAgentGroups"`
	Agents          []Agent          `json:"onPremAgents"`
	Authentications []Authentication `json:"authentications"`
	EndUsers        []EndUser        `json:"endUsers"`
	// Subscriptions are those to triggers, with what is left of deleted ones.
	Subscriptions []Subscription `json:"subscriptions"`
	Projects      []Project      `json:"projects"`
	Solutions     []Solution     `json:"solutions"`
	// Instances are what end users have made of solutions.
	Instances []Instance `json:"solutionInstances"`
}

// Project is a project; Workspace is a name.
type Project struct {
	ID        string `json:"id"`
	Workspace string `json:"workspace"`
	Name      string `json:"name"`
}

// Solution is the draft of a project and its last release; ReleaseID is "" of one that was
// never published.
type Solution struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	State     string `json:"state"` // Draft, Live or Changed
	ReleaseID string `json:"releaseId"`
}

// Instance is an instance of a solution; Owner is an external id.
type Instance struct {
	ID      string                     `json:"id"`
	Owner   string                     `json:"externalUserId"`
	Name    string                     `json:"name"`
	Enabled bool                       `json:"enabled"`
	Auths   map[string]string          `json:"authValues"`
	Config  map[string]json.RawMessage `json:"configValues"`
}

// EndUser is an end user of Embedded.
type EndUser struct {
	ID         string `json:"id"`
	ExternalID string `json:"externalUserId"`
	Name       string `json:"name"`
	IsTest     bool   `json:"isTestUser"`
	Tokens     int    `json:"tokens"` // that are valid
}

// Workspace is a workspace of any type.
type Workspace struct {
	ID               string  `json:"id"`
	Name             string  `json:"name"`
	Type             string  `json:"type"`
	Description      *string `json:"description"`
	MonthlyTaskLimit *int64  `json:"monthlyTaskLimit"` // tasks a month
	ProjectCount     int     `json:"projectCount"`
}

// User is a user of the organization.
type User struct {
	ID          string `json:"id"`
	Email       string `json:"email"`
	Name        string `json:"name"`
	AccountType string `json:"accountType"`
	Role        Role   `json:"role"`
}

// Role is an organization role or a workspace role.
type Role struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Member is a membership; Workspace and Role are names.
type Member struct {
	Workspace string `json:"workspace"`
	Email     string `json:"email"`
	Role      string `json:"role"`
}

// Invite is an invitation: pending, accepted, expired or cancelled.
type Invite struct {
	ID               string `json:"id"`
	Email            string `json:"email"`
	Status           string `json:"status"`
	OrganizationRole Role   `json:"organizationRole"`
}

// Service is a custom service; Workspace is a name, Owner an address.
type Service struct {
	ID           string `json:"id"`
	UniqueName   string `json:"uniqueName"`
	Name         string `json:"name"`
	Owner        string `json:"owner"`
	Workspace    string `json:"workspace"`
	Description  string `json:"description"`
	SecretDigest string `json:"secretDigest"` // SHA-256, hexadecimal
}

// Environment is an environment of a service, which it names by its unique name.
type Environment struct {
	ID           string `json:"id"`
	Service      string `json:"service"`
	Title        string `json:"title"`
	ClientID     string `json:"clientId"`
	SecretDigest string `json:"secretDigest"` // SHA-256, hexadecimal
}

// Connector is a version of a custom connector with its latest deployment; Owner is an
// address.
type Connector struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Owner      string `json:"owner"`
	Deployment string `json:"deployment"`
	Status     string `json:"deploymentStatus"`
}

// ConnectorShare is with an address, or with "workspace" and a name; Connector is a name and
// a version.
type ConnectorShare struct {
	Connector string `json:"connector"`
	With      string `json:"with"`
}

// APIUser is a user that API tokens act as; Workspace and the roles are names.
type APIUser struct {
	Name          string `json:"name"`
	Workspace     string `json:"workspace"`
	Role          string `json:"organizationRole"`
	WorkspaceRole string `json:"workspaceRole"`
	Tokens        int    `json:"tokens"` // that have not expired
}

// APIToken is a token that has not expired; APIUser is a name.
type APIToken struct {
	ID      string     `json:"id"`
	APIUser string     `json:"apiUser"`
	Name    string     `json:"name"`
	Expires *time.Time `json:"expires"`
}

// Authentication is an authentication; Workspace is a name, Owner an address.
type Authentication struct {
	ID                string `json:"id"`
	Workspace         string `json:"workspace"`
	Owner             string `json:"owner"`
	Name              string `json:"name"`
	Environment       string `json:"serviceEnvironmentId"`
	CredentialsDigest string `json:"credentialsDigest"` // SHA-256, hexadecimal
}

// Subscription is a subscription to a trigger, a name and a version; Owner is an address.
type Subscription struct {
	ID       string `json:"id"`
	Owner    string `json:"owner"`
	Name     string `json:"name"`
	Trigger  string `json:"trigger"`
	Endpoint string `json:"endpoint"`
	State    string `json:"state"` // as Tray has it, such as "active"
}

// AgentGroup is a group of on-premise agents; Workspace is a name.
type AgentGroup struct {
	ID        string `json:"id"`
	Workspace string `json:"workspace"`
	Name      string `json:"name"`
}

// Agent is an on-premise agent; Group is a name.
type Agent struct {
	ID      string `json:"id"`
	Group   string `json:"agentGroupId"`
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
}

// State returns everything in the organization.
func (e *Env) State() State {
	e.t.Helper()
	return e.StateAs(e.Owner)
}

// StateAs returns everything in the organization of that token.
func (e *Env) StateAs(token string) State {
	e.t.Helper()
	var s State
	e.ControlAs(token, http.MethodGet, "state", nil, &s)
	return s
}

// Shared are the names of the shared workspaces.
func (s State) Shared() []string {
	names := []string{}
	for _, w := range s.Workspaces {
		if w.Type == "Shared" {
			names = append(names, w.Name)
		}
	}
	return names
}

// Roles are the organization roles by e-mail address.
func (s State) Roles() map[string]string {
	roles := map[string]string{}
	for _, u := range s.Users {
		roles[u.Email] = u.Role.Name
	}
	return roles
}

// Access are the workspace roles by "workspace/e-mail", shared workspaces only. Without
// skips those of one person: who creates a workspace is its Admin, wanted or not.
func (s State) Access(without string) map[string]string {
	shared := map[string]bool{}
	for _, name := range s.Shared() {
		shared[name] = true
	}
	roles := map[string]string{}
	for _, m := range s.Members {
		if shared[m.Workspace] && m.Email != without {
			roles[m.Workspace+"/"+m.Email] = m.Role
		}
	}
	return roles
}

// Pending are the addresses with an open invitation.
func (s State) Pending() []string {
	emails := []string{}
	for _, i := range s.Invites {
		if i.Status == "pending" {
			emails = append(emails, i.Email)
		}
	}
	return emails
}
