terraform import tray_project_version.release Development/Billing/1.0
