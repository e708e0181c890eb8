# What the folder acme-crm holds, packed by Tray's CDK.
resource "tray_connector" "crm" {
  name              = "acme-crm"
  version           = "1.0"
  source            = "${abspath(path.module)}/acme-crm.zip"
  share_with_emails = ["ana@acme.example", "ben@acme.example"]

  timeouts = {
    create = "45m"
  }
}
