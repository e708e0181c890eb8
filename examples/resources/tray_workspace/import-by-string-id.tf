import {
  to = tray_workspace.sales_prod
  id = "sales-prod" # or the workspace's id
}
