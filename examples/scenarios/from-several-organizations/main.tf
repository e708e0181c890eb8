# From several organizations
# ==========================
#
# Acme has two Tray organizations, its own and Globex's, which it bought, and goes on with
# one. The people of both are aligned in it, in shared workspaces and with roles that fit;
# Globex's projects are brought over by import; then Globex is let go of.
#
# Each step is one word, in a pull request of its own. Its plan shows all that it does:
#
#   found      both organizations under Terraform, as they are
#   prepared   Acme: people, workspaces and empty projects are added. Globex: each project
#              gets a version. Nothing is removed anywhere.
#   moved      Acme: the projects are imported, and the plan names their workflows. Globex
#              is not touched: while both are there, going back is a word.
#   left       Globex: memberships end, then people leave. Nothing else is removed.
#   closed     Globex: projects and workspaces are deleted. The exports stay in Git.
#
# Memberships go before people and people before workspaces, so that nobody works on what
# has been moved, and nothing is deleted that somebody still uses.
#
# Try it: `terraform init && terraform apply`, then -var step=prepared, and so on; or
# `terraform test`, which does that. Neither needs an account.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "data" {
  description = "Folder for the two sandboxes and for the exports. Commit the exports."
  type        = string
  default     = "."
}

variable "step" {
  description = "How far the migration is."
  type        = string
  default     = "found"

  validation {
    condition     = contains(["found", "prepared", "moved", "left", "closed"], var.step)
    error_message = "The steps are found, prepared, moved, left and closed."
  }
}

locals {
  is = { for i, name in ["found", "prepared", "moved", "left", "closed"] : name => index(["found", "prepared", "moved", "left", "closed"], var.step) >= i }
}

# Live: replace sandbox by `region = "eu"` and a token of each organization.
provider "tray" {
  alias = "acme"
  sandbox = {
    path         = "${var.data}/.tray-acme.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
  }
}

provider "tray" {
  alias = "globex"
  sandbox = {
    path         = "${var.data}/.tray-globex.db"
    organization = "Globex"
    owner_email  = "it@globex.example"
  }
  # All at once may leave in one step, and in no other.
  guardrails = { max_removal_percent = var.step == "left" ? 100 : 25 }
}

# ---- The tables: what was found -----------------------------------------------------

locals {
  acme = {
    people = { "ada@acme.example" = "Admin", "bo@acme.example" = "Viewer", "ivo@acme.example" = "Viewer" }
    workspaces = {
      finance = { "ada@acme.example" = "Admin", "bo@acme.example" = "Contributor" }
    }
  }

  globex = {
    people = {
      "gil@globex.example"  = { name = "Gil", role = "Admin" }
      "hana@globex.example" = { name = "Hana", role = "Contributor" }
      "jon@globex.example"  = { name = "Jon", role = "Viewer" }
      "ivo@acme.example"    = { name = "Ivo", role = "Contributor" } # works in both
    }
    workspaces = {
      Billing  = { "gil@globex.example" = "Admin", "hana@globex.example" = "Contributor", "ivo@acme.example" = "Viewer" }
      Helpdesk = { "gil@globex.example" = "Admin", "jon@globex.example" = "Contributor" }
    }
    projects = {
      billing = { name = "Billing", workspace = "Billing" }
      tickets = { name = "Tickets", workspace = "Helpdesk" }
    }
  }
}

# ---- The table: what is to be -------------------------------------------------------
# Globex's Admin and Contributors become Viewers of Acme: what they do is in shared
# workspaces, and an Admin of the organization reaches all that Acme has.

locals {
  people = merge(
    local.is["prepared"] ? { for email in keys(local.globex.people) : email => "Viewer" } : {},
    local.acme.people,
  )

  workspaces = {
    finance = merge(local.acme.workspaces.finance, local.is["prepared"] ? {
      "gil@globex.example" = "Admin", "hana@globex.example" = "Contributor", "ivo@acme.example" = "Viewer",
    } : {})
    support = local.is["prepared"] ? { "ada@acme.example" = "Admin", "jon@globex.example" = "Admin" } : null
  }

  # What runs where, and what differs there. The exports are named after the projects.
  moves = {
    billing = { workspace = "finance", config = { api_url = "https://billing.acme.example" } }
    tickets = { workspace = "support", config = { api_url = "https://support.acme.example" } }
  }

  exports = { for key in keys(local.moves) : key => "${abspath(var.data)}/exports/${key}.json" }
}

# ---- Acme ---------------------------------------------------------------------------

resource "tray_user" "person" {
  provider = tray.acme
  for_each = local.people

  email             = each.key
  organization_role = each.value
}

resource "tray_workspace" "shared" {
  provider = tray.acme
  for_each = { for name, members in local.workspaces : name => members if members != null }

  name          = each.key
  force_destroy = true # a sandbox: a real one keeps what it holds
}

resource "tray_workspace_members" "of" {
  provider = tray.acme
  for_each = { for name, members in local.workspaces : name => members if members != null }

  workspace_id = tray_workspace.shared[each.key].id
  members      = each.value

  depends_on = [tray_user.person]
}

resource "tray_project" "moved" {
  provider = tray.acme
  for_each = local.is["prepared"] ? local.moves : {}

  workspace_id  = tray_workspace.shared[each.value.workspace].id
  name          = local.globex.projects[each.key].name
  force_destroy = true
}

# The snapshot of prepared, written to a file while Globex still has it.
data "tray_project_export" "globex" {
  provider = tray.globex
  for_each = var.step == "moved" ? local.moves : {}

  project_id     = tray_project.globex[each.key].id
  version_number = tray_project_version.globex[each.key].version_number
  path           = local.exports[each.key]
}

resource "tray_project_import" "moved" {
  provider = tray.acme
  for_each = local.is["moved"] ? local.moves : {}

  project_id = tray_project.moved[each.key].id
  export     = local.exports[each.key]
  config     = each.value.config # with authentications, connectors and services where the workflows use some

  depends_on = [data.tray_project_export.globex]
}

# ---- Globex: what was found, and is let go of ----------------------------------------

resource "tray_user" "globex" {
  provider = tray.globex
  for_each = local.is["left"] ? {} : local.globex.people

  email             = each.key
  name              = each.value.name
  organization_role = each.value.role
  onboarding        = "create" # the sandbox: they are there
}

resource "tray_workspace" "globex" {
  provider = tray.globex
  for_each = local.is["closed"] ? {} : local.globex.workspaces

  name          = each.key
  force_destroy = true
}

resource "tray_workspace_members" "globex" {
  provider = tray.globex
  for_each = local.is["left"] ? {} : local.globex.workspaces

  workspace_id = tray_workspace.globex[each.key].id
  members      = each.value

  depends_on = [tray_user.globex] # so memberships end before people leave
}

resource "tray_project" "globex" {
  provider = tray.globex
  for_each = local.is["closed"] ? {} : local.globex.projects

  workspace_id  = tray_workspace.globex[each.value.workspace].id
  name          = each.value.name
  force_destroy = true # what is in it is in Acme, and in the exports
}

# A sandbox begins empty: this stands for what people have built in Tray.
resource "tray_project_import" "built" {
  provider = tray.globex
  for_each = local.is["closed"] ? {} : local.globex.projects

  project_id = tray_project.globex[each.key].id
  export     = "${abspath(path.module)}/found/${each.key}.json"
  config     = { api_url = "https://${each.key}.globex.example" }
}

# Tray exports versions. Made when people are told to stop editing.
resource "tray_project_version" "globex" {
  provider = tray.globex
  for_each = local.is["prepared"] && !local.is["closed"] ? local.globex.projects : {}

  project_id     = tray_project.globex[each.key].id
  version_number = "1.0"
  title          = "As it moves to Acme"

  depends_on = [tray_project_import.built]
}

# ---- What is where ------------------------------------------------------------------

output "acme" {
  value = {
    people   = keys(tray_user.person)
    projects = { for key, project in tray_project.moved : key => local.moves[key].workspace }
    runs     = { for key, import in tray_project_import.moved : key => import.exported.version }
  }
}

output "globex" {
  value = {
    people   = keys(tray_user.globex)
    projects = keys(tray_project.globex)
  }
}
