data "tray_role_permissions" "all" {}

# What an auditor must know about the table: which cells are a guess.
output "assumed" {
  value = {
    for r in data.tray_role_permissions.all.roles :
    r.role_with_kind => [for p in r.permissions : p.title if p.mark == "assumed" && p.operations != ""]
  }
}

output "viewer" {
  value = data.tray_role_permissions.all.rights_by_role["Workspace Viewer"]
}
