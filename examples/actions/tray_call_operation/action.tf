# After each deployment the operation is called, for five minutes until it does as expected.
resource "terraform_data" "deployment" {
  input = "1.4"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.tray_call_operation.smoke_test]
    }
  }
}

action "tray_call_operation" "smoke_test" {
  config {
    connector = "http-client"
    version   = "5.6"
    operation = "get_request"
    input     = jsonencode({ url = "https://billing.acme.example/health" })

    expect_output = { status_code = 200 }
    retry_for     = "5m"
    on_failure    = "warn"
  }
}
