resource "tray_workspace" "production" {
  name = "Production"
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.production.id
  name         = "Billing"
}

# The export is committed beside the configuration: a pull request that points at another
# one shows what it does to production.
resource "tray_project_import" "billing" {
  project_id = tray_project.billing.id
  export     = "${abspath(path.module)}/billing-1.0.json"

  config = {
    api_url    = "https://billing.acme.example"
    batch_size = 100
  }

  record_version = true
}

output "impact" {
  value = tray_project_import.billing.impact
}
