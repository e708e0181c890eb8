data "tray_connector_operations" "send" {
  name      = "slack"
  version   = "11.0"
  operation = "send_message"
}

output "required_input" {
  value = jsondecode(one(data.tray_connector_operations.send.operations).input_schema).required
}
