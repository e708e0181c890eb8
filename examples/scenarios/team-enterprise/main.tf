# A dev and a prod workspace for each department
# ==============================================
#
# People build in sales-dev. What is ready is exported there and imported into
# sales-prod, where few can change anything. An authentication made in one workspace
# is not usable in another, so test credentials never meet live data.
#
# What this layout follows, from Tray's own advice on setting up an organization:
#
#   * Org Admin is for the people in IT who run the organization. An Org Admin sees
#     every workspace without being a member of it.
#   * Everybody else is an org Viewer. Rights come from workspaces, where an org
#     Viewer may well be an Admin.
#   * Nothing runs in production in the Organization workspace.
#
# Try it: `terraform init && terraform apply`. It needs no account: the sandbox below
# is a stand-in for Tray that keeps its data in a file. For your own organization, put
# your people into the tables, replace the sandbox by `region = "eu"` and set
# TRAY_API_TOKEN.
#
# Invited people have to accept first. Until then their memberships are "pending"; the
# first apply after they accepted completes them.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  sandbox = {}
}

# ---- The tables: who, where, as what ------------------------------------------------

locals {
  # Runs the organization. Two, so that one can be on holiday.
  it = ["ingrid@example.com", "isaac@example.com"]

  # The role of each person in each environment of the department. Leave an
  # environment out, and the person does not get in.
  departments = {
    sales = {
      "sofia@example.com" = { dev = "Admin", prod = "Admin" }
      "marco@example.com" = { dev = "Contributor", prod = "Viewer" }
      "yuki@example.com"  = { dev = "Contributor" }
    }
    marketing = {
      "maya@example.com" = { dev = "Admin", prod = "Admin" }
      "omar@example.com" = { dev = "Contributor", prod = "Viewer" }
      # Reports need numbers from sales: one person, two departments.
      "sofia@example.com" = { prod = "Viewer" }
    }
    hr = {
      "helena@example.com" = { dev = "Admin", prod = "Admin" }
      "petr@example.com"   = { dev = "Contributor", prod = "Viewer" }
    }
  }

  environments = {
    dev  = { purpose = "Where %s builds and tests. Nothing here is live.", tasks = 50000 }
    prod = { purpose = "What %s runs on. Changes come from the dev workspace.", tasks = 500000 }
  }
}

# ---- What follows from the tables ---------------------------------------------------
# Maps in locals, not toset([...]) inside for_each: Terraform plans those much faster.

locals {
  # "sales-dev" => { department, environment }
  workspaces = merge([
    for department in keys(local.departments) : {
      for environment in keys(local.environments) :
      "${department}-${environment}" => { department = department, environment = environment }
    }
  ]...)

  # "sales-dev/marco@example.com" => { workspace, email, role }
  memberships = merge(flatten([
    for department, people in local.departments : [
      for email, roles in people : {
        for environment, role in roles :
        "${department}-${environment}/${email}" => {
          workspace = "${department}-${environment}"
          email     = email
          role      = role
        }
      }
    ]
  ])...)

  # "marco@example.com" => organization role
  people = merge(
    { for email in distinct(values(local.memberships)[*].email) : email => "Viewer" },
    { for email in local.it : email => "Admin" },
  )
}

resource "tray_user" "person" {
  for_each = local.people

  email             = each.key
  organization_role = each.value
}

resource "tray_workspace" "department" {
  for_each = local.workspaces

  name               = each.key
  description        = format(local.environments[each.value.environment].purpose, each.value.department)
  monthly_task_limit = local.environments[each.value.environment].tasks
}

resource "tray_workspace_member" "person" {
  for_each = local.memberships

  workspace_id = tray_workspace.department[each.value.workspace].id
  email        = tray_user.person[each.value.email].email
  role         = each.value.role
}

output "invitations_open" {
  description = "People who have not accepted yet."
  value       = [for person in tray_user.person : person.email if person.status != "active"]
}

output "workspaces" {
  description = "What a pipeline needs to promote from dev to prod."
  value       = { for name, workspace in tray_workspace.department : name => workspace.id }
}
