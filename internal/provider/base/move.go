package base

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// StaysItsType answers a moved block from a resource of another type, which Terraform hands
// to the new type to convert: types of this provider do not turn into one another, as each
// stands for its objects in its own way. The answer is what to paste instead. ImportIDs are
// the import ids of the objects in the source's state, as far as the target can have them;
// nil is a target that no other type's state can name.
func StaysItsType(target string, importIDs func(source string, attributes map[string]any) []string) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(_ context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		attributes := map[string]any{}
		if req.SourceRawState != nil {
			_ = json.Unmarshal(req.SourceRawState.JSON, &attributes) // without them, the ids are left to the user
		}
		var ids []string
		if importIDs != nil {
			ids = importIDs(req.SourceTypeName, attributes)
		}
		if len(ids) == 0 {
			ids = []string{"<id>"}
		}
		blocks := make([]string, len(ids))
		for i, id := range ids {
			blocks[i] = ImportBlock(target, id)
		}
		resp.Diagnostics.AddError("A resource does not change its type by moving", fmt.Sprintf(
			"A moved block gives a resource another address; a %s does not become a %s by it. In place of the moved block, take the old one out of the state "+
				"without a destroy and import what it stands for, with the resources' own names in place of <old> and <name>. Nothing changes in Tray by this:\n\n%s\n\n%s",
			req.SourceTypeName, target, RemovedBlock(req.SourceTypeName, "<old>"), strings.Join(blocks, "\n\n")))
	}}}
}
