package embedded

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var noun = base.Noun{Type: "tray_embedded_user", One: "end user", At: path.Root("external_user_id"),
	Identity: map[string]string{"id": "Identifier of the end user, given by Tray."}}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *userResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[model](ctx, req, diags)
	if !ok {
		return
	}
	i, ok := r.Stand(ctx, noun, step, object(state), object(plan), req, resp)
	if !ok {
		return
	}
	if step == base.Destroy {
		diags.AddWarning(fmt.Sprintf("What the end user %s has goes with it", state.ExternalID.ValueString()),
			"Tray deletes its solution instances and its authentications with an end user, for good.")
		return
	}
	if step == base.Update {
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
		bills(plan, state, diags)
	}
	if step == base.Create && !Ready(ctx, r.Provider, noun.One, plan.ExternalID.ValueString(), noun.At, diags) {
		return
	}
	if plan.ExternalID.IsUnknown() || step == base.Update && plan.ExternalID.Equal(state.ExternalID) {
		return
	}
	found, err := r.named(ctx, plan)
	if err != nil {
		return
	}
	own := state.ID.ValueString()
	if step == base.Create {
		own = r.ReplacedID(ctx, noun, i, found)
	}
	r.Free(ctx, noun, object(plan), own, found, exists(plan), diags)
}

// bills warns of what a change of is_test_user comes to.
func bills(plan, state model, diags *diag.Diagnostics) {
	who := state.ExternalID.ValueString()
	switch {
	case plan.Test.IsUnknown() || plan.Test.Equal(state.Test) || state.Test.IsNull():
	case plan.Test.ValueBool():
		diags.AddAttributeWarning(path.Root("is_test_user"), fmt.Sprintf("The end user %s becomes a test user", who),
			"Tray no longer bills it and limits it from then on: its workflows may stop after 72 hours.")
	default:
		diags.AddAttributeWarning(path.Root("is_test_user"), fmt.Sprintf("The end user %s is billed from then on", who),
			"It is a test user now, which Tray does not bill. Leave is_test_user out to keep it as it is.")
	}
}

// toImport is what an import names.
func (r *userResource) toImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (m model, ok bool) {
	parts, ok := base.ImportNames(ctx, req, "<id or external id>", diags, "id")
	if !ok {
		return m, false
	}
	name := parts[0]
	u, err := r.API.EmbeddedUsers.Get(ctx, name)
	if tray.IsGone(err) && req.ID != "" {
		u, err = r.API.EmbeddedUsers.External(ctx, name)
	}
	if err == nil && u == nil || tray.IsGone(err) {
		diags.AddError("Could not find the end user", fmt.Sprintf("No end user of the organization has the id or the external id %q.", name))
		return m, false
	}
	if base.Failed(diags, "import the end user", err) {
		return m, false
	}
	m.fromAPI(u)
	return m, true
}

func exists(m model) string {
	return fmt.Sprintf("An end user with the external id %s exists already.", m.ExternalID)
}

// named is the end user that has the external id of m.
func (r *userResource) named(ctx context.Context, m model) ([]base.Found, error) {
	u, err := r.API.EmbeddedUsers.External(ctx, m.ExternalID.ValueString())
	if err != nil || u == nil {
		return nil, err
	}
	return []base.Found{{ID: u.ID}}, nil
}
