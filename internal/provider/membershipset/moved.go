package membershipset

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// MoveState implements resource.ResourceWithMoveState.
func (r *membersResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(string(policy.AllMembers), func(_ string, attributes map[string]any) []string {
		if workspace, ok := attributes["workspace_id"].(string); ok {
			return []string{workspace}
		}
		return nil
	})
}

// MoveState implements resource.ResourceWithMoveState.
func (r *roleResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(string(policy.OneRole), func(_ string, attributes map[string]any) []string {
		workspace, ok := attributes["workspace_id"].(string)
		if !ok {
			return nil
		}
		if role, ok := attributes["role"].(string); ok {
			return []string{workspace + "/" + canonical(role)}
		}
		return []string{workspace + "/<role>"}
	})
}
