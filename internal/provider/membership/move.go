package membership

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// MoveState implements resource.ResourceWithMoveState.
func (r *memberResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(string(policy.OneMember), importIDs)
}

// importIDs are one import id for each person that the source has.
func importIDs(source string, attributes map[string]any) []string {
	workspace, _ := attributes["workspace_id"].(string)
	var people []string
	switch policy.ResourceType(source) {
	case policy.AllMembers:
		members, _ := attributes["members"].(map[string]any)
		people = slices.Sorted(maps.Keys(members))
	case policy.OneRole:
		emails, _ := attributes["emails"].([]any)
		for _, email := range emails {
			if who, ok := email.(string); ok {
				people = append(people, who)
			}
		}
	}
	ids := make([]string, len(people))
	for i, who := range people {
		ids[i] = workspace + "/" + who
	}
	return ids
}
