# terraform test: what the layout promises, on a sandbox of its own.

provider "tray" {
  sandbox = {
    path     = ".promises.db"
    operator = true
  }
}

# It exists once the first run has created it.
provider "tray" {
  alias = "staging"
  sandbox = {
    path         = ".promises.db"
    organization = run.opens_three_organizations.organizations.staging.name
  }
}

run "opens_three_organizations" {
  command = apply

  assert {
    condition     = [for name in ["dev", "staging", "prod"] : output.organizations[name].name] == ["Acme (dev)", "Acme (staging)", "Acme (prod)"]
    error_message = "Each environment is an organization of its own."
  }

  assert {
    condition     = alltrue([for o in values(output.organizations) : o.owner == "platform@acme.example"])
    error_message = "Each has its Owner."
  }

  assert {
    condition     = alltrue([for o in values(tray_organization.environment) : !o.adopted])
    error_message = "They are created, not adopted."
  }

  assert {
    condition     = length(distinct(flatten([for o in values(output.organizations) : [o.id, o.workspace, o.embedded_workspace]]))) == 9
    error_message = "No organization has an id in common with another."
  }
}

run "puts_a_team_into_one" {
  command = apply

  module {
    source = "./team"
  }

  providers = {
    tray = tray.staging
  }

  variables {
    team = { "ada@acme.example" = "Admin", "bruno@acme.example" = "Contributor" }
  }

  assert {
    condition     = output.organization.name == "Acme (staging)" && output.organization.owner == "platform@acme.example"
    error_message = "The team is in staging."
  }

  assert {
    condition     = output.organization.people["ada@acme.example"] == "Admin" && length(output.organization.people) == 2
    error_message = "Everybody has the role of the table."
  }
}
