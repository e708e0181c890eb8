terraform import tray_custom_service.crm 'Sandbox/Acme CRM'
