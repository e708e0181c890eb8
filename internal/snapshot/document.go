package snapshot

import (
	"encoding/json"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// document is what the sandbox makes a file of, as JSON. Its fields are those that the
// sandbox declares for itself: the two share no type.
type document struct {
	TakenAt  time.Time                   `json:"taken_at"`
	Key      string                      `json:"key,omitempty"`
	Unseen   []string                    `json:"unseen"`
	Refused  []refusal                   `json:"refused"`
	Self     *self                       `json:"self"`
	Managed  bool                        `json:"management"`
	Contents map[string]map[string]int64 `json:"contents"`

	EnvironmentServices map[string]nameAndVersion `json:"environment_services,omitempty"`

	Organization      organization `json:"organization"`
	OrganizationRoles []role       `json:"organization_roles"`
	WorkspaceRoles    []role       `json:"workspace_roles"`

	Nouns nouns `json:"nouns"`
}

// nouns are the lists of the organization, each in the order in which Tray shows it.
type nouns struct {
	Users      []user      `json:"users"`
	Workspaces []workspace `json:"workspaces"`
	Members    []member    `json:"members"`
	Invites    []invite    `json:"invites"`
	Settings   []settings  `json:"settings"` // one, or none that the token sees

	Services     []service     `json:"services"`
	Environments []environment `json:"environments"`

	AgentGroups     []agentGroup     `json:"agent_groups"`
	Agents          []agent          `json:"agents"`
	Authentications []authentication `json:"authentications"`
	APIUsers        []apiUser        `json:"api_users"`
	Projects        []project        `json:"projects"`
}

type role struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type self struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Role  role   `json:"role"`
}

type organization struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Plan       string `json:"plan"`
	Embedded   bool   `json:"embedded"`
	SSO        bool   `json:"sso"`
	OwnerID    string `json:"ownerId"`
	OwnerEmail string `json:"ownerEmail"`

	OrganizationWorkspaceID string `json:"organizationWorkspaceId"`
	EmbeddedWorkspaceID     string `json:"embeddedWorkspaceId,omitempty"`
}

type user struct {
	ID, Email, Name, AccountType, Role string
}

type workspace struct {
	ID, Name, Type string
	Description    *string
	TaskLimit      *int64
}

type member struct {
	WorkspaceID, UserID, Email, AccountType, Role string

	OfOrganization bool // in the Organization workspace, where the role is that in the organization
}

type invite struct {
	ID, Email, Role, Status, UserID string
	Created, Expires                time.Time
}

type settings struct {
	AlertingWorkflowID        *string `json:"alertingWorkflowId"`
	AllowWorkspaceAdminTokens bool    `json:"allowWorkspaceAdminTokens"`
	EmbeddedID                *string `json:"embeddedId"`
	ConfigWizardCSS           *string `json:"configWizardCss"`
}

type service struct {
	ID, UniqueName, WorkspaceID, OwnerID, Name, Kind string
	Version                                          int64
	Details                                          serviceDetails
}

type serviceDetails struct {
	Description       *string         `json:"description,omitempty"`
	AuthorizationURL  *string         `json:"authorizationUrl,omitempty"`
	TokenURL          *string         `json:"tokenUrl,omitempty"`
	Scopes            tray.Scopes     `json:"scopes"`
	UserDataSchema    json.RawMessage `json:"userDataSchema"`
	CredentialsSchema json.RawMessage `json:"credentialsSchema"`
}

type environment struct {
	ID, ServiceID, Title string
	Default              bool
	ClientID             *string
	Scopes               tray.Scopes
}

type agentGroup struct{ ID, WorkspaceID, Name string }

type agent struct {
	ID, GroupID, Name              string
	Enabled, Registered, Connected bool
}

// authentication is what one is called and of which service, and nothing secret.
type authentication struct {
	ID, WorkspaceID, OwnerID, Name, EnvironmentID string
	Scopes                                        []string
	AgentGroupID                                  *string
}

type project struct {
	ID, WorkspaceID, Name string
	Description           *string
	Created               time.Time
	Workflows             int64
	SolutionID            *string
}

type nameAndVersion struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type apiUser struct {
	ID, WorkspaceID string
	Created         time.Time
}

// known adds a role to a list, unless it is there, and returns its name.
func known(all *[]role, r tray.Role) string {
	for _, have := range *all {
		if have.Name == r.Name {
			return r.Name
		}
	}
	if r.Name != "" {
		*all = append(*all, role(r))
	}
	return r.Name
}

// orNil is nil for a text that is not set.
func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
