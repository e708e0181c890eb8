package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var (
	_ resource.ResourceWithMoveState = (*organizationResource)(nil)
	_ resource.ResourceWithMoveState = (*settingsResource)(nil)
)

// MoveState implements resource.ResourceWithMoveState.
func (r *organizationResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType("tray_organization", nil)
}

// MoveState implements resource.ResourceWithMoveState.
func (r *settingsResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType("tray_organization_settings", nil)
}
