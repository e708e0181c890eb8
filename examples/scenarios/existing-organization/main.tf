# An existing organization, under Terraform: the tables are in layout.auto.tfvars.json,
# which inventory/ writes once and people edit from then on.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  region = "eu"
}

variable "layout" {
  description = "Who is in the organization, and who is in which shared workspace."
  type = object({
    people = map(string) # e-mail => organization role
    workspaces = map(object({
      id                 = optional(string) # of a workspace that was there before; for its import
      description        = optional(string)
      monthly_task_limit = optional(number)
      members            = map(string) # e-mail => role
    }))
  })
}

locals {
  # What is in the tables since the inventory. Take the import blocks out once they are applied.
  found = { for name, w in var.layout.workspaces : name => w.id if w.id != null }
}

import {
  for_each = var.layout.people
  to       = tray_user.person[each.key]
  id       = each.key
}

import {
  for_each = local.found
  to       = tray_workspace.shared[each.key]
  id       = each.value
}

import {
  for_each = local.found
  to       = tray_workspace_members.in[each.key]
  id       = each.value
}

resource "tray_user" "person" {
  for_each          = var.layout.people
  email             = each.key
  organization_role = each.value
}

resource "tray_workspace" "shared" {
  for_each           = var.layout.workspaces
  name               = each.key
  description        = each.value.description
  monthly_task_limit = each.value.monthly_task_limit
}

resource "tray_workspace_members" "in" {
  for_each     = var.layout.workspaces
  workspace_id = tray_workspace.shared[each.key].id
  members      = each.value.members
}

# The proof, in this plan and in every later one: nobody and nothing is there that the
# tables do not name.
# (The data source is not inside the check: Terraform reads such a one again in each
# apply, and no plan would ever be empty.)
data "tray_unmanaged" "rest" {
  users       = keys(var.layout.people)
  workspaces  = keys(var.layout.workspaces)
  memberships = { for name, w in var.layout.workspaces : name => keys(w.members) }
}

check "everything_is_in_the_tables" {
  assert {
    condition = data.tray_unmanaged.rest.total == 0
    error_message = join("\n", concat(
      ["Not in the tables:"],
      [for u in data.tray_unmanaged.rest.unmanaged_users : "- ${u.email}, ${u.organization_role} of the organization"],
      [for w in data.tray_unmanaged.rest.unmanaged_workspaces : "- the workspace ${w.name}"],
      [for m in data.tray_unmanaged.rest.unmanaged_memberships : "- ${m.email}, ${m.role} in ${m.workspace_name}"],
    ))
  }
}
