import {
  to = tray_workspace_role_members.sales_prod_admins
  id = "sales-prod/Admin" # workspace id or name / role
}
