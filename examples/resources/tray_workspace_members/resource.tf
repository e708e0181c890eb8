locals {
  people = {
    "ana@example.com"  = "Ana Silva"
    "ben@example.com"  = "Ben Okafor"
    "cleo@example.com" = "Cleo Park"
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

# Everybody in the workspace. Whoever is added elsewhere shows up in the next plan as
# somebody who is removed; API accounts and Admins of the organization are left alone.
resource "tray_workspace_members" "sales_prod" {
  workspace_id = tray_workspace.sales_prod.id

  members = {
    (tray_user.people["ana@example.com"].email)  = "Admin"
    (tray_user.people["ben@example.com"].email)  = "Contributor"
    (tray_user.people["cleo@example.com"].email) = "Viewer"
  }
}

output "left_alone" {
  value = tray_workspace_members.sales_prod.ignored
}
