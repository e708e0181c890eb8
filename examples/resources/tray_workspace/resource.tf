resource "tray_workspace" "sales_prod" {
  name               = "sales-prod"
  description        = "What sales runs on. Changes come from sales-dev."
  monthly_task_limit = 250000
}

# deletion_protection = false lets a destroy take the projects in it along.
resource "tray_workspace" "playground" {
  name                = "playground"
  deletion_protection = false
}
