# Everybody, with those who are invited.
list "tray_user" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}

# Organization Admins of one domain.
list "tray_user" "admins" {
  provider = tray
  limit    = 10000

  config {
    organization_role = "Admin"
    account_type      = "Regular"
    email_domain      = "example.com"
  }
}
