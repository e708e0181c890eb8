# terraform test: what the layout promises, on sandboxes of its own.

variables {
  data = "."
}

run "as_older_advice_has_it" {
  command = apply

  variables {
    personal = { moved = false, owner_stays = true }
  }

  assert {
    condition     = output.workspaces.service_is_for_everybody && join(" ", output.workspaces.connector_is_used_from) == "sales-dev sales-prod"
    error_message = "One service and one connector serve dev and prod."
  }

  assert {
    condition     = length(distinct(values(output.connectors))) == 3 && alltrue([for service in values(output.connectors) : endswith(service, "_acme-crm")])
    error_message = "One apply makes each service and its connector, from the same zip."
  }

  assert {
    condition     = output.authentications["sales-dev"].environment != output.authentications["sales-prod"].environment
    error_message = "Each environment has an authentication of its own, with an OAuth app of its own."
  }

  assert {
    condition     = length(output.workspaces.pipelines) == 2 && alltrue([for at in values(output.workspaces.pipelines) : at != null])
    error_message = "Each environment's pipeline has a token, which expires."
  }

  assert {
    condition     = output.promotion.service.from != output.promotion.service.to && output.promotion.environment.from != output.promotion.environment.to
    error_message = "Each organization has a service of its own, with another unique name."
  }

  assert {
    condition     = !output.personal.serves_everybody
    error_message = "The service begins in a Personal workspace."
  }
}

run "the_service_moves" {
  command = apply

  variables {
    personal = { moved = true, owner_stays = true }
  }

  assert {
    condition     = output.personal.serves_everybody
    error_message = "The service moves to the Organization workspace."
  }
}

run "then_its_owner_goes" {
  command = apply

  variables {
    personal = { moved = true, owner_stays = false }
  }

  assert {
    condition     = output.personal.serves_everybody && endswith(output.personal.unique_name, "_acme-erp")
    error_message = "The service stays when its owner goes."
  }
}
