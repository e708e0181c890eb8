# Embedded accounts as environments
# =================================
#
# Solutions are built in the Embedded workspace, and an account has one. So with Embedded,
# dev and prod are accounts, which are organizations, of their own: each with its tokens,
# its connectors, its authentications and its end users. A project that works in dev is
# exported there and imported into prod.
#
# What an export names is what dev had: its connector is acme-crm, as dev's connectors begin
# with acme, and prod's with globex. The custom service behind it has a name that Tray made
# up, another in each account, and an authentication is in no other account. Tray's own
# advice for that is to edit the exported JSON. Here nobody edits it: each account has its
# own connector, service and authentication, the table below says what the exports call
# them, and the plan shows which workflows the promotion creates, changes and removes.
#
# End users are per account too. Those of dev are test users, whom Tray does not bill.
#
# Try it: `terraform init && terraform apply`, then change prod_release to "1.1"; or
# `terraform test`, which does that and asserts what this text promises. Neither needs an
# account.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "data" {
  description = "Folder for the two sandboxes."
  type        = string
  default     = "."
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

variable "crm_keys" { # from a vault, as TF_VAR_crm_keys; neither plan nor state holds it
  description = "What each account's authentication sends to the CRM."
  type        = object({ dev = string, prod = string })
  ephemeral   = true
  default     = { dev = "replace-me", prod = "replace-me-too" }
}

# Live: replace sandbox by `region = "eu"`, `token = var.dev_token` and
# `master_token = var.dev_master_token`. Each account has both tokens of its own. Whose token
# it is says where the authentication is, and only the project's own workspace will do: give
# an API user's of the Embedded workspace. In a sandbox the Owner is whom the provider acts
# as, and with Embedded the Owner's authentications are there; sandbox.token is another's.
provider "tray" {
  alias = "dev"
  sandbox = {
    path         = "${var.data}/.tray-dev.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

provider "tray" {
  alias = "prod"
  sandbox = {
    path         = "${var.data}/.tray-prod.db"
    organization = "Globex"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

# ---- The table ----------------------------------------------------------------------

locals {
  # What the exports in exports/ name: whatever dev called it when they were made.
  exported = { connector = "acme-crm/1.0", service = "KqzvhTrwPlmBxde_acme-crm/1", authentication = "Contacts" }

  accounts = {
    dev = {
      connector = "acme-crm", instance = "acme-dev", release = "1.1", may_lose = 0
      config    = { region = "dev", batch_size = "10" }
      end_users = { acme-dev = { name = "Acme in development", test = true } }
    }
    prod = {
      connector = "globex-acme-crm", instance = "globex", release = var.prod_release, may_lose = var.prod_may_lose
      config    = { region = "eu", batch_size = "500" }
      end_users = {
        customer-4711 = { name = "Initech", test = false }
        customer-4712 = { name = "Hooli", test = false }
      }
    }
  }
}

# ---- What follows from the table ----------------------------------------------------

module "dev" {
  source    = "./account"
  providers = { tray = tray.dev }
  files     = abspath(path.module)
  exported  = local.exported
  account   = local.accounts.dev
  key       = var.crm_keys.dev
  imported  = "${abspath(var.data)}/.tray-dev.imported.json"
}

module "prod" {
  source    = "./account"
  providers = { tray = tray.prod }
  files     = abspath(path.module)
  exported  = local.exported
  account   = local.accounts.prod
  key       = var.crm_keys.prod
  imported  = "${abspath(var.data)}/.tray-prod.imported.json"
}

output "accounts" {
  description = "What each account runs, with which connector, for whom."
  value       = { dev = module.dev, prod = module.prod }
}
