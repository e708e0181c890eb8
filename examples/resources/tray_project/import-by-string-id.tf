import {
  to = tray_project.billing
  id = "Production/Billing" # <workspace>/<project>, each by id or by name
}
