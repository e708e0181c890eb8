# The newest version of each connector whose name begins with s.
data "tray_connectors" "s" {
  name_regex = "^s"
  latest     = true
}

output "versions" {
  value = { for c in data.tray_connectors.s.connectors : c.name => c.version }
}
