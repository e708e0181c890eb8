locals {
  viewers = ["ann@acme.example", "ben@acme.example"]
}

resource "tray_user" "viewer" {
  for_each = toset(local.viewers)

  email             = each.key
  organization_role = "Viewer"
}

# terraform apply '-invoke=action.tray_resend_invite.viewer["ann@acme.example"]', or without the key to all.
# Whoever has come, or was invited a moment ago, is left alone.
action "tray_resend_invite" "viewer" {
  for_each = toset(local.viewers)

  config {
    email              = each.key
    unless_sent_within = "2d"
  }
}
