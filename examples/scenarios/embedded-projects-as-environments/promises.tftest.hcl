# terraform test: what the layout promises, on a sandbox of its own.

provider "tray" {
  sandbox = {
    path         = ".promises.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
    embedded     = true
  }
}

run "first_release" {
  command = apply

  assert {
    condition     = output.releases.prod == "1.0" && output.releases.dev == "1.1"
    error_message = "Each environment runs the release of the table."
  }

  assert {
    condition     = output.instances["customer-4711"].solution == output.instances["customer-4712"].solution && output.instances["customer-4711"].solution != output.instances["acme-dev"].solution
    error_message = "Customers are on prod's solution, and nobody else is."
  }

  assert {
    condition     = alltrue([for i in values(output.instances) : i.enabled && i.up_to_date])
    error_message = "Every instance runs what is published."
  }
}

run "a_promotion_shows_what_it_does" {
  command = plan

  variables {
    prod_release = "1.1"
  }

  assert {
    condition     = output.impact.prod.created == tolist(["Weekly report"])
    error_message = "The plan names the workflow that is new in prod."
  }
}

run "promotes" {
  command = apply

  variables {
    prod_release = "1.1"
  }

  assert {
    condition     = tray_solution_release.notify["prod"].impact.config_slots.created == tolist(["Messages a day"])
    error_message = "The release says which slot is new."
  }

  assert {
    condition     = alltrue([for i in values(output.instances) : i.up_to_date])
    error_message = "Instances follow a release without breaking changes."
  }
}

run "goes_back" {
  command = apply

  variables {
    prod_release  = "1.0"
    prod_may_lose = 1
  }

  assert {
    condition     = tray_solution_release.notify["prod"].impact.config_slots.removed == tolist(["Messages a day"])
    error_message = "Going back is a release too."
  }
}

run "settles" {
  command = plan

  variables {
    prod_release  = "1.0"
    prod_may_lose = 1
  }

  assert {
    condition     = output.releases.prod == "1.0"
    error_message = "Prod runs the first release again."
  }
}
