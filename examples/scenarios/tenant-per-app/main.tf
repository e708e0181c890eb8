# A tenant for each application
# =============================
#
# Foothold has three project teams and wants each application kept apart: its own
# configuration, its own credentials, its own people. The tenant of an application is
# a shared workspace, and being let into the tenant is a membership of it.
#
#   Application  Tenant     Access granted as  Project team
#   Alpha        app-alpha  tenant-alpha       Priya, Aiden, Cassidy
#   Beta         app-beta   tenant-beta        Gabriela, Franz, Blake
#   Gamma        app-gamma  tenant-gamma       Quinn, Sai, Cassidy
#
# Shannon Singh is Organization Admin and needs no membership: an Org Admin reaches
# every workspace. Cassidy works on two applications and gets two memberships. All
# others see the tenant of their own application and no other.
#
# The Owner, who signed up for the account, is one person per organization and is not
# managed here: Tray lets nobody give or take that role through its API.
#
# A new application is one entry in `tenants`. Where that would become many, give each
# team a tenant instead: the same code, with the teams as keys.
#
# Try it: `terraform init && terraform apply`. It needs no account: the sandbox below
# is a stand-in for Tray that keeps its data in a file. For your own organization,
# replace it by `region = "us"` and set TRAY_API_TOKEN.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  sandbox = {
    organization = "Foothold"
    owner_email  = "owner@foothold.example"
  }
}

# ---- The tables ---------------------------------------------------------------------

locals {
  admins = {
    shannon = "shannon.singh@foothold.example"
  }

  developers = {
    priya    = "priya@foothold.example"
    aiden    = "aiden@foothold.example"
    cassidy  = "cassidy@foothold.example"
    gabriela = "gabriela@foothold.example"
    franz    = "franz@foothold.example"
    blake    = "blake@foothold.example"
    quinn    = "quinn@foothold.example"
    sai      = "sai@foothold.example"
  }

  tenants = {
    app-alpha = { application = "Alpha", access = "tenant-alpha", team = ["priya", "aiden", "cassidy"] }
    app-beta  = { application = "Beta", access = "tenant-beta", team = ["gabriela", "franz", "blake"] }
    app-gamma = { application = "Gamma", access = "tenant-gamma", team = ["quinn", "sai", "cassidy"] }
  }
}

# ---- What follows from the tables ---------------------------------------------------

locals {
  # "tenant-alpha/priya" => { tenant, person }
  access = merge([
    for tenant, t in local.tenants : {
      for person in t.team : "${t.access}/${person}" => { tenant = tenant, person = person }
    }
  ]...)
}

resource "tray_user" "admin" {
  for_each = local.admins

  email             = each.value
  organization_role = "Admin"
}

resource "tray_user" "developer" {
  for_each = local.developers

  email             = each.value
  organization_role = "Viewer"
}

resource "tray_workspace" "tenant" {
  for_each = local.tenants

  name        = each.key
  description = "The tenant of ${each.value.application}."
}

resource "tray_workspace_member" "access" {
  for_each = local.access

  workspace_id = tray_workspace.tenant[each.value.tenant].id
  email        = tray_user.developer[each.value.person].email
  role         = "Contributor"
}

output "tenants" {
  description = "Who gets into which tenant."
  value = {
    for tenant, t in local.tenants : tenant => [for person in t.team : local.developers[person]]
  }
}
