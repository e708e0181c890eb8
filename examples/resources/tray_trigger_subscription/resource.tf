# Tray calls this address whenever the clock strikes.
resource "tray_trigger_subscription" "reminder" {
  name            = "Reminder"
  trigger_name    = "scheduled"
  trigger_version = "3.5"
  operation       = "cron"
  input           = jsonencode({ cron_expression = "0 9 * * MON", timezone = "Europe/London" })
  endpoint        = "https://hooks.acme.example/reminder"
  external_id     = "reminder"
}

output "reminder_signing_key" {
  value     = tray_trigger_subscription.reminder.signing_key
  sensitive = true
}
