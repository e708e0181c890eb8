# What one environment's workflows reach the CRM with. It belongs to the workspace whose API
# user's token this provider has, and nobody elsewhere sees it.

terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

variable "environment" {
  description = "Id of the service environment."
  type        = string
}

variable "service" {
  type = object({ name = string, version = number })
}

variable "instance" {
  description = "Instance of the CRM."
  type        = string
}

resource "tray_authentication" "crm" {
  name                   = "Acme CRM"
  service_environment_id = var.environment
  service_name           = var.service.name
  service_version        = var.service.version
  user_data_wo           = jsonencode({ instance = var.instance })
}

output "authentication" {
  value = { id = tray_authentication.crm.id, environment = tray_authentication.crm.service_environment_id }
}
