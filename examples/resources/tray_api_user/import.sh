terraform import tray_api_user.deployer 'Sales/Sales deployer'
