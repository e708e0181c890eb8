# The versions of every project.
list "tray_project_version" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}
