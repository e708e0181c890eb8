terraform {
  required_providers {
    tray = { source = "tray-community/tray" }
  }
}

provider "tray" {
  sandbox = {}
  guardrails = {
    max_removals        = 20
    max_removal_percent = 100
  }
}

resource "tray_user" "person" {
  for_each          = local.people
  email             = each.key
  name              = each.value.name
  organization_role = try(each.value.role, "Viewer")
  onboarding        = "create"
}

resource "tray_user" "invited" {
  for_each          = local.invited
  email             = each.key
  organization_role = "Viewer"
}

resource "tray_workspace" "room" {
  for_each            = local.rooms
  name                = each.key
  description         = try(each.value.description, null)
  deletion_protection = try(each.value.protected, true)
}

resource "tray_workspace_member" "seat" {
  for_each     = local.seats
  workspace_id = tray_workspace.room[each.value.room].id
  email        = try(tray_user.person[each.value.email].email, tray_user.invited[each.value.email].email)
  role         = each.value.role
}

module "team" {
  source   = "./team"
  for_each = local.teams
  room     = tray_workspace.room[each.key].id
  members  = { for email, role in each.value : tray_user.person[email].email => role }
}

resource "tray_workspace_role_members" "finance_admins" {
  workspace_id = tray_workspace.room["finance"].id
  role         = "Admin"
  emails       = local.finance_admins
}

resource "tray_organization_settings" "this" {
  allow_workspace_admin_tokens = local.admin_tokens
}

check "finance_has_two_admins" {
  assert {
    condition     = length(local.finance_admins) >= 2
    error_message = "Finance has fewer than two Admins: ${join(", ", local.finance_admins)}."
  }
}

resource "tray_project" "billing" {
  workspace_id = tray_workspace.room["sales-prod"].id
  name         = "Billing"
}

resource "tray_project_import" "billing" {
  project_id            = tray_project.billing.id
  export                = "${abspath(path.module)}/exports/billing-${local.release}.json"
  authentications       = local.bindings
  config                = { api_url = "https://billing.example.com", batch_size = local.batch_size }
  max_removed_workflows = 1
  backup                = local.backup
}
