# Access reviews: the rules of the house, checked in every plan
# ============================================================
#
# tray_access_report says who can do what in which workspace, and by which right, from
# what is in Tray, not from what this configuration wants. The checks below look at that:
# a rule that somebody broke in the UI shows in the next plan, as a warning that names
# them. A pull request that breaks one shows it in the plan after it is applied.
#
# Try it: `terraform init && terraform apply`. It needs no account: the sandbox below is
# a stand-in for Tray that keeps its data in a file.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  sandbox = {}
}

locals {
  domain = "example.com"

  # Everybody from outside, by name: a guest is a decision, and a line in a pull request.
  guests = ["consultant@partner.example"]

  names = {
    "sofia@example.com"          = "Sofia Marchetti"
    "marco@example.com"          = "Marco Weiss"
    "yuki@example.com"           = "Yuki Tanaka"
    "consultant@partner.example" = "Chris Consultant"
  }

  workspaces = {
    sales-dev = {
      "sofia@example.com"          = "Admin"
      "marco@example.com"          = "Admin"
      "yuki@example.com"           = "Contributor"
      "consultant@partner.example" = "Contributor"
    }
    sales-prod = {
      "sofia@example.com"          = "Admin"
      "marco@example.com"          = "Admin"
      "consultant@partner.example" = "Viewer"
    }
  }
}

# An organization with single sign-on: people are made, not invited.
resource "tray_user" "person" {
  for_each          = local.names
  email             = each.key
  name              = each.value
  organization_role = "Viewer"
  onboarding        = "create"
}

resource "tray_workspace" "room" {
  for_each = local.workspaces
  name     = each.key
}

resource "tray_workspace_members" "room" {
  for_each     = local.workspaces
  workspace_id = tray_workspace.room[each.key].id
  members      = { for email, role in each.value : tray_user.person[email].email => role }
}

# ---- What is so --------------------------------------------------------------------

data "tray_access_report" "shared" {
  workspace_types = ["Shared"]
  formats         = ["csv", "markdown"]
  depends_on      = [tray_workspace_members.room]
}

data "tray_access_report" "guests" {
  outside_email_domains = [local.domain]
  account_types         = ["Regular", "External", "Partner"]
  formats               = ["markdown"]
  depends_on            = [tray_workspace_members.room]
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

# `terraform output -raw access_review > access.md`, committed or posted for the auditor.
output "access_review" {
  value = data.tray_access_report.shared.markdown
}

output "access_review_csv" {
  value = data.tray_access_report.shared.csv
}
