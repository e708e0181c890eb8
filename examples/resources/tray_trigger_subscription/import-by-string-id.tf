import {
  to = tray_trigger_subscription.reminder
  id = "reminder" # its id, its external id, or its name
}
