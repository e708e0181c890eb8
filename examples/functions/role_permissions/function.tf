output "contributor" {
  value = provider::tray::role_permissions("Workspace Contributor").workspace
}
