import {
  to = tray_user.ana
  identity = {
    email = "ana@example.com"
  }
}
