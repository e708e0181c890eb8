import {
  to = tray_api_token.scanner
  id = "Sales/Sales deployer/scanner" # <workspace>/<API user>/<token>, each by id or by name
}
