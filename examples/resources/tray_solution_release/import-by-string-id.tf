import {
  to = tray_solution_release.notify
  id = "Notify/1.0" # <solution>/<content>, the solution by its title or its id
}
