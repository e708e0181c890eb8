# The authentications in all workspaces that the token sees, without their secrets.
list "tray_authentication" "all" {
  provider         = tray
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise
}
