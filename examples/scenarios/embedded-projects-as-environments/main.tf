# Embedded projects as environments
# =================================
#
# For up to five integrations, one account with Embedded can do without a second one: dev
# and prod are projects in its one Embedded workspace, told apart by their names. Custom
# services, OAuth apps and connectors serve both.
#
# Each project has a solution, and each solution its end users' instances. What is released
# is an export in exports/; which release an environment runs is one word in the table. The
# apply imports it, publishes the solution, and the instances follow.
#
# Both environments share one master token. Tray's advice is to tell solutions apart by
# tags. An import brings dev's tags into prod, so this layout goes by the solution's id
# instead: nothing of prod can end up on dev's solution.
#
# What stays shared, because Tray cannot separate it: people, authentications and tokens.
#
# Try it: `terraform init && terraform apply`, then change prod_release to "1.1"; or
# `terraform test`, which does that. Neither needs an account.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

# Live: replace sandbox by `region = "eu"`, `token` and `master_token`.
provider "tray" {
  sandbox = {
    organization = "Acme"
    owner_email  = "platform@acme.example"
    embedded     = true
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
    dev  = { release = "1.1", may_lose = 0 }
    prod = { release = var.prod_release, may_lose = var.prod_may_lose }
  }

  # Test end users are not billed, and their workflows may stop after 72 hours.
  end_users = {
    acme-dev      = { name = "Acme in development", environment = "dev", channel = "#dev" }
    customer-4711 = { name = "Initech", environment = "prod", channel = "#ops" }
    customer-4712 = { name = "Hooli", environment = "prod", channel = "#alerts" }
  }
}

# ---- What follows from the table ----------------------------------------------------

data "tray_workspaces" "embedded" {
  type = "Embedded"
}

resource "tray_project" "notify" {
  for_each = local.environments

  workspace_id  = one(data.tray_workspaces.embedded.workspaces).id
  name          = "Notify [${each.key}]"
  force_destroy = true # a sandbox: a real one keeps what it holds
}

resource "tray_project_import" "notify" {
  for_each = local.environments

  project_id            = tray_project.notify[each.key].id
  export                = "${abspath(path.module)}/exports/notify-${each.value.release}.json"
  config                = { channel = each.key }
  max_removed_workflows = each.value.may_lose
}

resource "tray_solution_release" "notify" {
  for_each = local.environments

  solution_id = tray_project_import.notify[each.key].solution_id
  content     = tray_project_import.notify[each.key].export_digest
}

resource "tray_embedded_user" "customer" {
  for_each = local.end_users

  name             = each.value.name
  external_user_id = each.key
  is_test_user     = each.value.environment != "prod"
}

resource "tray_solution_instance" "notify" {
  for_each = local.end_users

  user_id       = tray_embedded_user.customer[each.key].id
  solution_id   = tray_solution_release.notify[each.value.environment].solution_id
  name          = "Notify"
  config_values = { channel = jsonencode(each.value.channel) }
}

output "releases" {
  description = "What each environment runs."
  value       = { for name, import in tray_project_import.notify : name => import.exported.version }
}

output "impact" {
  description = "What the last promotion did, or the planned one does."
  value       = { for name, import in tray_project_import.notify : name => import.impact.workflows }
}

output "instances" {
  description = "Which solution each end user runs, and whether it is up to date."
  value = { for name, instance in tray_solution_instance.notify : name => {
    solution = instance.solution_id, enabled = instance.enabled, up_to_date = !instance.has_newer_release
  } }
}
