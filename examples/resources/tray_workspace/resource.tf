resource "tray_workspace" "sales_prod" {
  name               = "sales-prod"
  description        = "What sales runs on. Changes come from sales-dev."
  monthly_task_limit = 250000
}

# force_destroy lets a destroy take along what is in it, such as projects;
# deletion_protection = true would refuse the destroy, whatever is in it.
resource "tray_workspace" "playground" {
  name          = "playground"
  force_destroy = true
}
