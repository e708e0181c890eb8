resource "tray_workspace" "sales" {
  name = "Sales"
}

resource "tray_api_user" "deployer" {
  workspace_id   = tray_workspace.sales.id
  name           = "Sales deployer"
  workspace_role = "Contributor"
}

# Made for this run, and revoked at its end. No state and no plan holds it.
ephemeral "tray_api_token" "run" {
  workspace_id = tray_api_user.deployer.workspace_id
  api_user_id  = tray_api_user.deployer.id
  name         = "terraform"
  valid_for    = "30m"
}

# A write-only argument takes it; so does a provider block.
resource "tray_custom_service" "mirror" {
  workspace_id             = tray_workspace.sales.id
  name                     = "Mirror"
  authentication_type      = "oauth2client_credentials"
  token_url                = "https://mirror.acme.example/token"
  client_id                = "tray"
  client_secret_wo         = ephemeral.tray_api_token.run.value
  client_secret_wo_version = "1"
}
