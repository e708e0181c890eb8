import {
  to = tray_organization.acme
  identity = {
    id = "1c5e3f0a-6d5b-5c3e-9a4f-2b7d8e9f0a1b"
  }
}
