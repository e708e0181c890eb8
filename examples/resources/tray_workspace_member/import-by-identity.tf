import {
  to = tray_workspace_member.ana_in_sales_prod
  identity = {
    workspace_id = tray_workspace.sales_prod.id
    email        = "ana@example.com"
  }
}
