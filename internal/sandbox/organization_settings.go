package sandbox

import (
	"strings"
	"unicode/utf8"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// organizationSettings are what the settings pages of an organization hold. The switch about tokens is one of the Options, so
// that tests and the API speak of the same one.
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

// updateOrganizationSettings changes the fields that a request gives: null takes a text away, an absent field stays.
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

// mayChangeSettings asks for each field's own right, and refuses what only Embedded organizations have.
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
