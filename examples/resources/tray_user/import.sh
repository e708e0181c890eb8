terraform import tray_user.ana ana@example.com
