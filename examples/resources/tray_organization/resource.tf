# The name is managed; the rest is what this configuration counts on, checked in the plan.
resource "tray_organization" "acme" {
  name        = "Acme"
  owner_email = "it-owner@example.com"
  plan        = "enterprise"
  sso         = true
}
