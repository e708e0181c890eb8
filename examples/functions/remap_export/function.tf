# An export whose connector has another name in the other organization.
output "remapped" {
  value = provider::tray::remap_export(
    jsonencode({
      workflows = [{ steps = { "crm-1" = { connector = { name = "acme-crm", version = "1.0" } } } }]
    }),
    { connectors = { "acme-crm/1.0" = "globex-crm/1.2" } },
  )
}
