package membership

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// ValidateConfig implements resource.ResourceWithValidateConfig: somebody has to be named.
// A reference that turns out null looks like an argument that was left out, and the most
// common one is the id of somebody who is only invited.
func (r *memberResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok || !m.Email.IsNull() || !m.UserID.IsNull() {
		return
	}
	resp.Diagnostics.AddAttributeError(path.Root("user_id"), "Nobody is named",
		"A membership needs email or user_id, and both are null. The id of a tray_user is null until the person accepts the invitation, "+
			"so user_id = tray_user.<name>.id names nobody before that. Write email = tray_user.<name>.email instead: the membership waits for the person, and an apply completes it.")
}
