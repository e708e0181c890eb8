resource "tray_embedded_user" "globex" {
  name             = "Globex"
  external_user_id = "customer-4711"
}

# Made for this run, valid for two days. No state and no plan holds it.
ephemeral "tray_embedded_user_token" "globex" {
  user_id = tray_embedded_user.globex.id
}

data "tray_workspaces" "organization" {
  type = "Organization"
}

# A write-only argument takes it.
resource "tray_custom_service" "mirror" {
  workspace_id             = one(data.tray_workspaces.organization.workspaces).id
  name                     = "Mirror"
  authentication_type      = "oauth2client_credentials"
  token_url                = "https://mirror.acme.example/token"
  client_id                = "tray"
  client_secret_wo         = ephemeral.tray_embedded_user_token.globex.value
  client_secret_wo_version = "1"
}
