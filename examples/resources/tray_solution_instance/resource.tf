data "tray_workspaces" "embedded" {
  type = "Embedded"
}

resource "tray_project" "notify" {
  workspace_id  = one(data.tray_workspaces.embedded.workspaces).id
  name          = "Notify [prod]"
  force_destroy = true
}

resource "tray_project_import" "notify" {
  project_id = tray_project.notify.id
  export     = "${abspath(path.module)}/notify-1.0.json"
  config     = { channel = "prod" }
}

resource "tray_solution_release" "notify" {
  solution_id = tray_project_import.notify.solution_id
  content     = tray_project_import.notify.export_digest
}

resource "tray_embedded_user" "initech" {
  name             = "Initech"
  external_user_id = "customer-4711"
}

resource "tray_solution_instance" "initech" {
  user_id     = tray_embedded_user.initech.id
  solution_id = tray_solution_release.notify.solution_id
  name        = "Notify"

  config_values = {
    channel = jsonencode("#ops")
  }
}
