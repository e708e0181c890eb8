# Every project of a workspace.
list "tray_project" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise

  config {
    workspace_id = var.workspace_id
  }
}

variable "workspace_id" {
  type = string
}
