terraform {
  required_providers {
    tray = { source = "tray-community/tray" }
  }
}
variable "room" { type = string }
variable "members" { type = map(string) }
resource "tray_workspace_members" "all" {
  workspace_id = var.room
  members      = var.members
}
