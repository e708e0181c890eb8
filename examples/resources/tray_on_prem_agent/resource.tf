resource "tray_workspace" "plant" { name = "Plant" }

resource "tray_on_prem_agent_group" "hall" {
  workspace_id = tray_workspace.plant.id
  name         = "Hall 4"
}

# Two machines, so that one can be taken down.
resource "tray_on_prem_agent" "hall" {
  for_each     = toset(["north", "south"])
  workspace_id = tray_on_prem_agent_group.hall.workspace_id
  group_id     = tray_on_prem_agent_group.hall.id
  name         = each.key
}

# Tray sends this one no work until it is enabled.
resource "tray_on_prem_agent" "spare" {
  workspace_id = tray_on_prem_agent_group.hall.workspace_id
  group_id     = tray_on_prem_agent_group.hall.id
  name         = "spare"
  enabled      = false
}

# For the machines' own configuration, within 60 minutes of the apply: terraform output -json
output "registration_tokens" {
  value     = { for name, agent in tray_on_prem_agent.hall : name => agent.registration_token }
  sensitive = true
}
