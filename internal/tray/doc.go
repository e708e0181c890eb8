// Package tray is a typed client for Tray's platform API (/core/v1) and for the
// sandbox's management plane (/management/v1). It imports no Terraform package.
package tray
