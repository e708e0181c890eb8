resource "tray_workspace" "plant" { name = "Plant" }

# Authentications for systems in the plant name this group.
resource "tray_on_prem_agent_group" "hall" {
  workspace_id = tray_workspace.plant.id
  name         = "Hall 4"
}
