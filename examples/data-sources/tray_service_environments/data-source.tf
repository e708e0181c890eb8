data "tray_organization" "this" {}

resource "tray_custom_service" "warehouse" {
  workspace_id        = data.tray_organization.this.organization_workspace_id
  name                = "Warehouse"
  authentication_type = "token"
}

data "tray_service_environments" "warehouse" {
  service_name = tray_custom_service.warehouse.unique_name
}

output "production" {
  value = one([for e in data.tray_service_environments.warehouse.environments : e.id if e.title == "Production"])
}
