# terraform test: what the layout promises, on a sandbox of its own.

provider "tray" {
  sandbox = {
    path         = ".promises.db"
    organization = "Foothold"
    owner_email  = "owner@foothold.example"
  }
}

run "builds_the_organization" {
  command = apply

  assert {
    condition     = length(tray_workspace.team) == 3
    error_message = "Foothold has three teams, so three tenants."
  }

  assert {
    condition     = output.teams_of["cassidy"] == ["nebula", "wormhole"]
    error_message = "Cassidy works in two teams."
  }

  assert {
    condition     = alltrue([for team in keys(local.teams) : length([for s in values(local.seats) : s if s.team == team && s.role == "Admin"]) == 1])
    error_message = "Each team has exactly one lead."
  }

  assert {
    condition     = alltrue([for person in values(tray_user.person) : person.organization_role == "Viewer"])
    error_message = "Nobody but Shannon has rights in the organization as a whole."
  }
}

run "settles" {
  command = plan

  assert {
    condition     = alltrue([for seat in values(tray_workspace_member.seat) : seat.status == "pending"])
    error_message = "Nobody has accepted an invitation yet."
  }
}
