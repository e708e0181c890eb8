# Every shared workspace.
list "tray_workspace" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}

list "tray_workspace" "prod" {
  provider = tray
  limit    = 10000

  config {
    name_regex = "-prod$"
  }
}
