terraform import tray_workspace_member.ana_in_sales_prod sales-prod/ana@example.com
