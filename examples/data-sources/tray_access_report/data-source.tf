# Who can do what in the shared workspaces.
data "tray_access_report" "shared" {
  workspace_types = ["Shared"]
  formats         = ["markdown"]
}

# Nobody from outside manages a workspace.
data "tray_access_report" "guests" {
  outside_email_domains = ["example.com"]
  formats               = []
}

check "no_guest_manages_members" {
  assert {
    condition = alltrue([
      for r in data.tray_access_report.guests.entries : !provider::tray::can(r.role_with_kind, "members:manage")
    ])
    error_message = "Somebody from outside example.com manages the members of a workspace."
  }
}

output "review" {
  value = data.tray_access_report.shared.markdown
}
