data "tray_user" "owner" {
  email = "owner@example.com"
}

output "owner_role" {
  value = data.tray_user.owner.organization_role
}
