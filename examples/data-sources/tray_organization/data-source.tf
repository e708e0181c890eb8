data "tray_organization" "this" {}

output "organization" {
  value = data.tray_organization.this.name
}
