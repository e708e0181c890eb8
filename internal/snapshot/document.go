package snapshot

import (
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
