# terraform test: what the layout promises.

run "first_release" {
  command = apply

  assert {
    condition     = output.accounts.prod.release == "1.0" && output.accounts.dev.release == "1.1"
    error_message = "Each account runs the release of the table."
  }

  assert {
    condition     = output.accounts.prod.connector == "globex-acme-crm" && output.accounts.dev.connector == "acme-crm"
    error_message = "Each account has the connector under its own name, and one file serves both."
  }

  assert {
    condition     = alltrue([for u in values(output.accounts.prod.end_users) : u.billed]) && !anytrue([for u in values(output.accounts.dev.end_users) : u.billed])
    error_message = "End users of dev are test users, and those of prod are not."
  }

  assert {
    condition     = sort(keys(output.accounts.prod.end_users)) == tolist(["customer-4711", "customer-4712"])
    error_message = "Prod has the customers."
  }
}

run "each_project_uses_what_its_account_has" {
  command = plan

  assert {
    condition     = alltrue([for a in values(output.accounts) : contains(a.uses.connectors, "${a.connector}/1.0") && a.uses.services == tolist([a.service]) && a.uses.authentications == tolist([a.authentication])])
    error_message = "The workflows of an account use its own connector, service and authentication, at their versions, and no other service or authentication."
  }

  assert {
    condition     = output.accounts.dev.service != output.accounts.prod.service && output.accounts.dev.authentication != output.accounts.prod.authentication
    error_message = "The accounts have services and authentications of their own."
  }

  assert {
    condition     = !strcontains(join(" ", flatten([for a in values(output.accounts) : [a.uses.services, a.uses.connectors]])), "KqzvhTrwPlmBxde_acme-crm") && !contains(output.accounts.prod.uses.connectors, "acme-crm/1.0")
    error_message = "Nothing that the exports name is left where an account calls it otherwise."
  }
}

run "a_promotion_shows_what_it_does" {
  command = plan

  variables {
    prod_release = "1.1"
  }

  assert {
    condition     = output.accounts.prod.impact.created == tolist(["Clean up contacts"])
    error_message = "The plan names the workflow that is new in prod."
  }

  assert {
    condition     = output.accounts.prod.impact.updated == tolist(["Sync contacts"])
    error_message = "The plan names the workflow that changes in prod, and no other: a connector that is called otherwise is no change."
  }
}

run "promotes" {
  command = apply

  variables {
    prod_release = "1.1"
  }

  assert {
    condition     = output.accounts.prod.release == output.accounts.dev.release
    error_message = "Prod runs what dev runs."
  }
}

run "goes_back" {
  command = apply

  variables {
    prod_release  = "1.0"
    prod_may_lose = 1
  }

  assert {
    condition     = output.accounts.prod.impact.removed == tolist(["Clean up contacts"])
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
    condition     = output.accounts.prod.release == "1.0"
    error_message = "Prod runs the first release again."
  }
}
