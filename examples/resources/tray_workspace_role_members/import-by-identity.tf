import {
  to = tray_workspace_role_members.sales_prod_admins
  identity = {
    workspace_id = tray_workspace.sales_prod.id
    role         = "Admin"
  }
}
