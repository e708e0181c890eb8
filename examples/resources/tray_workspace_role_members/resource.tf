locals {
  people = {
    "ana@example.com" = "Ana Silva"
    "ben@example.com" = "Ben Okafor"
  }
}

resource "tray_user" "people" {
  for_each = local.people

  email             = each.key
  name              = each.value
  organization_role = "Viewer"
  onboarding        = "create"
}

resource "tray_workspace" "sales_prod" {
  name = "sales-prod"
}

# The Admins of the workspace, and nobody else. Who else is in it, with other roles, is
# up to the Admins, in Tray's UI.
resource "tray_workspace_role_members" "sales_prod_admins" {
  workspace_id = tray_workspace.sales_prod.id
  role         = "Admin"
  emails       = [for person in tray_user.people : person.email]
}
