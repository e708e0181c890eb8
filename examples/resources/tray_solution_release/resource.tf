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
  content     = "1.0" # or tray_project_import.notify.export_digest
}
