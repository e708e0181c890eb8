data "tray_triggers" "shopify" {
  service_name = "shopify"
  latest       = true
}

output "shopify_trigger" {
  value = one(data.tray_triggers.shopify.triggers).version
}
