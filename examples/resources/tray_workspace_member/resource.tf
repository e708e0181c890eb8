resource "tray_workspace" "sales_prod" {
  name = "sales-prod"
}

resource "tray_user" "ana" {
  email             = "ana@example.com"
  organization_role = "Viewer"
}

# By e-mail it works before Ana has accepted her invitation: the membership is
# "pending", and the first apply after she accepts completes it.
resource "tray_workspace_member" "ana_in_sales_prod" {
  workspace_id = tray_workspace.sales_prod.id
  email        = tray_user.ana.email
  role         = "Contributor"
}

# A guest, until the end of June 2030 (UTC). From then on the plan says that the access has
# ended, and takes the membership away.
resource "tray_user" "freya" {
  email             = "freya@guest.example"
  organization_role = "Viewer"
}

resource "tray_workspace_member" "freya_in_sales_prod" {
  workspace_id = tray_workspace.sales_prod.id
  email        = tray_user.freya.email
  role         = "Viewer"
  expires_at   = "2030-06-30"
}
