data "tray_workspaces" "shared" {
  type = "Shared"
}

output "shared_workspaces" {
  value = data.tray_workspaces.shared.workspaces[*].name
}
