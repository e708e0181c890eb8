# New organizations
# =================
#
# Where accounts are the environments (see accounts-as-environments), a new environment
# is a new organization. Whoever may open organizations, an operator, keeps the list of
# them here; what is in each is managed elsewhere, by that organization's own token and
# in a state of its own: see staging/, for one of them.
#
#   this folder   operator's token   dev, staging and prod exist, with their Owner
#   staging/      staging's token    a team is in it
#
# No live Tray has operators: there, ask Tray for the organizations, and adopt each with a
# token of its own. The rest of the layout stays as it is.
#
# Try it, without an account:
#
#   terraform init && terraform apply
#   terraform -chdir=staging init && terraform -chdir=staging apply
#
# or `terraform test`, which does the like and asserts what this text promises.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

# Over HTTP: base_url, and as token the third line that the sandbox command prints.
provider "tray" {
  sandbox = {
    operator = true
  }
}

variable "protected" {
  description = "Whether the organizations are protected from deletion. Real ones should be."
  type        = bool
  default     = false
}

locals {
  environments = {
    dev     = { plan = "team", sso = false }
    staging = { plan = "enterprise", sso = true }
    prod    = { plan = "enterprise", sso = true }
  }
}

resource "tray_organization" "environment" {
  for_each = local.environments

  name                = "Acme (${each.key})"
  owner_email         = "platform@acme.example"
  plan                = each.value.plan
  sso                 = each.value.sso
  embedded            = true
  deletion_protection = var.protected
}

# For the configurations of the organizations: ids, never tokens. The Owner signs in to
# make the first token.
output "organizations" {
  value = {
    for name, organization in tray_organization.environment : name => {
      id                 = organization.id
      name               = organization.name
      owner              = organization.owner_email
      workspace          = organization.organization_workspace_id
      embedded_workspace = organization.embedded_workspace_id
    }
  }
}
