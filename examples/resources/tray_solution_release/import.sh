terraform import tray_solution_release.notify Notify/1.0
