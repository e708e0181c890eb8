package sandbox

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization.
const (
	RightReadSettings        Right = "read the organization's settings"
	RightSetAlerting         Right = "choose the organization's alerting workflow"
	RightSetEmbeddedID       Right = "set the Embedded ID"
	RightSetWizardCSS        Right = "set the CSS of the Config Wizard"
	RightLetAdminsMakeTokens Right = "let workspace Admins make API tokens"
)

// settingsNoun is the settings pages of the organization.
var settingsNoun = noun{
	restore: restoring("settings", func(t *tx, _ int, s organizationSettings) error {
		_, err := t.Exec(`UPDATE organization SET alerting_workflow = ?, embedded_id = ?, wizard_css = ?,
			options = json_set(options, '$.workspace_admin_tokens', json(?))`,
			s.AlertingWorkflowID, s.EmbeddedID, s.ConfigWizardCSS, strconv.FormatBool(s.AllowWorkspaceAdminTokens))
		return err
	}),
	routes: []*route{
		on("GET", "/management/v1/organization/settings", "getOrganizationSettings", OurOwn, RightReadSettings, getOrganizationSettings, 49),
		bodies(textBody, on("PATCH", "/management/v1/organization/settings", "updateOrganizationSettings", OurOwn, RightReadSettings, updateOrganizationSettings, 49, 50, 51, 52)),
	},
	overOrganization: rights{
		// Owner, Admin, Contributor, Viewer, scoped token
		RightReadSettings:        {yesO, yesA, noA, noA, noA},
		RightSetAlerting:         {yesO, yesO, noA, noA, noA},
		RightSetEmbeddedID:       {yesO, yesA, noA, noA, noA},
		RightSetWizardCSS:        {yesA, yesA, noA, noA, noA},
		RightLetAdminsMakeTokens: {yesA, yesD, noD, noD, noA},
	},
	assumptions: []Assumption{
		{49, "Who may rename an organization and change its settings?",
			"The Owner and the Admins, who alone see the settings. Older pages reserve the name and the Embedded ID to the Owner.",
			"Open Settings as an organization Admin and as a Contributor."},
		{50, "Must an organization's alerting workflow exist?",
			"Only the form of its id is looked at, because the sandbox holds no workflows; null takes it away.",
			"Choose a workflow under Settings, General, Alerting, delete it, and open the page again."},
		{51, "What can an Embedded ID be, and can it change?",
			"Any text of 1 to 255 characters; it can be changed and taken away. Addresses of the Config Wizard that hold the old one stop working.",
			"Change it in the Embedded settings of a test organization and open an old address."},
		{52, "Is the CSS of the Config Wizard checked?",
			"No, any text goes.",
			"Save something that is not CSS under Customization."},
	},
}

// organizationSettings are what the settings pages of an organization hold. The switch
// about tokens is one of the Options, so that tests and the API speak of the same one.
type organizationSettings struct {
	AlertingWorkflowID        *string `json:"alertingWorkflowId"`
	AllowWorkspaceAdminTokens bool    `json:"allowWorkspaceAdminTokens"`
	EmbeddedID                *string `json:"embeddedId"`
	ConfigWizardCSS           *string `json:"configWizardCss"`
}

func (c *call) organizationSettings() (organizationSettings, error) {
	s := organizationSettings{AllowWorkspaceAdminTokens: c.options.WorkspaceAdminTokens}
	err := c.tx.Row("SELECT alerting_workflow, embedded_id, wizard_css FROM organization").
		Scan(&s.AlertingWorkflowID, &s.EmbeddedID, &s.ConfigWizardCSS)
	return s, err
}

func getOrganizationSettings(c *call) (answer, error) {
	s, err := c.organizationSettings()
	if err != nil {
		return answer{}, err
	}
	return ok(s)
}

// updateOrganizationSettings changes the fields that a request gives: null takes a text
// away, an absent field stays.
func updateOrganizationSettings(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if err := c.mayChangeSettings(in); err != nil {
		return answer{}, err
	}
	s, err := c.organizationSettings()
	if err != nil {
		return answer{}, err
	}
	if err := s.change(in); err != nil {
		return answer{}, err
	}
	c.options.WorkspaceAdminTokens = s.AllowWorkspaceAdminTokens
	if _, err := c.tx.Exec("UPDATE organization SET alerting_workflow = ?, embedded_id = ?, wizard_css = ?, options = ?",
		s.AlertingWorkflowID, s.EmbeddedID, s.ConfigWizardCSS, c.options.encode()); err != nil {
		return answer{}, err
	}
	return ok(s)
}

// mayChangeSettings asks for each field's own right, and refuses what only Embedded
// organizations have.
func (c *call) mayChangeSettings(in engine.Fields) error {
	for _, f := range []struct {
		name     string
		right    Right
		embedded bool
	}{
		{"alertingWorkflowId", RightSetAlerting, false},
		{"allowWorkspaceAdminTokens", RightLetAdminsMakeTokens, false},
		{"embeddedId", RightSetEmbeddedID, true},
		{"configWizardCss", RightSetWizardCSS, true},
	} {
		if _, given := in[f.name]; !given {
			continue
		}
		if err := c.require(f.right); err != nil {
			return err
		}
		if f.embedded && !c.organization.Embedded {
			return engine.BadRequest("%s is a setting of Embedded organizations, and this one is not", f.name)
		}
	}
	return nil
}

func (s *organizationSettings) change(in engine.Fields) error {
	for _, f := range []struct {
		name string
		to   **string
	}{{"alertingWorkflowId", &s.AlertingWorkflowID}, {"embeddedId", &s.EmbeddedID}, {"configWizardCss", &s.ConfigWizardCSS}} {
		if _, given := in[f.name]; !given {
			continue
		}
		text, err := engine.Optional[string](in, f.name)
		if err != nil {
			return err
		}
		if text != nil && strings.TrimSpace(*text) == "" {
			return engine.InvalidBody("field %q is empty: null takes it away", f.name)
		}
		*f.to = text
	}
	if id := s.AlertingWorkflowID; id != nil && !engine.IsID(*id) {
		return engine.InvalidBody("expected the id of a workflow at %q", "alertingWorkflowId")
	}
	if id := s.EmbeddedID; id != nil && utf8.RuneCountInString(*id) > 255 {
		return engine.InvalidBody("field %q has more than 255 characters", "embeddedId")
	}
	if _, given := in["allowWorkspaceAdminTokens"]; given {
		allowed, err := engine.Required[bool](in, "allowWorkspaceAdminTokens")
		if err != nil {
			return err
		}
		s.AllowWorkspaceAdminTokens = allowed
	}
	return nil
}
