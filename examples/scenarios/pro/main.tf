# A small company: one dev and one prod workspace
# ===============================================
#
# A Pro account has three shared workspaces. Two are for work: everybody builds in dev,
# and few can change prod. The third stays free for the API user that runs Terraform.
#
# What this layout cannot do, because Tray cannot: give a person different roles in two
# projects of one workspace, or keep an authentication from a project beside it.
#
# Try it: `terraform init && terraform apply`, or `terraform test`, which asserts what
# this text promises. Neither needs an account.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  sandbox = {
    plan = "pro"
  }
}

# ---- The table ----------------------------------------------------------------------

locals {
  people = {
    "lena@example.com" = { dev = "Admin", prod = "Admin" }
    "tom@example.com"  = { dev = "Contributor", prod = "Contributor" }
    "ravi@example.com" = { dev = "Contributor", prod = "Viewer" }
    "zoe@example.com"  = { dev = "Viewer" }
  }

  workspaces = {
    dev  = "All projects, while they are being built."
    prod = "All projects, as they run. Imported from dev."
  }
}

# ---- What follows from the table ----------------------------------------------------

locals {
  # "prod/ravi@example.com" => { workspace, email, role }
  memberships = merge([
    for email, roles in local.people : {
      for workspace, role in roles : "${workspace}/${email}" => { workspace = workspace, email = email, role = role }
    }
  ]...)
}

resource "tray_user" "person" {
  for_each = local.people

  email             = each.key
  organization_role = "Viewer"
}

resource "tray_workspace" "environment" {
  for_each = local.workspaces

  name        = each.key
  description = each.value
}

resource "tray_workspace_member" "person" {
  for_each = local.memberships

  workspace_id = tray_workspace.environment[each.value.workspace].id
  email        = tray_user.person[each.value.email].email
  role         = each.value.role
}

output "can_change_prod" {
  description = "Who can change what runs."
  value       = [for email, roles in local.people : email if contains(["Admin", "Contributor"], lookup(roles, "prod", "none"))]
}
