resource "tray_workspace" "development" {
  name = "Development"
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.development.id
  name         = "Billing"
}

resource "tray_project_version" "release" {
  project_id     = tray_project.billing.id
  version_number = "1.0"
  title          = "First release"
}

data "tray_project_export" "billing" {
  project_id     = tray_project.billing.id
  version_number = tray_project_version.release.version_number
  path           = "${abspath(path.module)}/billing.json"

  depends_on = [tray_project_version.release]
}

output "workflows" {
  value = data.tray_project_export.billing.workflows
}
