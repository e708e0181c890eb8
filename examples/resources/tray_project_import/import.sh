terraform import tray_project_import.billing 6f1c1d1e-0b7a-4c55-9a53-0c1f4a0b9d01
