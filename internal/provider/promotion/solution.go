package promotion

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// solution is the id of the destination's solution after an import that does i: was, where
// that does not concern it; unknown while Tray has yet to make it.
func solution(i *tray.Impact, was types.String) types.String {
	switch s := i.Solution; {
	case s == nil:
		return base.Or(was, types.StringNull())
	case s.ChangeType == "Deleted":
		return types.StringNull()
	case s.ID == "":
		return types.StringUnknown()
	default:
		return types.StringValue(s.ID)
	}
}

// knownSolution is id, or where it is null although the export has a solution, what the
// management plane tells: an import whose answer was lost, or that somebody else has carried
// out, leaves nothing to do in which Tray would name the solution.
func (r *importResource) knownSolution(ctx context.Context, projectID string, e *export.Export, id types.String, diags *diag.Diagnostics) types.String {
	if !id.IsNull() || e.SolutionID == "" {
		return id
	}
	there, err := r.API.ManagedSolutions.OfProject(ctx, projectID)
	if err == nil && there != nil {
		return types.StringValue(there.ID)
	}
	diags.AddAttributeWarning(path.Root("project_id"), "The id of the solution is not known",
		fmt.Sprintf("The project %s holds what the export %s has, a solution too. Tray names a solution only to the import that makes or changes it, and that answer was lost or somebody else's. "+
			"solution_id is null until an import changes the solution. Until then take the id from the address of the solution's page in Tray, and write it where solution_id is used.", projectID, title(e)))
	return id
}
