import {
  to = tray_authentication.warehouse
  id = "Olivia Owner/Data warehouse" # its id; or <workspace>/<name>, which a live Tray cannot look up
}
