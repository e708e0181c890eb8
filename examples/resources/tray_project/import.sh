terraform import tray_project.billing Production/Billing
