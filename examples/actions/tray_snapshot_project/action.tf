resource "tray_workspace" "production" {
  name = "Production"
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.production.id
  name         = "Billing"
}

# Invoked by hand or by night: terraform apply -invoke=action.tray_snapshot_project.nightly
# Nothing is made while the newest version holds what the project is.
action "tray_snapshot_project" "nightly" {
  config {
    project_id  = tray_project.billing.id
    title       = "Nightly"
    description = "Made by Terraform"
  }
}

# Or triggered, by whatever stands for a release.
locals {
  release = "1.4"
}

resource "terraform_data" "release" {
  input = local.release

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.tray_snapshot_project.release]
    }
  }
}

action "tray_snapshot_project" "release" {
  config {
    project_id     = tray_project.billing.id
    version_number = local.release
    title          = "Release ${local.release}"
  }
}
