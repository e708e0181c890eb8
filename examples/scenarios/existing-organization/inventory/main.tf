# What is there: reads an organization that nobody has under Terraform yet and writes it
# down as tables for the layout beside this folder. It manages nothing.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

provider "tray" {
  region = "eu"
}

data "tray_users" "all" {}

# People with an open invitation are nobody's users yet. (A live Tray does not list them.)
data "tray_unmanaged" "invited" {
  users = data.tray_users.all.emails
}

data "tray_workspaces" "shared" {
  type = "Shared"
}

data "tray_workspace_members" "in" {
  for_each     = { for w in data.tray_workspaces.shared.workspaces : w.id => w.name }
  workspace_id = each.key
}

locals {
  roles  = { for u in data.tray_users.all.users : u.email => u.organization_role }
  robots = [for u in data.tray_users.all.users : u.email if contains(["API", "System"], u.account_type)]
  admins = [for u in data.tray_users.all.users : u.email if contains(["Owner", "Admin"], u.organization_role)]

  layout = {
    # Two workspaces of one name stop here: rename one in Tray first.
    workspaces = { for w in data.tray_workspaces.shared.workspaces : w.name => {
      id                 = w.id
      description        = w.description
      monthly_task_limit = w.monthly_task_limit
      # API users belong to their tokens, and organization Admins are everywhere anyway.
      members = { for m in data.tray_workspace_members.in[w.id].members : m.email => m.role
      if !contains(local.robots, m.email) && !contains(local.admins, m.email) }
    } }
    people = merge(
      { for email, role in local.roles : email => role if !contains(local.robots, email) },
      { for i in coalesce(data.tray_unmanaged.invited.unmanaged_invitations, []) : i.email => i.organization_role },
    )
  }
}

output "tables" {
  value = jsonencode({ layout = local.layout })
}
