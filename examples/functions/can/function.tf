output "viewer_replays" {
  value = provider::tray::can("Workspace Viewer", "logs:replay") # false
}

output "admin_pays" {
  value = provider::tray::can("Organization Admin", "billing:manage") # false: the Owner does
}
