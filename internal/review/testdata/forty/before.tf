locals {
  names   = ["ana", "ben", "cleo", "dan", "eva", "finn", "gus", "hana", "ivo", "jana"]
  people  = merge({ for n in local.names : "${n}@example.com" => { name = title(n) } }, { "kim@example.com" = { name = "Kim", role = "Admin" } })
  invited = toset(["lee@example.com", "mia@example.com", "noor@example.com"])
  rooms = {
    sales-prod = { description = "Quotes and orders" }
    sales-dev  = {}
    finance    = {}
    old-lab    = { protected = false }
    archive    = {}
    ops        = {}
  }
  seats = { for s in [
    { room = "ops", email = "ana@example.com", role = "Viewer" },
    { room = "ops", email = "ben@example.com", role = "Contributor" },
    { room = "ops", email = "cleo@example.com", role = "Admin" },
    { room = "ops", email = "lee@example.com", role = "Viewer" },
    { room = "ops", email = "mia@example.com", role = "Contributor" },
    { room = "old-lab", email = "dan@example.com", role = "Admin" },
    { room = "archive", email = "eva@example.com", role = "Viewer" },
    { room = "sales-dev", email = "kim@example.com", role = "Admin" },
    { room = "ops", email = "kim@example.com", role = "Admin" },
    { room = "archive", email = "gus@example.com", role = "Admin" },
  ] : "${s.room}/${s.email}" => s }
  teams = {
    sales-prod = { "ana@example.com" = "Admin", "ben@example.com" = "Contributor", "finn@example.com" = "Viewer", "hana@example.com" = "Viewer", "ivo@example.com" = "Contributor", "jana@example.com" = "Viewer" }
  }
  finance_admins = ["gus@example.com", "hana@example.com"]
  admin_tokens   = false
  release        = "1.3"
  batch_size     = 100
  bindings       = null
  backup         = null
}
resource "tray_workspace_member" "kept" {
  workspace_id = tray_workspace.room["archive"].id
  email        = tray_user.person["hana@example.com"].email
  role         = "Viewer"
}
