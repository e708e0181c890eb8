# Who is Admin where, as one resource for each workspace.
list "tray_workspace_role_members" "admins" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise

  config {
    role = "Admin"
  }
}
