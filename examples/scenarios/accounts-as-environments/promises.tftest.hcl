# terraform test: what the layout promises, on three sandboxes of its own.

variables {
  data = "."
}

run "builds_three_organizations" {
  command = apply

  assert {
    condition     = [for name in ["dev", "staging", "prod"] : output.organizations[name].name] == ["Acme (dev)", "Acme (staging)", "Acme (prod)"]
    error_message = "Each environment is an organization of its own."
  }

  assert {
    condition     = keys(output.organizations.prod.people) == ["ada@acme.example", "chloe@acme.example"]
    error_message = "Bruno is not in prod."
  }

  assert {
    condition     = alltrue([for name in ["dev", "staging", "prod"] : output.organizations[name].embedded_workspace != null])
    error_message = "Each organization has its Embedded workspace."
  }
}
