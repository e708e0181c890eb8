# Every custom service that the token may manage.
list "tray_custom_service" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}
