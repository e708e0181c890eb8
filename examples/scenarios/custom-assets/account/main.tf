# The same assets in an organization that serves as one environment.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "zip" {
  description = "Zip of the connector. The same one serves every organization, although the service's unique name differs."
  type        = string
}

variable "client_id" {
  type = string
}

variable "client_secret" {
  type      = string
  ephemeral = true
}

data "tray_workspaces" "organization" {
  type = "Organization"
}

resource "tray_custom_service" "crm" {
  workspace_id        = one(data.tray_workspaces.organization.workspaces).id
  name                = "Acme CRM"
  authentication_type = "oauth2client_credentials"
  token_url           = "https://crm.acme.example/oauth/token"
  client_id           = var.client_id
  client_secret_wo    = var.client_secret
}

resource "tray_connector" "crm" {
  name    = "acme-crm"
  version = "1.0"
  source  = var.zip

  service_name    = tray_custom_service.crm.unique_name
  service_version = tray_custom_service.crm.version
}

data "tray_service_environments" "crm" {
  service_name = tray_custom_service.crm.unique_name
}

output "service" {
  value = { name = tray_custom_service.crm.unique_name, version = tostring(tray_custom_service.crm.version) }
}

output "connector_service" {
  value = tray_connector.crm.service_name
}

output "environment" {
  value = one([for e in data.tray_service_environments.crm.environments : e.id if e.title == "Production"])
}

output "connector" {
  value = tray_connector.crm.id
}
