import {
  to = tray_project_version.release
  id = "Development/Billing/1.0" # <workspace>/<project>/<version number>, or <project id>/<version number>
}
