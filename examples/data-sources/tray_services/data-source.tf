data "tray_services" "all" {}

# For connector.json: { "service": { "name": …, "version": "1" } }
output "unique_names" {
  value = { for s in data.tray_services.all.services : s.name => s.unique_name... }
}
