# In the Organization workspace it serves every workspace.
data "tray_workspaces" "organization" { type = "Organization" }

variable "crm_client_secret" { # from a vault, as TF_VAR_crm_client_secret; neither plan nor state holds it
  type      = string
  ephemeral = true
  default   = "replace-me"
}

resource "tray_custom_service" "crm" {
  workspace_id        = one(data.tray_workspaces.organization.workspaces).id
  name                = "Acme CRM"
  description         = "The CRM of Acme, for the connector acme-crm"
  authentication_type = "oauth2"
  authorization_url   = "https://{{host}}/oauth/authorize"
  token_url           = "https://{{host}}/oauth/token"
  client_id           = "tray"
  client_secret_wo    = var.crm_client_secret
  scopes = {
    "contacts.read"  = "Read contacts"
    "contacts.write" = "Create and change contacts"
  }
  user_data_schema = jsonencode({
    type     = "object"
    required = ["host"]
    properties = {
      host = { type = "string", title = "Host, such as acme.crm.example" }
    }
  })
}

# Token-based: what people enter is all there is.
resource "tray_custom_service" "warehouse" {
  workspace_id        = one(data.tray_workspaces.organization.workspaces).id
  name                = "Warehouse"
  authentication_type = "token"
  credentials_schema = jsonencode({
    type       = "object"
    required   = ["api_key"]
    properties = { api_key = { type = "string", title = "API key" } }
  })
}

output "service_of_connector_json" {
  value = { name = tray_custom_service.crm.unique_name, version = tostring(tray_custom_service.crm.version) }
}
