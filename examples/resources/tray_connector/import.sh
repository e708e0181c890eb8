terraform import tray_connector.crm acme-crm/1.0
