# Custom assets
# =============
#
# A custom service, its OAuth apps and a connector are made once and used in each
# environment. Where they are made depends on what the environments are:
#
# - dev and prod are workspaces of one organization: made in the Organization workspace,
#   they serve both (module "workspaces").
# - dev and prod are organizations of their own: made in each (module "account").
# - older advice of Tray: one user owns all custom services, in a Personal workspace. They
#   move from there to the Organization workspace, and then that user may go (module
#   "personal").
#
# A connector names its service by the unique name that Tray generates, in the connector.json
# of its zip. With service_name that is written there when the zip is deployed: one apply
# makes both, and one zip serves every organization.
#
# An authentication belongs to the workspace of the token that makes it. Here each
# environment's pipeline makes its own, with its own token, so that dev cannot use prod's.
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
  description = "Folder for the sandboxes."
  type        = string
  default     = "."
}

variable "crm_client_secret" { # from a vault, as TF_VAR_crm_client_secret; neither plan nor state holds it
  type      = string
  ephemeral = true
  default   = "replace-me"
}

variable "personal" {
  description = "How far the older layout has come: whether the services are in the Organization workspace, and whether the user who owned them is still there."
  type        = object({ moved = bool, owner_stays = bool })
  default     = { moved = true, owner_stays = false }
}

locals {
  zip = "${abspath(path.module)}/acme-crm.zip"
}

# ---- dev and prod are workspaces ----------------------------------------------------

# Live: replace sandbox by `region = "eu"` and `token = var.token`, in each of these.
provider "tray" {
  alias = "one"
  sandbox = {
    path         = "${var.data}/.tray-one.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
  }
}

module "workspaces" {
  source        = "./workspaces"
  providers     = { tray = tray.one }
  zip           = local.zip
  client_secret = var.crm_client_secret
}

# Live: the same token, without sandbox. A pipeline of its own has it as TRAY_API_TOKEN.
provider "tray" {
  alias = "one_dev"
  sandbox = {
    path         = "${var.data}/.tray-one.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
    token        = module.workspaces.tokens["sales-dev"]
  }
}

provider "tray" {
  alias = "one_prod"
  sandbox = {
    path         = "${var.data}/.tray-one.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
    token        = module.workspaces.tokens["sales-prod"]
  }
}

module "crm_of_dev" {
  source      = "./authentication"
  providers   = { tray = tray.one_dev }
  environment = module.workspaces.environments["sales-dev"]
  service     = module.workspaces.service
  instance    = "acme-test"
  depends_on  = [module.workspaces] # a destroy takes it away while its pipeline's token works
}

module "crm_of_prod" {
  source      = "./authentication"
  providers   = { tray = tray.one_prod }
  environment = module.workspaces.environments["sales-prod"]
  service     = module.workspaces.service
  instance    = "acme"
  depends_on  = [module.workspaces]
}

# ---- dev and prod are organizations -------------------------------------------------

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
  alias = "prod"
  sandbox = {
    path         = "${var.data}/.tray-prod.db"
    organization = "Acme (prod)"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

module "dev" {
  source        = "./account"
  providers     = { tray = tray.dev }
  zip           = local.zip
  client_id     = "tray-dev"
  client_secret = var.crm_client_secret
}

module "prod" {
  source        = "./account"
  providers     = { tray = tray.prod }
  zip           = local.zip
  client_id     = "tray-prod"
  client_secret = var.crm_client_secret
}

# ---- one user owns all services -----------------------------------------------------

provider "tray" {
  alias = "older"
  sandbox = {
    path         = "${var.data}/.tray-older.db"
    organization = "Acme (older)"
    owner_email  = "platform@acme.example"
  }
}

module "personal" {
  source      = "./personal"
  providers   = { tray = tray.older }
  moved       = var.personal.moved
  owner_stays = var.personal.owner_stays
}

# ---- What people and pipelines read -------------------------------------------------

output "authentications" {
  description = "The CRM as each environment reaches it."
  value       = { sales-dev = module.crm_of_dev.authentication, sales-prod = module.crm_of_prod.authentication }
}

output "connectors" {
  description = "The service that each connector authenticates with. All are deployed from one zip."
  value       = { one = module.workspaces.connector_service, dev = module.dev.connector_service, prod = module.prod.connector_service }
}

output "promotion" {
  description = "What differs in an exported project between dev and prod, and is to be replaced on the way."
  value = {
    service     = { from = module.dev.service.name, to = module.prod.service.name }
    environment = { from = module.dev.environment, to = module.prod.environment }
  }
}

output "workspaces" {
  value = {
    service_is_for_everybody = module.workspaces.service_is_for_everybody
    connector_is_used_from   = module.workspaces.connector_is_used_from
    pipelines                = module.workspaces.pipelines
  }
}

output "personal" {
  value = module.personal
}
