# One organization that serves as an environment.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "people" {
  description = "Organization role by e-mail address."
  type        = map(string)
}

data "tray_organization" "this" {}

data "tray_workspaces" "embedded" {
  type = "Embedded"
}

resource "tray_user" "person" {
  for_each = var.people

  email             = each.key
  organization_role = each.value
}

output "organization" {
  value = {
    name               = data.tray_organization.this.name
    embedded_workspace = one(data.tray_workspaces.embedded.workspaces[*].id)
    people             = { for email, person in tray_user.person : email => person.organization_role }
  }
}
