resource "tray_workspace" "production" {
  name = "Production"
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.production.id
  name         = "Billing"
}

# To bring production back to a known export: terraform apply -invoke=action.tray_import_project.billing
action "tray_import_project" "billing" {
  config {
    project_id = tray_project.billing.id
    export     = "${abspath(path.module)}/billing-1.0.json"

    config = {
      api_url    = "https://billing.acme.example"
      batch_size = 100
    }

    max_removed_workflows = 0
    record_version        = true
  }
}
