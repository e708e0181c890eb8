# Projects as environments
# ========================
#
# For a handful of integrations, an Embedded organization can do without a second one:
# dev, staging and prod are projects in the one Embedded workspace, told apart by their
# names. It is simpler for custom services, OAuth apps and connectors, which all
# environments share. What it cannot do, because Tray cannot: keep people, authentications
# or end users of one environment out of another, or have a token for each.
#
# So all there is to manage is who is in the organization, and the convention. This
# layout keeps the convention in one place, `names`, for people and pipelines to read:
# a project or an authentication is called "<integration> [<environment>]", and its
# solution carries the environment as a tag.
#
# Try it: `terraform init && terraform apply`, or `terraform test`, which asserts what
# this text promises. Neither needs an account.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  sandbox = {
    organization = "Acme"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

# ---- The tables ---------------------------------------------------------------------

locals {
  environments = ["dev", "staging", "prod"]

  # At most five: with more, accounts as environments are the better layout.
  integrations = {
    crm-sync  = { owner = "ada@acme.example" }
    invoicing = { owner = "bruno@acme.example" }
  }

  # Everybody sees every environment, so there is one role for all of them.
  people = {
    "ada@acme.example"   = "Admin"
    "bruno@acme.example" = "Contributor"
    "chloe@acme.example" = "Viewer"
  }
}

# ---- What follows from the tables ---------------------------------------------------

locals {
  names = {
    for integration in keys(local.integrations) : integration => {
      for environment in local.environments : environment => {
        project        = "${integration} [${environment}]"
        authentication = "${integration} [${environment}]"
        solution_tag   = environment
        test_end_users = environment != "prod" # test end users are not billed
      }
    }
  }
}

data "tray_workspaces" "embedded" {
  type = "Embedded"
}

resource "tray_user" "person" {
  for_each = local.people

  email             = each.key
  organization_role = each.value
}

check "few_integrations" {
  assert {
    condition     = length(local.integrations) <= 5
    error_message = "More than five integrations: use accounts as environments."
  }
}

check "owners_can_build" {
  assert {
    condition     = alltrue([for i in values(local.integrations) : contains(["Admin", "Contributor"], lookup(local.people, i.owner, "nobody"))])
    error_message = "The owner of an integration must be able to change projects."
  }
}

output "names" {
  description = "How things are called, for people and pipelines."
  value       = local.names
}

output "embedded_workspace" {
  value = one(data.tray_workspaces.embedded.workspaces[*].id)
}
