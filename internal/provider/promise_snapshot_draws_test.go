package provider_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// unheld are the types that no snapshot holds: a plan by one refuses them, and says why.
var unheld = map[string]bool{"tray_api_token": true, "tray_connector": true, "tray_embedded_user": true, "tray_project_import": true, "tray_project_version": true, "tray_solution_instance": true, "tray_solution_release": true, "tray_trigger_subscription": true}

// unheldData are the data sources of what no snapshot holds: Tray's own catalogue.
var unheldData = map[string]bool{"tray_connectors": true, "tray_triggers": true}

// unlisted are the types that Tray's own API does not list: a snapshot taken by it alone holds
// none, and says so.
var unlisted = map[string]bool{"tray_authentication": true}

// draws make an instance of each type, nil when the organization has nothing for it.
var draws = map[string]func(*drawn) *instance{
	"tray_user": func(d *drawn) *instance {
		email := d.person()
		arguments := map[string]any{"email": respelled(d.rt, email), "organization_role": d.role()}
		if d.invited[email] && rapid.IntRange(0, 7).Draw(d.rt, "invites again") != 0 {
			return nil // such a plan listens for two seconds whether it is an apply
		}
		if !slices.Contains(d.people, email) {
			return &instance{typ: "tray_user", arguments: arguments}
		}
		if d.flip("with a name") {
			arguments["name"] = rapid.SampledFrom([]string{"Name of " + email[:3], "Another"}).Draw(d.rt, "name")
		}
		return d.changed("tray_user", email, arguments)
	},
	"tray_workspace": func(d *drawn) *instance {
		name := d.workspace()
		return d.changed("tray_workspace", d.workspaces[name], map[string]any{
			"name": rapid.SampledFrom([]string{name, name + "-new"}).Draw(d.rt, "called"), "description": "Of " + d.person()})
	},
	"tray_project": func(d *drawn) *instance {
		name := rapid.SampledFrom([]string{"P", "invoicing"}).Draw(d.rt, "project") // P may be there
		return &instance{typ: "tray_project", arguments: map[string]any{"workspace_id": d.workspaces[d.workspace()], "name": name}}
	},
	"tray_workspace_member": func(d *drawn) *instance {
		name, email := d.workspace(), d.person()
		id := d.workspaces[name]
		arguments := map[string]any{"workspace_id": id, "email": respelled(d.rt, email), "role": d.role(), "expires_at": d.end()}
		if !d.isIn(name, email) {
			return &instance{typ: "tray_workspace_member", arguments: arguments}
		}
		return d.changed("tray_workspace_member", id+"/"+email, arguments)
	},
	"tray_workspace_members": func(d *drawn) *instance {
		id, members, ends := d.workspaces[d.workspace()], map[string]any{}, map[string]any{}
		for _, email := range acquaintances {
			if d.flip("member") {
				members[respelled(d.rt, email)] = d.role()
				ends[respelled(d.rt, email)] = d.end()
			}
		}
		arguments := map[string]any{"workspace_id": id, "members": members, "expires_at": ends}
		if d.flip("ignores") {
			arguments["ignore_emails"] = []string{"stranger@example.com"}
		}
		return d.changed("tray_workspace_members", id, arguments)
	},
	"tray_workspace_role_members": func(d *drawn) *instance {
		id, role, emails := d.workspaces[d.workspace()], d.role(), []string{}
		for _, email := range acquaintances {
			if d.flip("holds it") {
				emails = append(emails, respelled(d.rt, email))
			}
		}
		return d.changed("tray_workspace_role_members", id+"/"+role, map[string]any{"workspace_id": id, "role": role, "emails": emails})
	},
	"tray_custom_service": func(d *drawn) *instance {
		if !d.managed() {
			return nil
		}
		return d.changed("tray_custom_service", d.service, map[string]any{
			"workspace_id": d.workspaces[d.workspace()], "name": rapid.SampledFrom([]string{"CRM", "Billing"}).Draw(d.rt, "service"), "description": "Of " + d.person(),
			"authentication_type": "oauth2client_credentials", "token_url": "https://crm.example/token", "client_id": "c"})
	},
	"tray_authentication": func(d *drawn) *instance {
		if !d.managed() {
			return nil
		}
		here := d.State().Authentications[0]
		return d.changed("tray_authentication", here.ID, map[string]any{"name": rapid.SampledFrom([]string{"Login", "Other"}).Draw(d.rt, "authentication"),
			"service_environment_id": here.Environment, "credentials_wo": "{}", "credentials_wo_version": "1", "user_data_wo": "{}", "user_data_wo_version": "1", "check_secrets": false})
	},
	"tray_api_user": func(d *drawn) *instance {
		if !d.managed() {
			return nil
		}
		return d.changed("tray_api_user", d.workspaces[d.place]+"/deployer", map[string]any{
			"workspace_id": d.workspaces[d.place], "name": "deployer", "workspace_role": d.role()})
	},
	"tray_on_prem_agent_group": func(d *drawn) *instance {
		return d.changed("tray_on_prem_agent_group", d.workspaces[d.place]+"/site", map[string]any{
			"workspace_id": d.workspaces[d.place], "name": rapid.SampledFrom([]string{"site", "other"}).Draw(d.rt, "group")})
	},
	"tray_on_prem_agent": func(d *drawn) *instance {
		return d.changed("tray_on_prem_agent", d.workspaces[d.place]+"/site/machine", map[string]any{
			"workspace_id": d.workspaces[d.place], "group_id": d.State().AgentGroups[0].ID, "name": "machine", "enabled": d.flip("enabled")})
	},
	"tray_service_environment": func(d *drawn) *instance {
		if !d.managed() {
			return nil
		}
		return d.changed("tray_service_environment", d.service+"/1/Test", map[string]any{
			"service_name": d.service, "title": rapid.SampledFrom([]string{"Test", "Trial"}).Draw(d.rt, "title"), "client_id": "t"})
	},
	"tray_organization": func(d *drawn) *instance {
		if !d.managed() {
			return nil
		}
		return d.changed("tray_organization", d.State().Organization.ID, map[string]any{"name": rapid.SampledFrom([]string{"Sandbox", "Acme"}).Draw(d.rt, "organization")})
	},
	"tray_organization_settings": func(d *drawn) *instance {
		if !d.managed() {
			return nil
		}
		return d.changed("tray_organization_settings", d.State().Organization.ID, map[string]any{"allow_workspace_admin_tokens": d.flip("allowed")})
	},
}

func (d *drawn) workspace() string {
	return rapid.SampledFrom(slices.Sorted(maps.Keys(d.workspaces))).Draw(d.rt, "workspace")
}

func (d *drawn) isIn(workspace, email string) bool {
	return slices.ContainsFunc(d.State().Members, func(m acctest.Member) bool { return m.Workspace == workspace && strings.EqualFold(m.Email, email) })
}

func (d *drawn) managed() bool {
	code, _ := d.Call(http.MethodGet, "/management/v1", nil)
	return code == http.StatusOK
}

// changed is what is in the state already; it may be destroyed.
func (d *drawn) changed(typ, id string, arguments map[string]any) *instance {
	one := d.owner.imported(typ, id, arguments)
	if rapid.IntRange(0, 5).Draw(d.rt, "destroyed") == 0 {
		one.arguments = nil
	}
	return &one
}

// end is when somebody's access ends, if it does: long ago, or long after.
func (d *drawn) end() any {
	return rapid.SampledFrom([]any{nil, "2001-01-31", "2999-12-31T00:00:00Z"}).Draw(d.rt, "end")
}
