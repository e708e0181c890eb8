data "tray_service_environments" "postgres" { service_name = "postgres" }

resource "tray_authentication" "warehouse" {
  name                   = "Data warehouse"
  service_name           = "postgres" # the plan checks the secrets against its schemas
  service_environment_id = one(data.tray_service_environments.postgres.environments).id

  credentials_wo = jsonencode({ user = "tray", password = var.warehouse_password })
  user_data_wo   = jsonencode({ host = "db.acme.example", database = "warehouse" })

  # Tray takes wrong credentials: this query tells whether they work.
  verify = {
    connector = "postgres"
    version   = "2.4"
    operation = "run_sql_query"
    input     = jsonencode({ query = "SELECT 1" })
  }
}

variable "warehouse_password" { # from a vault, as TF_VAR_warehouse_password; neither plan nor state holds it
  type      = string
  ephemeral = true
  default   = "replace-me"
}
