resource "tray_workspace" "development" {
  name = "Development"
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.development.id
  name         = "Billing"
}

data "tray_project_versions" "billing" {
  project_id = tray_project.billing.id
}

output "newest" {
  value = data.tray_project_versions.billing.newest
}
