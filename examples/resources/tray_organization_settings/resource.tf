# An argument that is left out stays as it is in Tray.
resource "tray_organization_settings" "this" {
  alerting_workflow_id         = "0b9c4a52-7c1e-4f0d-8a57-3f1f6b7c2d10"
  allow_workspace_admin_tokens = false

  # Embedded organizations only.
  embedded_id       = "acme"
  config_wizard_css = ".wizard-header { background: #0b3d2e; }"
}
