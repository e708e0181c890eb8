# terraform test: what the layout promises, on a sandbox of its own.

provider "tray" {
  sandbox = {
    path = ".promises.db"
    plan = "pro"
  }
}

run "builds_the_organization" {
  command = apply

  assert {
    condition     = length(tray_workspace.environment) == 2
    error_message = "A Pro account has three workspaces; one stays free."
  }

  assert {
    condition     = output.can_change_prod == ["lena@example.com", "tom@example.com"]
    error_message = "Only Lena and Tom can change prod."
  }

  assert {
    condition     = !contains(keys(tray_workspace_member.person), "prod/zoe@example.com")
    error_message = "Zoe does not get into prod at all."
  }
}

run "settles" {
  command = plan

  assert {
    condition     = alltrue([for m in values(tray_workspace_member.person) : m.status == "pending"])
    error_message = "Nobody has accepted an invitation yet."
  }
}
