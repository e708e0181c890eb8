resource "tray_workspace" "production" {
  name = "Production"
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.production.id
  name         = "Billing"
  description  = "Invoices and reminders"
}
