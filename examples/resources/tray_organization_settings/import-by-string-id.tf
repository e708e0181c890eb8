import {
  to = tray_organization_settings.this
  id = "settings" # or the organization's id
}
