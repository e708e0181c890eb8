import {
  to = tray_solution_instance.initech
  id = "customer-4711/Notify" # <end user>/<instance>, each by id, or by external id and name
}
