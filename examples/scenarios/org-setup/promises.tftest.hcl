# terraform test: what the layout promises, on a sandbox of its own.

provider "tray" {
  sandbox = {
    path        = ".promises.db"
    owner_email = "it-owner@example.com"
  }
}

run "builds_the_organization" {
  command = apply

  assert {
    condition     = length([for p in values(tray_user.person) : p if p.organization_role == "Admin"]) == 2
    error_message = "Two Admins, no more."
  }

  assert {
    condition     = tray_user.person["sam@example.com"].organization_role == "Viewer" && tray_workspace_member.person["support/sam@example.com"].role == "Admin"
    error_message = "Sam is a Viewer of the organization and an Admin of the support workspace."
  }

  assert {
    condition     = length([for p in values(tray_user.person) : p if p.organization_role == "Contributor"]) == length(local.contributors)
    error_message = "Every Contributor of the organization is named with a reason."
  }
}

run "the_advice_holds" {
  command = plan

  assert {
    condition     = data.tray_user.owner.organization_role == "Owner"
    error_message = "The Owner is the person in the table."
  }
}
