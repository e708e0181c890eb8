terraform import tray_on_prem_agent_group.hall 'Plant/Hall 4'
