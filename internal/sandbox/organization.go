package sandbox

import (
	"errors"
	"fmt"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization.
const (
	RightReadOrganization   Right = "read the organization"
	RightRenameOrganization Right = "rename the organization"
)

// organizationNoun is the organization, to those who are in it.
var organizationNoun = noun{
	name: "organization",
	routes: []*route{
		operators(on("GET", "/management/v1", "probeManagement", OurOwn, RightReadOrganization, probeManagement)),
		on("GET", "/management/v1/organization", "getOrganization", OurOwn, RightReadOrganization, getOrganization),
		naming(on("PATCH", "/management/v1/organization", "updateOrganization", OurOwn, RightRenameOrganization, updateOrganization, 48, 49, 54, 64)),
	},
	overOrganization: rights{
		// Owner, Admin, Contributor, Viewer, scoped token
		RightReadOrganization:   {yesA, yesA, yesA, yesA, yesA},
		RightRenameOrganization: {yesO, yesA, noA, noA, noA},
	},
	assumptions: []Assumption{
		{48, "Is the Organization workspace renamed with the organization?",
			"Yes, while the two have the same name; renaming the workspace leaves the organization's name as it is.",
			"Rename the organization in Settings, General, and GET /core/v1/workspaces?type=Organization."},
	},
	state: stateOrganization,
}

// Plans and how many shared workspaces each allows; 0 is no limit. Organization, Personal
// and Embedded workspaces do not count.
var workspaceLimit = map[string]int{"pro": 3, "team": 20, "enterprise": 0}

type organization struct {
	ID, Name, Plan string
	Embedded       bool
}

// settings reads the organization with the options and the clock: what every request
// needs first.
func (t *tx) settings(realTime time.Time) (organization, Options, time.Time, error) {
	var o organization
	var options string
	var advance int64
	err := t.Row("SELECT id, name, plan, embedded, options, advance FROM organization").
		Scan(&o.ID, &o.Name, &o.Plan, &o.Embedded, &options, &advance)
	if err != nil {
		return o, Options{}, realTime, fmt.Errorf("the organization cannot be read: %w", err)
	}
	decoded, err := t.s.decodeOptions(options)
	return o, decoded, realTime.UTC().Add(time.Duration(advance)), err
}

// decodedOptions remembers what the text of the options last meant: every request needs
// them and they hardly ever change.
type decodedOptions struct {
	text    string
	options Options
}

func (s *store) decodeOptions(text string) (Options, error) {
	if known := s.options.Load(); known != nil && known.text == text {
		return known.options, nil
	}
	decoded, err := DefaultOptions().changed([]byte(text))
	if err == nil {
		s.options.Store(&decodedOptions{text, decoded})
	}
	return decoded, err
}

type organizationBody struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Plan       string `json:"plan"`
	Embedded   bool   `json:"embedded"`
	SSO        bool   `json:"sso"`
	OwnerID    string `json:"ownerId"`
	OwnerEmail string `json:"ownerEmail"`

	OrganizationWorkspaceID string `json:"organizationWorkspaceId"`
	EmbeddedWorkspaceID     string `json:"embeddedWorkspaceId,omitempty"`

	// For operators.
	UserCount            *int `json:"userCount,omitempty"` // the Owner included
	SharedWorkspaceCount *int `json:"sharedWorkspaceCount,omitempty"`
}

func getOrganization(c *call) (answer, error) {
	body, err := c.organizationBody()
	if err != nil {
		return answer{}, err
	}
	return ok(body)
}

// updateOrganization changes the name, and that of the Organization workspace while the
// two are the same.
func updateOrganization(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	if _, given := in["name"]; given {
		name, err := engine.RequiredName(in)
		if err != nil {
			return answer{}, err
		}
		if err := c.requireFreeOrganizationName(name); err != nil {
			return answer{}, err
		}
		if err := c.rename(name); err != nil {
			return answer{}, err
		}
	}
	return getOrganization(c)
}

func (c *call) rename(name string) error {
	if _, err := c.tx.Exec("UPDATE workspaces SET name = ? WHERE type = 'Organization' AND name = ?", name, c.organization.Name); err != nil {
		return err
	}
	c.did("", "renamed the organization from %s to %s", c.organization.Name, name)
	_, err := c.tx.Exec("UPDATE organization SET name = ?", name)
	c.organization.Name = name
	return err
}

func (c *call) organizationBody() (organizationBody, error) {
	if f := c.tx.s.frozen; f != nil { // the Owner may be nobody whom the token could see
		return f.Organization, nil
	}
	o := c.organization
	body := organizationBody{ID: o.ID, Name: o.Name, Plan: o.Plan, Embedded: o.Embedded, SSO: c.options.SSO}
	if err := c.tx.Row("SELECT id, email FROM users WHERE role = 'Owner'").Scan(&body.OwnerID, &body.OwnerEmail); err != nil {
		return body, err
	}
	err := c.tx.Row(`SELECT coalesce((SELECT id FROM workspaces WHERE type = 'Organization'), ''),
		coalesce((SELECT id FROM workspaces WHERE type = 'Embedded'), '')`).Scan(&body.OrganizationWorkspaceID, &body.EmbeddedWorkspaceID)
	return body, err
}

// probeManagement says that the management plane is here, and whose token this is.
func probeManagement(c *call) (answer, error) {
	if c.caller.operator {
		return ok(struct {
			Version  string `json:"version"`
			Operator bool   `json:"operator"`
		}{"1", true})
	}
	type user struct {
		ID    string `json:"id"`
		Email string `json:"email"`
		Role  role   `json:"role"`
		// Workspace holds what the token makes without naming one.
		Workspace string `json:"workspaceId,omitempty"`
	}
	home, err := c.home()
	if problem := (*engine.Problem)(nil); errors.As(err, &problem) {
		err = nil // it has none
	}
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		Version        string `json:"version"`
		OrganizationID string `json:"organizationId"`
		User           user   `json:"user"`
	}{"1", c.organization.ID, user{c.caller.id, c.caller.email, c.tx.organizationRole(c.caller.role), home.ID}})
}

func stateOrganization(c *call) (any, error) { return c.organizationBody() }
