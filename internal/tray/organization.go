package tray

import (
	"context"
	"net/http"
)

// Organization is what is known of the organization itself.
type Organization struct {
	ID   string
	Name string
	// The rest is known on the management plane only.
	Plan       string // "pro", "team", "enterprise"; "" when unknown
	Embedded   bool
	SSO        bool
	OwnerID    string
	OwnerEmail string
	// OrganizationWorkspaceID is known everywhere, EmbeddedWorkspaceID where the token
	// sees that workspace; "" when there is none.
	OrganizationWorkspaceID string
	EmbeddedWorkspaceID     string
	// What only an operator is told: how many users, the Owner and API users included,
	// and how many shared workspaces.
	Users, SharedWorkspaces *int
}

// OrganizationSettings is what the settings pages of an organization hold. A text that
// is not set is "".
type OrganizationSettings struct {
	AlertingWorkflowID        string
	AllowWorkspaceAdminTokens bool
	// The rest exists in Embedded organizations only.
	EmbeddedID      string
	ConfigWizardCSS string
}

// OrganizationSettingsChange says what to change. Nil leaves a setting as it is, ""
// takes it away.
type OrganizationSettingsChange struct {
	AlertingWorkflowID        *string
	AllowWorkspaceAdminTokens *bool
	EmbeddedID                *string
	ConfigWizardCSS           *string
}

// Organization returns the organization: the management plane's object, else what the
// platform shows, which is the workspace of type Organization (its id and name).
func (m *Management) Organization(ctx context.Context) (*Organization, error) {
	there, err := m.Available(ctx)
	if err != nil {
		return nil, err
	}
	if !there {
		return m.fromWorkspace(ctx)
	}
	org, err := m.organization.Get(ctx, m.c.reads, m.readOrganization)
	if err != nil {
		return nil, err
	}
	return &org, nil
}

// Rename gives the organization another name and returns it as it is then. It needs
// the management plane.
func (m *Management) Rename(ctx context.Context, name string) (*Organization, error) {
	if err := m.need(ctx, "renaming the organization"); err != nil {
		return nil, err
	}
	org, err := m.organization.Write(ctx, m.c.reads,
		func() (Organization, error) {
			return m.exchangeOrganization(ctx, http.MethodPatch, map[string]any{"name": name})
		},
		m.readOrganization, func(now Organization) bool { return now.Name == name })
	m.c.Workspaces.all.Invalidate() // the Organization workspace may bear the name too
	if err != nil {
		return nil, err
	}
	return &org, nil
}

// Settings returns the organization's settings. It needs the management plane, and a
// token of an Owner or Admin.
func (m *Management) Settings(ctx context.Context) (*OrganizationSettings, error) {
	if err := m.need(ctx, "reading the organization's settings"); err != nil {
		return nil, err
	}
	s, err := m.settings.Get(ctx, m.c.reads, m.readSettings)
	if err != nil {
		return nil, err
	}
	return &s, nil
}

// ChangeSettings changes settings of the organization and returns them all. Texts that
// only Embedded organizations have are refused elsewhere (400). It needs the management
// plane.
func (m *Management) ChangeSettings(ctx context.Context, change OrganizationSettingsChange) (*OrganizationSettings, error) {
	if err := m.need(ctx, "changing the organization's settings"); err != nil {
		return nil, err
	}
	s, err := m.settings.Write(ctx, m.c.reads,
		func() (OrganizationSettings, error) { return m.exchangeSettings(ctx, http.MethodPatch, change.body()) },
		m.readSettings, change.made)
	if err != nil {
		return nil, err
	}
	return &s, nil
}

// Empty reports whether there is nothing to change.
func (c OrganizationSettingsChange) Empty() bool { return c == OrganizationSettingsChange{} }

// body holds the fields to change: "" is sent as null.
func (c OrganizationSettingsChange) body() map[string]any {
	body := map[string]any{}
	for name, text := range map[string]*string{
		"alertingWorkflowId": c.AlertingWorkflowID, "embeddedId": c.EmbeddedID, "configWizardCss": c.ConfigWizardCSS,
	} {
		switch {
		case text == nil:
		case *text == "":
			body[name] = nil
		default:
			body[name] = *text
		}
	}
	if c.AllowWorkspaceAdminTokens != nil {
		body["allowWorkspaceAdminTokens"] = *c.AllowWorkspaceAdminTokens
	}
	return body
}

// made reports whether now shows the change.
func (c OrganizationSettingsChange) made(now OrganizationSettings) bool {
	return wants(c.AlertingWorkflowID, now.AlertingWorkflowID) && wants(c.AllowWorkspaceAdminTokens, now.AllowWorkspaceAdminTokens) &&
		wants(c.EmbeddedID, now.EmbeddedID) && wants(c.ConfigWizardCSS, now.ConfigWizardCSS)
}

// wants reports whether a change to that value, nil being none, leaves now as it is.
func wants[V comparable](change *V, now V) bool { return change == nil || *change == now }

func (m *Management) readOrganization(ctx context.Context) (Organization, error) {
	return m.exchangeOrganization(ctx, http.MethodGet, nil)
}

func (m *Management) exchangeOrganization(ctx context.Context, method string, in any) (Organization, error) {
	right := rightAny
	if method != http.MethodGet {
		right = rightManage
	}
	var wire wireOrganization
	k := call{Method: method, Path: managedPath("organization"), Right: right, In: in}
	if err := m.c.rest.Do(ctx, k, &wire); err != nil {
		return Organization{}, err
	}
	if wire.ID == "" {
		return Organization{}, m.c.rest.Fail(k, &Error{Status: http.StatusOK, Message: "The answer does not say which organization it is", Ambiguous: in != nil})
	}
	return Organization(wire), nil
}

func (m *Management) readSettings(ctx context.Context) (OrganizationSettings, error) {
	return m.exchangeSettings(ctx, http.MethodGet, nil)
}

func (m *Management) exchangeSettings(ctx context.Context, method string, in any) (OrganizationSettings, error) {
	var wire struct { // null decodes to ""
		AlertingWorkflowID        string `json:"alertingWorkflowId"`
		AllowWorkspaceAdminTokens bool   `json:"allowWorkspaceAdminTokens"`
		EmbeddedID                string `json:"embeddedId"`
		ConfigWizardCSS           string `json:"configWizardCss"`
	}
	k := call{Method: method, Path: managedPath("organization", "settings"), Right: rightManage, In: in}
	err := m.c.rest.Do(ctx, k, &wire)
	return OrganizationSettings(wire), err
}

func (m *Management) fromWorkspace(ctx context.Context) (*Organization, error) {
	all, err := m.c.Workspaces.List(ctx)
	if err != nil {
		return nil, err
	}
	var org Organization
	for _, ws := range all {
		switch ws.Type {
		case WorkspaceOrganization:
			org.ID, org.Name, org.OrganizationWorkspaceID = ws.ID, ws.Name, ws.ID
		case WorkspaceEmbedded:
			org.EmbeddedWorkspaceID = ws.ID
		}
	}
	if org.ID != "" {
		return &org, nil
	}
	return nil, &Error{
		Message: "The token does not see the Organization workspace, so the organization's name and id are not known",
		Hint:    "Use a token whose API user has an organization role",
	}
}
