# One account: its service, connector and authentication, its end users, and the project that
# is promoted into it.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "files" {
  description = "Folder of the exports and the connectors."
  type        = string
}

variable "exported" {
  description = "What the exports name: a connector and a service, each with its version, and the title of an authentication."
  type        = object({ connector = string, service = string, authentication = string })
}

variable "account" {
  description = "A row of the table."
  type = object({
    connector = string, instance = string, release = string, may_lose = number, config = map(string)
    end_users = map(object({ name = string, test = bool }))
  })
}

variable "key" {
  description = "What the authentication sends to the CRM."
  type        = string
  ephemeral   = true
}

variable "imported" {
  description = "File for what the project holds after the import, as Tray exports it."
  type        = string
}

data "tray_workspaces" "embedded" {
  type = "Embedded"
}

data "tray_workspaces" "organization" {
  type = "Organization"
}

resource "tray_custom_service" "crm" {
  workspace_id        = one(data.tray_workspaces.organization.workspaces).id
  name                = "Acme CRM"
  authentication_type = "token"

  credentials_schema = jsonencode({ type = "object", properties = { key = { type = "string" } }, required = ["key"] })
  user_data_schema   = jsonencode({ type = "object", properties = { instance = { type = "string" } }, required = ["instance"] })
}

# Every service has an environment, Production, which Tray makes.
data "tray_service_environments" "crm" {
  service_name = tray_custom_service.crm.unique_name
}

resource "tray_authentication" "crm" {
  name                   = "CRM of ${var.account.instance}"
  service_environment_id = one(data.tray_service_environments.crm.environments).id
  credentials_wo         = jsonencode({ key = var.key })
  user_data_wo           = jsonencode({ instance = var.account.instance })
}

resource "tray_connector" "crm" {
  name            = var.account.connector
  version         = "1.0"
  source          = "${var.files}/connectors/${var.account.connector}-1.0.zip"
  service_name    = tray_custom_service.crm.unique_name # the zip names none that an account has
  service_version = tray_custom_service.crm.version
}

resource "tray_embedded_user" "customer" {
  for_each = var.account.end_users

  name             = each.value.name
  external_user_id = each.key
  is_test_user     = each.value.test
}

resource "tray_project" "contacts" {
  workspace_id  = one(data.tray_workspaces.embedded.workspaces).id
  name          = "Contacts"
  force_destroy = true # a sandbox: a real one keeps what it holds
}

resource "tray_project_import" "contacts" {
  project_id = tray_project.contacts.id
  export     = "${var.files}/exports/contacts-${var.account.release}.json"

  # Exported as dev called it, imported as this account does.
  connectors      = { (var.exported.connector) = "${tray_connector.crm.name}/${tray_connector.crm.version}" }
  services        = { (var.exported.service) = "${tray_custom_service.crm.unique_name}/${tray_custom_service.crm.version}" }
  authentications = { (var.exported.authentication) = tray_authentication.crm.id }

  config                = var.account.config
  max_removed_workflows = var.account.may_lose
  record_version        = true
  depends_on            = [tray_connector.crm]
}

# What came of it: the project as this account's Tray exports it.
data "tray_project_export" "contacts" {
  project_id     = tray_project.contacts.id
  version_number = tray_project_import.contacts.recorded_version
  path           = var.imported
}

output "release" {
  value = tray_project_import.contacts.exported.version
}

output "impact" {
  value = tray_project_import.contacts.impact.workflows
}

output "connector" {
  value = tray_connector.crm.name
}

output "service" {
  value = "${tray_custom_service.crm.unique_name}/${tray_custom_service.crm.version}"
}

output "authentication" {
  value = tray_authentication.crm.id
}

output "uses" {
  description = "What the workflows of the project use."
  value = {
    connectors      = data.tray_project_export.contacts.connectors
    services        = data.tray_project_export.contacts.services
    authentications = data.tray_project_export.contacts.authentications[*].export_id
  }
}

output "end_users" {
  value = { for external, user in tray_embedded_user.customer : external => { id = user.id, billed = !user.is_test_user } }
}
