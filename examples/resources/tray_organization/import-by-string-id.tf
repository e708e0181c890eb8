import {
  to = tray_organization.acme
  id = "Acme" # or the organization's id
}
