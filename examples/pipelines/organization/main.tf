# People and workspaces
# =====================
#
# What a pipeline applies: people in people.yaml, workspaces and who is in them here. Copy
# this folder to the root of a repository, beside the files of ../github or ../gitlab, which
# bring the state's backend and the pipeline, and the folder ../../policy.

terraform {
  required_version = ">= 1.11"

  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "snapshot" {
  description = "File to plan by instead of a live organization, for those who have no token."
  type        = string
  default     = null
}

# The token comes from TRAY_API_TOKEN, which only jobs of the pipeline have.
provider "tray" {
  sandbox = var.snapshot == null ? null : { path = var.snapshot, read_only = true }

  guardrails = {
    max_removals = 10
  }
}

locals {
  people = yamldecode(file("${path.module}/people.yaml"))

  workspaces = toset(flatten([for person in local.people : keys(person.workspaces)]))
}

resource "tray_user" "person" {
  for_each          = local.people
  email             = each.key
  organization_role = each.value.role
}

resource "tray_workspace" "room" {
  for_each = local.workspaces
  name     = each.key
}

resource "tray_workspace_members" "in" {
  for_each     = local.workspaces
  workspace_id = tray_workspace.room[each.key].id

  members = {
    for email, person in local.people : tray_user.person[email].email => person.workspaces[each.key]
    if contains(keys(person.workspaces), each.key)
  }
}
