data "tray_trigger_operations" "shopify" {
  name    = "shopify-trigger"
  version = "2.4"
}

output "what_it_tells_of" {
  value = { for o in data.tray_trigger_operations.shopify.operations : o.name => o.title }
}
