# The published solutions with the tag prod, and what an instance of each has to be given.
data "tray_solutions" "prod" {
  tags = ["prod"]
}

output "slots" {
  value = { for s in data.tray_solutions.prod.solutions : s.title => s.auth_slots[*].title }
}
