import {
  to = tray_workspace_members.sales_prod
  id = "sales-prod" # or the workspace's id
}
