data "tray_service_environments" "postgres" { service_name = "postgres" }

resource "tray_authentication" "warehouse" {
  name                   = "Data warehouse"
  service_environment_id = one(data.tray_service_environments.postgres.environments).id
  credentials_wo         = jsonencode({ user = "tray", password = "replace-me" })
  user_data_wo           = jsonencode({ host = "db.acme.example", database = "warehouse" })
}

# What Tray has now. Neither plan nor state holds it.
ephemeral "tray_authentication_credentials" "warehouse" {
  id = tray_authentication.warehouse.id
}

# The same login on the test database.
resource "tray_authentication" "test" {
  name                   = "Test database"
  service_environment_id = tray_authentication.warehouse.service_environment_id
  credentials_wo         = ephemeral.tray_authentication_credentials.warehouse.credentials
  user_data_wo           = jsonencode({ host = "test.acme.example", database = "warehouse" })
}
