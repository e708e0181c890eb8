package workspace

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ resource.ResourceWithMoveState = (*workspaceResource)(nil)

// MoveState implements resource.ResourceWithMoveState.
func (r *workspaceResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType("tray_workspace", nil)
}
