resource "tray_workspace" "sales_prod" {
  name = "sales-prod"
}

data "tray_workspace_roles" "sales_prod" {
  workspace_id = tray_workspace.sales_prod.id
}

output "viewer_role_id" {
  value = data.tray_workspace_roles.sales_prod.by_name["Viewer"]
}
