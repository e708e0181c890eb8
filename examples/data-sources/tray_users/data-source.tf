data "tray_users" "admins" {
  organization_role = "Admin"
}

data "tray_users" "robots" {
  account_type = "API"
}

check "few_admins" {
  assert {
    condition     = length(data.tray_users.admins.users) <= 5
    error_message = "More than five organization Admins: ${join(", ", data.tray_users.admins.emails)}."
  }
}
