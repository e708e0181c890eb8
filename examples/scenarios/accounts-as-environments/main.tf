# Accounts as environments
# ========================
#
# The usual way for Embedded: Solutions can only be built in the Embedded workspace, and
# an organization has one. So dev, staging and prod are organizations of their own, each
# with its users, its authentications, its end users and its token. What works in one is
# exported there and imported into the next.
#
# One provider alias for each organization. In the sandbox each is a file; live, each has
# a token: TRAY_API_TOKEN can name one only, so give them as variables (see the comment).
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

variable "data" {
  description = "Folder for the three sandboxes."
  type        = string
  default     = "."
}

# Live: replace sandbox by `region = "eu"` and `token = var.dev_token`.
provider "tray" {
  alias = "dev"
  sandbox = {
    path         = "${var.data}/.tray-dev.db"
    organization = "Acme (dev)"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

provider "tray" {
  alias = "staging"
  sandbox = {
    path         = "${var.data}/.tray-staging.db"
    organization = "Acme (staging)"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

provider "tray" {
  alias = "prod"
  sandbox = {
    path         = "${var.data}/.tray-prod.db"
    organization = "Acme (prod)"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

# ---- The table: one row a person, one column an organization ------------------------
# In an Embedded organization everybody who works on integrations works in the one
# Embedded workspace, so the organization role is what there is to give.

locals {
  people = {
    "ada@acme.example"   = { dev = "Admin", staging = "Admin", prod = "Admin" }
    "bruno@acme.example" = { dev = "Contributor", staging = "Contributor" }
    "chloe@acme.example" = { dev = "Contributor", staging = "Viewer", prod = "Viewer" }
  }
}

module "dev" {
  source    = "./account"
  providers = { tray = tray.dev }
  people    = { for email, roles in local.people : email => roles.dev if can(roles.dev) }
}

module "staging" {
  source    = "./account"
  providers = { tray = tray.staging }
  people    = { for email, roles in local.people : email => roles.staging if can(roles.staging) }
}

module "prod" {
  source    = "./account"
  providers = { tray = tray.prod }
  people    = { for email, roles in local.people : email => roles.prod if can(roles.prod) }
}

# Nobody may change prod who is not trusted with it in staging first.
check "prod_is_earned" {
  assert {
    condition     = alltrue([for email, roles in local.people : can(roles.staging) if can(roles.prod)])
    error_message = "Somebody is in prod who is not in staging."
  }
}

output "organizations" {
  value = {
    dev     = module.dev.organization
    staging = module.staging.organization
    prod    = module.prod.organization
  }
}
