terraform {
  required_providers {
    tray = {
      source = "tray-community/tray"
    }
  }
}

# No account, no token, no port: a stand-in for Tray that keeps its data in a file.
provider "tray" {
  sandbox = {}
}
