terraform import tray_authentication.warehouse 'Olivia Owner/Data warehouse'
