locals {
  access = {
    sales-prod = ["ana@example.com", "ben@example.com"]
    sales-dev  = ["ana@example.com"]
  }
}

# Not inside the check: Terraform reads such a data source again in each apply, and no
# plan would ever be empty.
data "tray_unmanaged" "rest" {
  users       = distinct(flatten(values(local.access)))
  workspaces  = keys(local.access)
  memberships = local.access
}

# Every plan says who is there without being named.
check "nobody_was_added_elsewhere" {
  assert {
    condition = data.tray_unmanaged.rest.total == 0
    error_message = join("\n", concat(
      ["Not named in the configuration:"],
      [for u in data.tray_unmanaged.rest.unmanaged_users : "- ${u.email}"],
      [for w in data.tray_unmanaged.rest.unmanaged_workspaces : "- workspace ${w.name}"],
      [for m in data.tray_unmanaged.rest.unmanaged_memberships : "- ${m.email} in ${m.workspace_name}"],
    ))
  }
}
