resource "tray_workspace" "sales" {
  name = "Sales"
}

resource "tray_api_user" "deployer" {
  workspace_id   = tray_workspace.sales.id
  name           = "Sales deployer"
  workspace_role = "Contributor"
}

# Rotated by the first apply in the last two weeks of its life. The old one works for two
# days more, in which whatever uses it takes up the new one.
resource "tray_api_token" "pipeline" {
  workspace_id  = tray_api_user.deployer.workspace_id
  api_user_id   = tray_api_user.deployer.id
  name          = "pipeline"
  valid_for     = "90d"
  rotate_before = "14d"
  overlap       = "2d"
}

# Valid for a year, and not rotated.
resource "tray_api_token" "scanner" {
  workspace_id = tray_api_user.deployer.workspace_id
  api_user_id  = tray_api_user.deployer.id
  name         = "scanner"
  valid_for    = "365d"
}

output "pipeline_token" {
  value     = tray_api_token.pipeline.value
  sensitive = true
}
