data "tray_workspaces" "organization" { type = "Organization" }

resource "tray_custom_service" "warehouse" {
  workspace_id        = one(data.tray_workspaces.organization.workspaces).id
  name                = "Warehouse"
  authentication_type = "token"
}

data "tray_service_environments" "warehouse" {
  service_name = tray_custom_service.warehouse.unique_name
}

output "production" {
  value = one([for e in data.tray_service_environments.warehouse.environments : e.id if e.title == "Production"])
}
