resource "tray_workspace" "sales_prod" {
  name = "sales-prod"
}

data "tray_workspace" "sales_prod" {
  name = tray_workspace.sales_prod.name
}

output "sales_prod_id" {
  value = data.tray_workspace.sales_prod.id
}
