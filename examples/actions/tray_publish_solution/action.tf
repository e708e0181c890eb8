variable "solution_id" {
  description = "Solution of the Embedded workspace."
  type        = string
}

# Each import brings a draft, and this publishes it to the end users.
resource "terraform_data" "promotion" {
  input = "2.0"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.tray_publish_solution.notify]
    }
  }
}

action "tray_publish_solution" "notify" {
  config {
    solution_id = var.solution_id
  }
}
