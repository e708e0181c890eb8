# The custom connectors of Acme, each version by itself.
list "tray_connector" "acme" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise

  config {
    name_regex = "^acme-"
  }
}
