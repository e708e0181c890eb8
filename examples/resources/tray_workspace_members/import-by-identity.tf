import {
  to = tray_workspace_members.sales_prod
  identity = {
    workspace_id = tray_workspace.sales_prod.id
  }
}
