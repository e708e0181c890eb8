import {
  to = tray_api_user.deployer
  id = "Sales/Sales deployer" # <workspace>/<API user>, each by id or by name
}
