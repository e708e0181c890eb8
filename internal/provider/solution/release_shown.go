package solution

import (
	"bytes"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// An apply plans once more, and Terraform calls it a bug of the provider where that comes to
// another impact. So the saved plan is asked what it shows: then the words can be ours.

// isShown reports whether a saved plan shows the release with this impact, or nobody knows.
func (m release) isShown(ctx context.Context, saved []byte) bool {
	id, named := packed(ctx, m.ID)
	impact, known := packed(ctx, m.Impact)
	if !named || !known {
		return true
	}
	other := false
	// In an object attributes are sorted, so that the impact follows the id.
	for _, found := range bytes.Split(saved, append(append([]byte("\xa2id"), id...), "\xa6impact"...))[1:] {
		switch {
		case bytes.HasPrefix(found, impact), bytes.HasPrefix(found, unknown):
			return true
		case !bytes.HasPrefix(found, null): // the state of an imported one has none
			other = true
		}
	}
	return !other
}

// In MessagePack, as plans have it.
var null, unknown = []byte("\xc0"), []byte("\xd4\x00\x00")

// packed is a value in MessagePack.
func packed(ctx context.Context, v attr.Value) ([]byte, bool) {
	value, err := v.ToTerraformValue(ctx)
	if err != nil || !value.IsFullyKnown() {
		return nil, false
	}
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	return dynamic.MsgPack, err == nil
}

// changedSince says that what Tray would publish is not what the plan shows.
func (m release) changedSince(now *tray.SolutionRelease, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("solution_id"), "The solution has changed since the plan",
		fmt.Sprintf("Nothing was published. Of the release of %s Tray says now: %s. That is not what the plan shows. Plan again, and have the new impact reviewed.", m.SolutionID.ValueString(), said(now)))
}
