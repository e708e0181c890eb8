package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ resource.ResourceWithMoveState = (*userResource)(nil)

// MoveState implements resource.ResourceWithMoveState.
func (r *userResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType("tray_user", nil)
}
