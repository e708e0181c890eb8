resource "tray_workspace" "sales" {
  name = "Sales"
}

# Its tokens deploy to this workspace, and see no other one.
resource "tray_api_user" "deployer" {
  workspace_id   = tray_workspace.sales.id
  name           = "Sales deployer"
  workspace_role = "Contributor"
}

# Its tokens run Terraform for the whole organization.
resource "tray_api_user" "terraform" {
  workspace_id      = tray_workspace.sales.id
  name              = "Terraform"
  workspace_role    = "Admin"
  organization_role = "Admin"
}
