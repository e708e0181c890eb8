terraform import tray_on_prem_agent.spare 'Plant/Hall 4/spare'
