terraform import tray_service_environment.sandbox 'Sandbox/Acme CRM/Sandbox'
