# A service and a connector for all workspaces of an organization.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "zip" {
  description = "Zip of the connector, as Tray's CDK packs it."
  type        = string
}

variable "client_secret" {
  type      = string
  ephemeral = true
}

locals {
  environments = toset(["sales-dev", "sales-prod"])
}

data "tray_workspaces" "organization" {
  type = "Organization"
}

resource "tray_workspace" "environment" {
  for_each = local.environments

  name          = each.key
  force_destroy = true # else a workspace with its pipeline's authentications in it is not deleted
}

# In the Organization workspace it serves every workspace.
resource "tray_custom_service" "crm" {
  workspace_id        = one(data.tray_workspaces.organization.workspaces).id
  name                = "Acme CRM"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://crm.acme.example/oauth/token"
  client_id           = "tray"
  client_secret_wo    = var.client_secret
  user_data_schema = jsonencode({
    type       = "object"
    required   = ["instance"]
    properties = { instance = { type = "string", title = "Instance of the CRM" } }
  })
}

# Production, which comes with the service, is for sales-prod; this one is for sales-dev.
resource "tray_service_environment" "test" {
  service_name     = tray_custom_service.crm.unique_name
  title            = "Test"
  client_id        = "tray-test"
  client_secret_wo = var.client_secret
}

resource "tray_connector" "crm" {
  name                  = "acme-crm"
  version               = "1.0"
  source                = var.zip
  service_name          = tray_custom_service.crm.unique_name
  service_version       = tray_custom_service.crm.version
  share_with_workspaces = [for w in tray_workspace.environment : w.id]
}

# Each environment's pipeline has a token of its own, which reaches that workspace alone.
resource "tray_api_user" "pipeline" {
  for_each = local.environments

  workspace_id   = tray_workspace.environment[each.key].id
  name           = "${each.key} pipeline"
  workspace_role = "Contributor"
}

resource "tray_api_token" "pipeline" {
  for_each = local.environments

  workspace_id  = tray_workspace.environment[each.key].id
  api_user_id   = tray_api_user.pipeline[each.key].id
  name          = "pipeline"
  valid_for     = "90d"
  rotate_before = "14d"
  overlap       = "2d"
}

data "tray_service_environments" "crm" {
  service_name = tray_custom_service.crm.unique_name
}

output "service" {
  value = { name = tray_custom_service.crm.unique_name, version = tray_custom_service.crm.version }
}

output "environments" {
  description = "Which service environment is whose."
  value = {
    sales-dev  = tray_service_environment.test.id
    sales-prod = one([for e in data.tray_service_environments.crm.environments : e.id if e.title == "Production"])
  }
}

output "tokens" {
  value     = { for name, k in tray_api_token.pipeline : name => k.value }
  sensitive = true
}

output "connector_service" {
  value = tray_connector.crm.service_name
}

output "service_is_for_everybody" {
  value = tray_custom_service.crm.workspace_id == one(data.tray_workspaces.organization.workspaces).id
}

output "connector_is_used_from" {
  value = sort([for name, w in tray_workspace.environment : name if contains(tray_connector.crm.share_with_workspaces, w.id)])
}

output "pipelines" {
  value = { for name, k in tray_api_token.pipeline : name => k.expires_at }
}
