# One account: its connector, its end users, and the project that is promoted into it.

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
  description = "The connector as the exports name it."
  type        = object({ connector = string, version = string })
}

variable "account" {
  description = "A row of the table."
  type = object({
    connector = string, release = string, may_lose = number, config = map(string)
    end_users = map(object({ name = string, test = bool }))
  })
}

data "tray_workspaces" "embedded" {
  type = "Embedded"
}

resource "tray_connector" "crm" {
  name    = var.account.connector
  version = "1.0"
  source  = "${var.files}/connectors/${var.account.connector}-1.0.zip"
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

  # Exported as dev calls it, imported as this account does.
  connectors = {
    "${var.exported.connector}/${var.exported.version}" = "${tray_connector.crm.name}/${tray_connector.crm.version}"
  }

  config                = var.account.config
  max_removed_workflows = var.account.may_lose
  depends_on            = [tray_connector.crm]
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

output "end_users" {
  value = { for external, user in tray_embedded_user.customer : external => { id = user.id, billed = !user.is_test_user } }
}
