# Older advice of Tray: custom services are made in the Personal workspace of one user, who
# does nothing else. They move to the Organization workspace in place, and keep their unique
# names, so that connectors and authentications go on working. While they are in the Personal
# workspace, the plan that deletes the user is an error (TRAY006).

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "moved" {
  description = "Whether the services are in the Organization workspace."
  type        = bool
}

variable "owner_stays" {
  description = "Whether the user who owned them is there."
  type        = bool
}

locals {
  owner = "Custom services"
}

data "tray_workspaces" "organization" {
  type = "Organization"
}

resource "tray_user" "owner" {
  count = var.owner_stays ? 1 : 0

  email             = "services@acme.example"
  name              = local.owner
  organization_role = "Contributor"
  onboarding        = "create"
}

data "tray_workspace" "personal" {
  count = var.moved ? 0 : 1

  name       = local.owner
  type       = "Personal"
  depends_on = [tray_user.owner]
}

resource "tray_custom_service" "erp" {
  workspace_id        = var.moved ? one(data.tray_workspaces.organization.workspaces).id : data.tray_workspace.personal[0].id
  name                = "Acme ERP"
  authentication_type = "token"
  credentials_schema = jsonencode({
    type       = "object"
    required   = ["api_key"]
    properties = { api_key = { type = "string", title = "API key" } }
  })
}

output "unique_name" {
  value = tray_custom_service.erp.unique_name
}

output "serves_everybody" {
  value = tray_custom_service.erp.workspace_id == one(data.tray_workspaces.organization.workspaces).id
}
