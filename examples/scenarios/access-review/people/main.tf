# Who is in the organization: what the review beside this looks at
# ================================================================
#
# Apply this first, then `../review`. Each is a root module with a state of its own: the
# people change with every joiner, the review only looks, so that a plan of one does not
# drown in the other.
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
