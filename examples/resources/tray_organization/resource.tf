# Adopted, with a token of the organization. The name is managed; the rest is what this
# configuration counts on, checked in the plan.
resource "tray_organization" "acme" {
  name        = "Acme"
  owner_email = "it-owner@example.com"
  plan        = "enterprise"
  sso         = true
}

# Created, with an operator's token. The sandbox has operators, a live Tray has none.
provider "tray" {
  alias   = "operator"
  sandbox = { operator = true }
}

resource "tray_organization" "staging" {
  provider = tray.operator

  name        = "Acme (staging)"
  owner_email = "platform@acme.example"
  plan        = "enterprise"
  embedded    = true
}
