# Promotion
# =========
#
# Dev and prod are workspaces of one organization, and each has a project of its own. What
# is released is an export in exports/, committed with this configuration. Which release an
# environment runs is one word in the table below: a pull request that changes prod's shows,
# in its plan, which workflows are created, changed and removed there.
#
# Nobody edits an export. What differs between the environments, the address of the API here
# and authentications elsewhere, is in the table too.
#
# Try it: `terraform init && terraform apply`, then change prod_release to "1.1", and back
# again; or `terraform test`, which does that. Neither needs an account.

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
  }
}

variable "prod_release" {
  description = "The release that prod runs: a file in exports/."
  type        = string
  default     = "1.0"
}

variable "prod_may_lose" {
  description = "How many workflows the promotion to prod may remove."
  type        = number
  default     = 0
}

# ---- The table ----------------------------------------------------------------------

locals {
  environments = {
    dev  = { workspace = "Development", release = "1.1", api_url = "https://billing.dev.acme.example", batch_size = 10, may_lose = 0 }
    prod = { workspace = "Production", release = var.prod_release, api_url = "https://billing.acme.example", batch_size = 100, may_lose = var.prod_may_lose }
  }
}

# ---- What follows from the table ----------------------------------------------------

resource "tray_workspace" "environment" {
  for_each = local.environments

  name          = each.value.workspace
  force_destroy = true # a sandbox: a real one keeps what it holds
}

resource "tray_project" "billing" {
  for_each = local.environments

  workspace_id  = tray_workspace.environment[each.key].id
  name          = "Billing"
  force_destroy = true
}

resource "tray_project_import" "billing" {
  for_each = local.environments

  project_id = tray_project.billing[each.key].id
  export     = "${abspath(path.module)}/exports/billing-${each.value.release}.json"

  config = {
    api_url    = each.value.api_url
    batch_size = each.value.batch_size
  }

  max_removed_workflows = each.value.may_lose
  record_version        = true # what somebody saves in Tray's UI afterwards shows as drift
}

output "releases" {
  description = "What each environment runs."
  value       = { for name, import in tray_project_import.billing : name => import.exported.version }
}

output "impact" {
  description = "What the last promotion did, or the planned one does."
  value       = { for name, import in tray_project_import.billing : name => import.impact.workflows }
}
