# The projects of every workspace.
list "tray_project" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}
