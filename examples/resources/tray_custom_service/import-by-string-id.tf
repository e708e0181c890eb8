import {
  to = tray_custom_service.crm
  id = "Sandbox/Acme CRM" # <workspace>/<name>, or the unique name, or the id
}
