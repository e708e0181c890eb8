# terraform test: what the layout promises, on two sandboxes of its own.

run "found" {
  command = apply

  assert {
    condition     = output.acme.people == ["ada@acme.example", "bo@acme.example", "ivo@acme.example"] && output.globex.projects == ["billing", "tickets"]
    error_message = "Both organizations are as they were found."
  }
}

run "prepared" {
  command = apply

  variables {
    step = "prepared"
  }

  assert {
    condition     = length(output.acme.people) == 6 && tray_user.person["gil@globex.example"].organization_role == "Viewer"
    error_message = "Everybody is in Acme, and Globex's Admin is no Admin there."
  }

  assert {
    condition     = length(output.globex.people) == 4 && length(output.globex.projects) == 2
    error_message = "Nothing is removed from Globex."
  }
}

run "moving_shows_the_workflows" {
  command = plan

  variables {
    step = "moved"
  }

  assert {
    condition     = tray_project_import.moved["billing"].impact.workflows.created == tolist(["Dunning", "Send invoices"])
    error_message = "The plan names the workflows that come."
  }
}

run "moved" {
  command = apply

  variables {
    step = "moved"
  }

  assert {
    condition     = output.acme.runs == { billing = "1.0", tickets = "1.0" } && output.acme.projects == { billing = "finance", tickets = "support" }
    error_message = "Each project is in its workspace of Acme, as it was snapshotted."
  }

  assert {
    condition     = length(output.globex.people) == 4 && length(output.globex.projects) == 2
    error_message = "Nothing is removed from Globex."
  }
}

run "left" {
  command = apply

  variables {
    step = "left"
  }

  assert {
    condition     = length(output.globex.people) == 0 && length(output.globex.projects) == 2
    error_message = "The people have left Globex, and its projects are there."
  }
}

run "closed" {
  command = apply

  variables {
    step = "closed"
  }

  assert {
    condition     = length(output.globex.projects) == 0 && output.acme.runs == { billing = "1.0", tickets = "1.0" }
    error_message = "Globex is empty, and all of it runs in Acme."
  }

  assert {
    condition     = length(output.acme.people) == 6
    error_message = "Everybody is in Acme."
  }
}
