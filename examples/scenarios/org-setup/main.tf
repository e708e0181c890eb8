# Setting up an organization as Tray advises
# ==========================================
#
#   * The Owner is an identified person in IT or business operations.
#   * Few Admins: an organization Admin reaches every workspace, personal ones included.
#   * Everybody else is an organization Viewer; Contributor is the exception, and named.
#   * Nothing runs in production in the Organization workspace. Work happens in shared
#     workspaces, where a Viewer of the organization may well be an Admin.
#
# The check blocks hold these rules against the organization as it is, people included
# whom Terraform does not manage, at every plan.
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
    owner_email = "it-owner@example.com"
  }
}

# ---- The tables ---------------------------------------------------------------------

locals {
  owner = "it-owner@example.com"

  admins       = { "ines@example.com" = "IT", "abel@example.com" = "business operations" }
  contributors = { "cora@example.com" = "keeps the custom services that all workspaces use" }

  # Work, by how it is cut here: departments and one project.
  workspaces = {
    finance = { "fay@example.com" = "Admin", "fred@example.com" = "Contributor" }
    support = { "sam@example.com" = "Admin", "fay@example.com" = "Viewer" }
    crm-etl = { "cora@example.com" = "Admin", "eli@example.com" = "Contributor" }
  }
}

# ---- What follows from the tables ---------------------------------------------------

locals {
  members = merge([
    for workspace, people in local.workspaces : {
      for email, role in people : "${workspace}/${email}" => { workspace = workspace, email = email, role = role }
    }
  ]...)

  organization_roles = merge(
    { for m in values(local.members) : m.email => "Viewer"... },
    { for email, why in local.contributors : email => ["Contributor"] },
    { for email, why in local.admins : email => ["Admin"] },
  )
}

resource "tray_user" "person" {
  for_each = local.organization_roles

  email             = each.key
  organization_role = each.value[0]
}

resource "tray_workspace" "shared" {
  for_each = local.workspaces

  name = each.key
}

resource "tray_workspace_member" "person" {
  for_each = local.members

  workspace_id = tray_workspace.shared[each.value.workspace].id
  email        = tray_user.person[each.value.email].email
  role         = each.value.role
}

# ---- The advice, held against the organization as it is -----------------------------

data "tray_users" "admins" {
  organization_role = "Admin"
}

data "tray_users" "contributors" {
  organization_role = "Contributor"
}

check "few_admins" {
  assert {
    condition     = length(setsubtract(data.tray_users.admins.emails, keys(local.admins))) == 0
    error_message = "Organization Admins that are not in the table: ${join(", ", setsubtract(data.tray_users.admins.emails, keys(local.admins)))}."
  }
}

check "viewer_by_default" {
  assert {
    condition     = length(setsubtract(data.tray_users.contributors.emails, keys(local.contributors))) == 0
    error_message = "Organization Contributors without a reason in the table: ${join(", ", setsubtract(data.tray_users.contributors.emails, keys(local.contributors)))}."
  }
}

data "tray_user" "owner" {
  email = local.owner
}

check "the_owner_is_known" {
  assert {
    condition     = data.tray_user.owner.organization_role == "Owner"
    error_message = "The organization's Owner is not ${local.owner} any more."
  }
}

output "why" {
  description = "Everybody with more than a Viewer's rights in the organization, and why."
  value       = merge(local.admins, local.contributors, { (local.owner) = "Owner" })
}
