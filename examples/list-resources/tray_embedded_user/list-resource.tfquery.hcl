# The test users of Embedded, whom Tray does not bill.
list "tray_embedded_user" "tests" {
  provider         = tray
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise

  config {
    is_test_user = true
  }
}
