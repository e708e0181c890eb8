import {
  to = tray_connector.crm
  id = "acme-crm/1.0" # <name>/<version>, or <name>/<version>/<path of the zip that is deployed>
}
