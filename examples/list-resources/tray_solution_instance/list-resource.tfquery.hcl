# The instances of all end users.
list "tray_solution_instance" "all" {
  provider         = tray
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise
}
