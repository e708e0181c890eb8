# terraform test: what the layout promises, on a sandbox of its own.

provider "tray" {
  sandbox = {
    path         = ".promises.db"
    organization = "Acme"
    owner_email  = "platform@acme.example"
  }
}

run "first_release" {
  command = apply

  assert {
    condition     = output.releases.prod == "1.0" && output.releases.dev == "1.1"
    error_message = "Each environment runs the release of the table."
  }
}

run "a_promotion_shows_what_it_does" {
  command = plan

  variables {
    prod_release = "1.1"
  }

  assert {
    condition     = tray_project_import.billing["prod"].impact.workflows.created == tolist(["Dunning"])
    error_message = "The plan names the workflow that is new in prod."
  }

  assert {
    condition     = tray_project_import.billing["prod"].impact.workflows.updated == tolist(["Send invoices"])
    error_message = "The plan names the workflow that changes in prod."
  }
}

run "promotes" {
  command = apply

  variables {
    prod_release = "1.1"
  }

  assert {
    condition     = output.releases.prod == "1.1"
    error_message = "Prod runs the new release."
  }
}

run "goes_back" {
  command = apply

  variables {
    prod_release  = "1.0"
    prod_may_lose = 1
  }

  assert {
    condition     = tray_project_import.billing["prod"].impact.workflows.removed == tolist(["Dunning"])
    error_message = "Going back removes what the promotion brought."
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
