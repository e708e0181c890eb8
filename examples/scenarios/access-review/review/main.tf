# Access reviews: the rules of the house, checked in every plan
# ============================================================
#
# tray_access_report says who can do what in which workspace, and by which right, from
# what is in Tray, not from what a configuration wants. This root module only looks: it has
# no resources, so that its plan shows what changed in Tray since its last apply, and
# nothing else. The checks warn in each plan and name whoever breaks a rule.
#
# Try it: apply `../people` first, whose sandbox this reads. With a real organization the
# provider block is empty, and the token may be one that only reads.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  sandbox = { path = "../people/.tray-sandbox.db" }
}

locals {
  domain = "example.com"

  # Everybody from outside, by name: a guest is a decision, and a line in a pull request.
  guests = ["consultant@partner.example"]
}

# ---- What is so --------------------------------------------------------------------

data "tray_workspaces" "shared" {
  type = "Shared"
}

data "tray_access_report" "shared" {
  workspace_types = ["Shared"]
  formats         = ["csv", "html", "matrix"]

  # Whom the report names first: people of other domains, and Admins of these workspaces.
  own_email_domains        = [local.domain]
  production_workspace_ids = [for w in data.tray_workspaces.shared.workspaces : w.id if endswith(w.name, "-prod")]
}

data "tray_access_report" "guests" {
  outside_email_domains = [local.domain]
  account_types         = ["Regular", "External", "Partner"]
  formats               = []
}

locals {
  entries = data.tray_access_report.shared.entries

  guest_admins_in_prod = [
    for r in data.tray_access_report.guests.entries : "${r.email} in ${r.workspace_name}"
    if endswith(r.workspace_name, "-prod") && provider::tray::can(r.role_with_kind, "members:manage")
  ]

  admins = { for r in local.entries : r.workspace_name => r.email... if r.role == "Admin" && contains(r.granted_by, "membership") }

  # The person who made a workspace is its Admin, too: the Owner, in this sandbox.
  short_of_admins = [for name in distinct(local.entries[*].workspace_name) : name if length(lookup(local.admins, name, [])) < 2]

  strangers = setsubtract(data.tray_access_report.guests.people[*].email, local.guests)
}

# ---- What shall be so --------------------------------------------------------------

check "no_guest_manages_prod" {
  assert {
    condition     = length(local.guest_admins_in_prod) == 0
    error_message = "Guests who manage a prod workspace: ${join(", ", local.guest_admins_in_prod)}."
  }
}

check "two_admins_everywhere" {
  assert {
    condition     = length(local.short_of_admins) == 0
    error_message = "Workspaces with fewer than two Admins: ${join(", ", local.short_of_admins)}."
  }
}

check "guests_are_named" {
  assert {
    condition     = length(local.strangers) == 0
    error_message = "People from outside ${local.domain} whom nobody decided on: ${join(", ", local.strangers)}."
  }
}

# A change of this list is a line in the plan of the pull request that makes it.
output "guests" {
  value = sort([for r in data.tray_access_report.guests.entries : "${r.email}: ${r.role_with_kind} in ${r.workspace_name}" if r.workspace_type == "Shared"])
}

# People against workspaces, whom to look at first on top:
# `terraform output -raw access_review > access.md`, committed or posted for the auditor.
output "access_review" {
  value = data.tray_access_report.shared.matrix
}

# The same as a page for a browser: `terraform output -raw access_page > access.html`. It is no
# secret: sensitive keeps its text out of plans, in which it would drown the lines that matter.
output "access_page" {
  value     = data.tray_access_report.shared.html
  sensitive = true
}

# For access_diff at the next review: `terraform output -raw access_csv > access.csv`.
output "access_csv" {
  value     = data.tray_access_report.shared.csv
  sensitive = true
}
