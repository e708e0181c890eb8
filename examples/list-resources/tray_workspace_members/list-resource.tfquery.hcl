# Each workspace with everybody in it, as one resource.
list "tray_workspace_members" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}

list "tray_workspace_members" "prod" {
  provider = tray
  limit    = 10000

  config {
    name_regex = "-prod$"
  }
}
