import {
  to = tray_service_environment.sandbox
  id = "Sandbox/Acme CRM/Sandbox" # <workspace>/<service>/<title>, or <unique name>/<version>/<id or title>
}
