# What the folder acme-crm holds, packed by Tray's CDK. With service_name it would authenticate
# with a service of yours, as the guide shows; the zip names one of Tray's own.
resource "tray_connector" "crm" {
  name              = "acme-crm"
  version           = "1.0"
  source            = "${abspath(path.module)}/acme-crm.zip"
  share_with_emails = ["ana@acme.example", "ben@acme.example"]

  timeouts = {
    create = "45m"
  }
}
