# The agents of every workspace in which the token may see them.
list "tray_on_prem_agent" "all" {
  provider         = tray
  include_resource = true
  limit            = 10000 # Terraform stops at 100 otherwise
}
