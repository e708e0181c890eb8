package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// state is what the demo reads of `terraform show -json`.
type state struct {
	Values struct {
		Root module `json:"root_module"`
	} `json:"values"`
}

type module struct {
	Resources []resource `json:"resources"`
	Children  []module   `json:"child_modules"`
}

type resource struct {
	Type   string          `json:"type"`
	Values json.RawMessage `json:"values"`
}

type membership struct {
	WorkspaceID string `json:"workspace_id"`
	Email       string `json:"email"`
	Role        string `json:"role"`
	Workspace   string // its name
}

// contributor returns the first Contributor of a workspace, in the order of the state and then of the e-mails, whichever
// resource makes them one. Admins are left alone: taking the last one away is refused by the rules.
func (m module) contributor() (membership, bool) {
	all, names := m.resources(), map[string]string{}
	for _, r := range all {
		var w struct{ ID, Name string }
		if r.Type == "tray_workspace" && json.Unmarshal(r.Values, &w) == nil {
			names[w.ID] = w.Name
		}
	}
	for _, r := range all {
		for _, found := range r.memberships() {
			if strings.EqualFold(found.Role, "Contributor") && found.Email != "" {
				found.Workspace = names[found.WorkspaceID]
				if found.Workspace == "" {
					found.Workspace = "the workspace " + found.WorkspaceID
				}
				return found, true
			}
		}
	}
	return membership{}, false
}

// invited returns the addresses of those who have not accepted yet.
func (m module) invited() []string {
	var emails []string
	for _, r := range m.resources() {
		var user struct{ Status, Email string }
		if r.Type == "tray_user" && json.Unmarshal(r.Values, &user) == nil && user.Status == "invited" && user.Email != "" {
			emails = append(emails, user.Email)
		}
	}
	return emails
}

func (m module) resources() []resource {
	all := m.Resources
	for _, child := range m.Children {
		all = append(all, child.resources()...)
	}
	return all
}

func (r resource) memberships() []membership {
	switch r.Type {
	case "tray_workspace_member":
		var one membership
		if json.Unmarshal(r.Values, &one) == nil {
			return []membership{one}
		}
	case "tray_workspace_members":
		var many struct {
			WorkspaceID string            `json:"workspace_id"`
			Members     map[string]string `json:"members"`
		}
		if json.Unmarshal(r.Values, &many) != nil {
			return nil
		}
		var all []membership
		for _, email := range slices.Sorted(maps.Keys(many.Members)) {
			all = append(all, membership{WorkspaceID: many.WorkspaceID, Email: email, Role: many.Members[email]})
		}
		return all
	}
	return nil
}
