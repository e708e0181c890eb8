locals {
  names = ["ana", "ben", "cleo", "dan", "eva", "finn", "gus", "hana", "jana", "omar", "pia", "quin"]
  people = merge({ for n in local.names : "${n}@example.com" => { name = title(n) } }, {
    "kim@example.com"  = { name = "Kim" }
    "eva@example.com"  = { name = "Eva", role = "Contributor" }
    "cleo@example.com" = { name = "Cleo", role = "Admin" }
  })
  invited = toset(["lee@example.com", "mia@example.com", "rosa@example.com"])
  rooms = {
    sales-prod = { description = "Quotes, orders and returns" }
    sales-test = {}
    finance    = { protected = false }
    archive    = {}
    ops        = {}
    support    = {}
    lab        = {}
  }
  seats = { for s in [
    { room = "ops", email = "ana@example.com", role = "Contributor" },
    { room = "ops", email = "cleo@example.com", role = "Admin" },
    { room = "ops", email = "lee@example.com", role = "Viewer" },
    { room = "ops", email = "rosa@example.com", role = "Viewer" },
    { room = "ops", email = "dan@example.com", role = "Viewer" },
    { room = "ops", email = "omar@example.com", role = "Contributor" },
    { room = "support", email = "eva@example.com", role = "Admin" },
    { room = "support", email = "pia@example.com", role = "Viewer" },
    { room = "sales-test", email = "kim@example.com", role = "Admin" },
    { room = "support", email = "finn@example.com", role = "Contributor" },
    { room = "archive", email = "gus@example.com", role = "Contributor" },
  ] : "${s.room}/${s.email}" => s }
  teams = {
    sales-prod = { "ana@example.com" = "Admin", "ben@example.com" = "Admin", "finn@example.com" = "Viewer", "hana@example.com" = "Contributor", "omar@example.com" = "Viewer", "pia@example.com" = "Viewer", "quin@example.com" = "Viewer" }
    lab        = { "dan@example.com" = "Admin", "quin@example.com" = "Contributor" }
  }
  finance_admins = ["gus@example.com"]
  admin_tokens   = true
  release        = "1.4"
  batch_size     = 500
  bindings       = { "Warehouse (dev)" = tray_authentication.warehouse.id }
  backup         = { path = "${abspath(path.module)}/before-1.4.json", create_version = true }
}
moved {
  from = tray_workspace.room["sales-dev"]
  to   = tray_workspace.room["sales-test"]
}
moved {
  from = tray_workspace_member.seat["sales-dev/kim@example.com"]
  to   = tray_workspace_member.seat["sales-test/kim@example.com"]
}
moved {
  from = tray_workspace_member.seat["ops/kim@example.com"]
  to   = tray_workspace_member.kim_in_ops
}
removed {
  from = tray_workspace_member.kept
  lifecycle {
    destroy = false
  }
}
import {
  to = tray_workspace.imported
  id = "warehouse"
}
resource "tray_workspace" "imported" {
  name = "warehouse"
}
resource "tray_workspace_member" "zoe" {
  workspace_id = tray_workspace.room["ops"].id
  user_id      = data.tray_user.zoe.id
  role         = "Viewer"
}
resource "tray_workspace_member" "kim_in_ops" {
  workspace_id = tray_workspace.room["ops"].id
  email        = "kim@example.com"
  role         = "Admin"
}
resource "tray_workspace_role_members" "finance_viewers" {
  workspace_id       = tray_workspace.room["finance"].id
  role               = "Viewer"
  emails             = ["hana@example.com"]
  overwrite_existing = true
}
data "tray_user" "zoe" {
  email = "zoe@example.com"
}
resource "terraform_data" "stamp" {
  input = "x"
}
resource "tray_connector" "crm" {
  name              = "acme-crm"
  version           = "1.0"
  source            = "${abspath(path.module)}/acme-crm.zip"
  share_with_emails = ["ana@example.com"]
}
import {
  to = tray_authentication.warehouse
  id = "sales-prod/Warehouse (prod)"
}
data "tray_service_environments" "postgres" {
  service_name = "postgres"
}

resource "tray_authentication" "warehouse" {
  name                   = "Warehouse (prod)"
  service_environment_id = one(data.tray_service_environments.postgres.environments).id
  credentials_wo         = jsonencode({ user = "tray", password = var.warehouse_password })
  user_data_wo           = jsonencode({ host = "db.example.com", database = "warehouse" })
}

variable "warehouse_password" {
  type      = string
  ephemeral = true
  default   = "made-up"
}
