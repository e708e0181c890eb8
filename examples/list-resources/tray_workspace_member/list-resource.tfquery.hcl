# Everybody in every shared workspace.
list "tray_workspace_member" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}

# Who may change things from outside the company.
list "tray_workspace_member" "partner_admins" {
  provider = tray
  limit    = 10000

  config {
    role         = "Admin"
    email_domain = "partner.example"
  }
}
