import {
  to = tray_project_import.billing
  id = "Production/Billing" # the project that is imported into: <workspace>/<project>, or its id
}
