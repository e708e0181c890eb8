data "tray_workspaces" "organization" { type = "Organization" }

resource "tray_custom_service" "crm" {
  workspace_id             = one(data.tray_workspaces.organization.workspaces).id
  name                     = "Acme CRM"
  authentication_type      = "oauth2client_credentials"
  token_url                = "https://crm.acme.example/oauth/token"
  client_id                = "tray"
  client_secret_wo         = var.client_secrets["production"]
  client_secret_wo_version = "2026-11" # another one sends the secret again
}

# Besides Production, which comes with the service, an app on the CRM's test system.
resource "tray_service_environment" "sandbox" {
  service_name     = tray_custom_service.crm.unique_name
  title            = "Sandbox"
  client_id        = "tray-sandbox"
  client_secret_wo = var.client_secrets["sandbox"]
}

variable "client_secrets" { # from a vault, as TF_VAR_client_secrets; neither plan nor state holds them
  type      = map(string)
  ephemeral = true
  default   = { production = "replace-me", sandbox = "replace-me-too" }
}
