terraform import tray_organization.acme Acme
