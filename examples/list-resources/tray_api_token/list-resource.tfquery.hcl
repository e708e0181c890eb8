# The tokens of all API users, without their values.
list "tray_api_token" "all" {
  provider         = tray
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise
}
