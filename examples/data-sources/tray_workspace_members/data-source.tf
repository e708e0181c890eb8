resource "tray_workspace" "sales_prod" {
  name = "sales-prod"
}

data "tray_workspace_members" "sales_prod" {
  workspace_id = tray_workspace.sales_prod.id
}

output "who_is_in_sales_prod" {
  value = data.tray_workspace_members.sales_prod.roles_by_email
}
