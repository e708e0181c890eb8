resource "tray_workspace" "production" {
  name = "Production"
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.production.id
  name         = "Billing"
}

data "tray_project_import_requirements" "billing" {
  project_id = tray_project.billing.id
  export     = "${abspath(path.module)}/billing-1.0.json"
}

output "to_be_given" {
  value = {
    authentications = data.tray_project_import_requirements.billing.unresolved
    config          = data.tray_project_import_requirements.billing.new_config_keys
  }
}
