package organization

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *settingsResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.planDestroy(ctx, req, resp)
		return
	}
	plan, ok := base.Load[settings](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if req.State.Raw.IsNull() {
		i := r.Planned(ctx, req, resp, &policy.Object{Type: settingsType})
		if config, ok := base.Load[settings](ctx, req.Config, &resp.Diagnostics); ok && r.Ready(nil) {
			r.planCreate(ctx, i, config, plan, resp)
		}
		return
	}
	i := r.Planned(ctx, req, resp, nil)
	state, ok := base.Load[settings](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.claim(i, policy.Keeps, state, &resp.Diagnostics) || !r.Ready(nil) || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	switch {
	case err != nil:
	case !managed:
		onlyTheUISets(&resp.Diagnostics, plan)
	default:
		r.judge(ctx, plan, state, &resp.Diagnostics)
	}
}

// settingsType is the type of the objects that these resources stand for.
const settingsType = "tray_organization_settings"

// claim notes what the instance plans for the settings, of which an organization has one.
func (r *settingsResource) claim(i base.Instance, stance policy.Stance, s settings, diags *diag.Diagnostics) bool {
	o := policy.Object{Type: settingsType, ID: s.ID.ValueString()}
	return r.Claim(i, stance, o, "settings of the organization", o.ID, path.Empty(), diags)
}

func (r *settingsResource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	i := r.Planned(ctx, req, resp, nil)
	if state, ok := base.Load[settings](ctx, req.State, &resp.Diagnostics); ok && r.claim(i, policy.Destroys, state, &resp.Diagnostics) {
		settingsStay(&resp.Diagnostics)
	}
}

func (r *settingsResource) planCreate(ctx context.Context, i base.Instance, config, plan settings, resp *resource.ModifyPlanResponse) {
	managed, err := r.API.Management.Available(ctx)
	if err != nil {
		return
	}
	if !managed {
		onlyTheUISets(&resp.Diagnostics, config)
		return
	}
	if !entitled(&resp.Diagnostics, role(ctx, r.API), "manage the organization's settings") {
		return
	}
	there, err := r.there(ctx)
	if err != nil || !r.claim(i, policy.Creates, there, &resp.Diagnostics) {
		return
	}
	adopted := there
	for _, v := range []struct{ from, to *types.String }{
		{&config.AlertingWorkflowID, &adopted.AlertingWorkflowID}, {&config.EmbeddedID, &adopted.EmbeddedID}, {&config.ConfigWizardCSS, &adopted.ConfigWizardCSS},
	} {
		if !v.from.IsNull() {
			*v.to = *v.from
		}
	}
	if !config.AllowWorkspaceAdminTokens.IsNull() {
		adopted.AllowWorkspaceAdminTokens = plan.AllowWorkspaceAdminTokens
	}
	r.judge(ctx, adopted, there, &resp.Diagnostics)
	replaces(&resp.Diagnostics, adopted, there)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, adopted)...)
}

// judge says what is wrong with, or comes of, changing the settings from there to plan.
func (r *settingsResource) judge(ctx context.Context, plan, there settings, diags *diag.Diagnostics) {
	if plan.spec(there).Empty() {
		return
	}
	if !entitled(diags, role(ctx, r.API), "change the organization's settings") {
		return
	}
	if plan.wantsEmbedded(there) {
		o, err := r.API.Management.Organization(ctx)
		if err == nil && !o.Embedded && !embeddedOnly(diags, plan, o.Name) {
			return
		}
	}
	breaksAddresses(diags, plan, there)
}

// there reads the settings as they are. It needs the management plane.
func (r *settingsResource) there(ctx context.Context) (settings, error) {
	got, err := r.API.Management.Settings(ctx)
	if err != nil {
		return settings{}, err
	}
	self, err := r.API.Management.Self(ctx)
	if err != nil {
		return settings{}, err
	}
	if self == nil { // an operator has no settings to read either, so this is never reached
		return settings{}, errors.New("it is not known which organization the token belongs to")
	}
	there := settings{ID: types.StringValue(self.OrganizationID)}
	there.fromAPI(got)
	return there, nil
}
