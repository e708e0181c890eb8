# The environments of every custom service, but for Production, which comes with each.
list "tray_service_environment" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}
