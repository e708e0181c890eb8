data "tray_organization_roles" "all" {}

output "role_names" {
  value = data.tray_organization_roles.all.roles[*].name
}
