terraform import tray_workspace.sales_prod sales-prod
