# A tenant for each project team
# ==============================
#
# The other way to organize Foothold (see tenant-per-app): one shared workspace for each
# team, however many applications it looks after this year. A new application changes
# nothing here; a person who changes teams changes one line.
#
#   Project team  Tenant         Members
#   Wormhole      team-wormhole  Priya, Aiden, Cassidy
#   Starship      team-starship  Gabriela, Franz, Blake
#   Nebula        team-nebula    Quinn, Sai, Cassidy
#
# Each team has a lead, who is workspace Admin and lets people in and out of the tenant.
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

provider "tray" {
  sandbox = {
    organization = "Foothold"
    owner_email  = "owner@foothold.example"
  }
}

# ---- The tables ---------------------------------------------------------------------

locals {
  domain = "foothold.example"
  admin  = "shannon.singh"

  teams = {
    wormhole = { priya = "Admin", aiden = "Contributor", cassidy = "Contributor" }
    starship = { gabriela = "Admin", franz = "Contributor", blake = "Contributor" }
    nebula   = { quinn = "Admin", sai = "Contributor", cassidy = "Contributor" }
  }
}

# ---- What follows from the tables ---------------------------------------------------

locals {
  people = merge([for team in values(local.teams) : { for person in keys(team) : person => "${person}@${local.domain}" }]...)

  # "wormhole/priya" => { team, person, role }
  seats = merge([
    for team, members in local.teams : {
      for person, role in members : "${team}/${person}" => { team = team, person = person, role = role }
    }
  ]...)
}

resource "tray_user" "admin" {
  email             = "${local.admin}@${local.domain}"
  organization_role = "Admin"
}

resource "tray_user" "person" {
  for_each = local.people

  email             = each.value
  organization_role = "Viewer"
}

resource "tray_workspace" "team" {
  for_each = local.teams

  name        = "team-${each.key}"
  description = "Everything that team ${title(each.key)} looks after."
}

resource "tray_workspace_member" "seat" {
  for_each = local.seats

  workspace_id = tray_workspace.team[each.value.team].id
  email        = tray_user.person[each.value.person].email
  role         = each.value.role
}

output "teams_of" {
  description = "The teams of each person."
  value = {
    for person in keys(local.people) : person => [for team, members in local.teams : team if contains(keys(members), person)]
  }
}
