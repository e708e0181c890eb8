# Invited by e-mail. The person picks a name; status goes from "invited" to "active".
resource "tray_user" "ana" {
  email             = "ana@example.com"
  organization_role = "Viewer"
}

# Made at once and without a mail, for organizations that sign in through SSO.
# When this leaves the configuration, the person stays as a Viewer.
resource "tray_user" "ben" {
  email             = "ben@example.com"
  name              = "Ben Okafor"
  organization_role = "Contributor"
  onboarding        = "create"
  on_destroy        = "demote"
}

output "waiting_for" {
  value = tray_user.ana.status == "active" ? null : "${tray_user.ana.email} until ${tray_user.ana.invite_expires_at}"
}
