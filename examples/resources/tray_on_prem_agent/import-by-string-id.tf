import {
  to = tray_on_prem_agent.spare
  id = "Plant/Hall 4/spare" # <workspace>/<group's id or name>/<id or name>
}
