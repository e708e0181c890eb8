import {
  to = tray_workspace_member.ana_in_sales_prod
  id = "sales-prod/ana@example.com" # workspace id or name / user id or e-mail
}
