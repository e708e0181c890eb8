# The API users of all shared workspaces.
list "tray_api_user" "all" {
  provider         = tray
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise
}
