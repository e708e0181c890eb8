import {
  to = tray_embedded_user.globex
  id = "customer-4711" # the external id, or the id that Tray gave
}
