terraform import tray_api_token.scanner 'Sales/Sales deployer/scanner'
