data "tray_access_report" "now" {
  workspace_types = ["Shared"]
  formats         = ["csv"]
}

locals {
  # The report of the last review, committed: terraform output -raw access_csv > access.csv
  last = try(file("${path.module}/access.csv"), "")
}

# Who gained or lost access since then, one line each.
output "since_the_last_review" {
  value = [
    for d in provider::tray::access_diff(local.last, data.tray_access_report.now.csv) :
    "${d.email} ${d.change}: ${d.workspace} (${join(" → ", compact([d.from, d.to]))})"
  ]
}

output "access_csv" {
  value = data.tray_access_report.now.csv
}
