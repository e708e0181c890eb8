package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// ValidateConfig implements resource.ResourceWithValidateConfig: it refuses what no
// organization could accept, whoever is there. The role Owner is left to the plan, which
// knows whether it is given to somebody or the Owner is imported. So is a name beside the
// default of onboarding: somebody who has joined may have it.
func (r *userResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics)
	if !ok || m.Name.IsUnknown() || m.Onboarding.IsUnknown() || m.Onboarding.IsNull() {
		return
	}
	if problem := nameProblem(true, m.Onboarding.ValueString(), m.Name.ValueString(), ""); problem != "" {
		at := path.Root("name")
		if m.Name.IsNull() {
			at = path.Root("onboarding")
		}
		resp.Diagnostics.AddAttributeError(at, "Could not set the name", problem)
	}
}
