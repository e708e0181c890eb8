import {
  to = tray_user.ana
  id = "ana@example.com" # or the user's id
}
