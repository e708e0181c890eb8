# terraform test: what the layout promises, on a sandbox of its own.

provider "tray" {
  sandbox = {
    path         = ".promises.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

run "builds_the_organization" {
  command = apply

  assert {
    condition     = output.embedded_workspace != null
    error_message = "Solutions need the Embedded workspace."
  }

  assert {
    condition     = length(distinct(flatten([for i in values(output.names) : values(i)[*].project]))) == 6
    error_message = "Two integrations in three environments are six projects with six names."
  }

  assert {
    condition     = alltrue([for i in values(output.names) : i.dev.test_end_users && !i.prod.test_end_users])
    error_message = "End users are test users outside prod."
  }
}

run "settles" {
  command = plan

  assert {
    condition     = alltrue([for person in values(tray_user.person) : person.status == "invited"])
    error_message = "Nobody has accepted an invitation yet."
  }
}
