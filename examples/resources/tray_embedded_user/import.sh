terraform import tray_embedded_user.globex 'customer-4711'
