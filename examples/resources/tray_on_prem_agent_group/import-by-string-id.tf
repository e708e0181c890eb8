import {
  to = tray_on_prem_agent_group.hall
  id = "Plant/Hall 4" # <workspace>/<id or name>
}
