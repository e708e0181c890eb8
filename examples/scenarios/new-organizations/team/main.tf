# A team in an organization.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "team" {
  description = "Organization role by e-mail address."
  type        = map(string)
}

data "tray_organization" "this" {}

resource "tray_user" "person" {
  for_each = var.team

  email             = each.key
  organization_role = each.value
}

output "organization" {
  value = {
    id     = data.tray_organization.this.id
    name   = data.tray_organization.this.name
    owner  = data.tray_organization.this.owner_email
    people = { for email, person in tray_user.person : email => person.organization_role }
  }
}
