data "tray_workspaces" "organization" { type = "Organization" }

data "tray_on_prem_agent_groups" "all" {
  workspace_id   = one(data.tray_workspaces.organization.workspaces).id
  include_agents = true
}

output "agents_that_are_down" {
  value = flatten([for g in data.tray_on_prem_agent_groups.all.groups : [for a in g.agents : "${g.name}/${a.name}" if a.enabled && !a.connected]])
}
