package organization

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *settingsResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[settings](ctx, req, diags)
	if !ok {
		return
	}
	if step == base.Create { // not base.Stand: whose settings they are is read first
		i := r.Planned(ctx, req, resp, &policy.Object{Type: settingsNoun.Type})
		if r.Ready(nil) {
			r.planCreate(ctx, i, config, plan, resp)
		}
		return
	}
	_, ok = r.Stand(ctx, settingsNoun, step, state.object(), plan.object(), req, resp)
	switch {
	case step == base.Destroy && (ok || !r.Ready(nil)): // that they stay is known without the API
		settingsStay(diags)
	case step == base.Update && ok && !req.Plan.Raw.Equal(req.State.Raw):
		r.planUpdate(ctx, plan, state, diags)
	}
}

func (r *settingsResource) planUpdate(ctx context.Context, plan, state settings, diags *diag.Diagnostics) {
	managed, err := r.API.Management.Available(ctx)
	switch {
	case err != nil:
	case !managed:
		onlyTheUISets(diags, plan)
	default:
		r.judge(ctx, plan, state, diags)
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
	if err != nil || !r.Claim(i, policy.Creates, there.object(), settingsNoun.One, there.ID.ValueString(), settingsNoun.At, &resp.Diagnostics) {
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
