# What is in staging, in a state of its own.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

# Live: replace sandbox by `region = "eu"`, and give TRAY_API_TOKEN a token of this organization.
provider "tray" {
  sandbox = {
    path         = "../.tray-sandbox.db"
    organization = "Acme (staging)"
  }
}

module "team" {
  source = "../team"

  team = {
    "ada@acme.example"   = "Admin"
    "bruno@acme.example" = "Contributor"
    "chloe@acme.example" = "Viewer"
  }
}

output "organization" {
  value = module.team.organization
}
