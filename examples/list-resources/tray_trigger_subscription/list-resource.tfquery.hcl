# Your subscriptions to one trigger.
list "tray_trigger_subscription" "clock" {
  provider         = tray
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise

  config {
    trigger_name = "scheduled"
  }
}
