# A customer, for whom instances of solutions run. The number is the customer's in your own system.
resource "tray_embedded_user" "globex" {
  name             = "Globex"
  external_user_id = "customer-4711"
}

# Not billed, and limited: its workflows may stop after 72 hours.
resource "tray_embedded_user" "trial" {
  name             = "Trial"
  external_user_id = "trial"
  is_test_user     = true
}
