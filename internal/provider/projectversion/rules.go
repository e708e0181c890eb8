package projectversion

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var noun = base.Noun{Type: "tray_project_version", One: "project version", At: path.Root("version_number"),
	Identity: map[string]string{"project_id": "Project that it is a snapshot of.", "version_number": "Number of the version."}}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *versionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[model](ctx, req, diags)
	if !ok {
		return
	}
	o := object(plan)
	if step == base.Create {
		o.ID = "" // it is the name: what has it now is not this object yet
	}
	i, ok := r.Stand(ctx, noun, step, object(state), o, req, resp)
	if !ok || diags.HasError() {
		return
	}
	switch step {
	case base.Destroy:
		forgets(state, diags)
	case base.Update:
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
		if plan.Expired.IsUnknown() && plan.key() == state.key() {
			plan.Expired = state.Expired
			diags.Append(resp.Plan.SetAttribute(ctx, path.Root("expired"), plan.Expired)...)
		}
		if plan.key() == state.key() {
			rewritten(plan, state, diags)
		}
	case base.Create:
		diags.Append(resp.Plan.SetAttribute(ctx, path.Root("expired"), false)...)
		if plan.key() != "" {
			diags.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.key())...)
			r.planCreate(ctx, i, plan, diags)
		}
	}
}

// planCreate refuses a number that is taken, but by what the plan replaces: that stays as it
// is.
func (r *versionResource) planCreate(ctx context.Context, i base.Instance, plan model, diags *diag.Diagnostics) {
	there, err := r.find(ctx, plan)
	if err != nil || there == nil {
		return
	}
	was, replaced := base.Replaced[model](ctx, r.Provider, noun, i, plan.key())
	if replaced && was.key() == plan.key() {
		rewritten(plan, was, diags)
		return
	}
	if !r.MayBeThere(ctx, i, object(plan)) {
		taken(plan, diags)
	}
}

// rewritten refuses other words under the same number.
func rewritten(plan, state model, diags *diag.Diagnostics) {
	for name, values := range map[string][2]types.String{"title": {plan.Title, state.Title}, "description": {plan.Description, state.Description}} {
		if !values[0].IsUnknown() && !values[0].Equal(values[1]) {
			diags.AddAttributeError(path.Root(name), "A version is never rewritten",
				fmt.Sprintf("In Tray the %s of version %s is %s, here it is %s, and Tray changes no version. Write %s here again, or give the new snapshot a version_number of its own.",
					name, state.Number.ValueString(), values[1], values[0], values[1]))
		}
	}
}

func taken(m model, diags *diag.Diagnostics) {
	base.Taken(diags, noun, fmt.Sprintf("The project has a version %s already, and Tray changes no version. Choose another version_number to make a new snapshot.", m.Number.ValueString()),
		[]base.Found{{ID: m.key()}})
}

func forgets(state model, diags *diag.Diagnostics) {
	if state.Expired.ValueBool() {
		return
	}
	diags.AddWarning("The version stays in Tray",
		fmt.Sprintf("Tray has no call that deletes a version. Terraform forgets version %s; it stays until Tray drops it, "+
			"which keeps the two newest and those of the last seven days at least.", state.Number.ValueString()))
}

// expire notes that a complete list has not the version.
func expire(state *model, diags *diag.Diagnostics) {
	if !state.Expired.ValueBool() {
		diags.AddWarning("Tray has dropped the version",
			fmt.Sprintf("Version %s of the project %s is in the state, and Tray has it no more: it keeps the two newest versions and those of the last seven days, and may drop others. "+
				"Nothing is wrong, and nothing is made anew: a snapshot under the same number would hold what the project is today. It cannot be exported any more. "+
				"Remove the resource from the configuration when it has served its purpose.", state.Number.ValueString(), state.ProjectID.ValueString()))
	}
	state.Expired = types.BoolValue(true)
}

// missing says that an import names a version that is not there.
func missing(m model, diags *diag.Diagnostics) bool {
	diags.AddError("Could not find the project version",
		fmt.Sprintf("The project %s has no version %s, or has it no more: Tray keeps the two newest and those of the last seven days. "+
			"The data source tray_project_versions lists those that there are.", m.ProjectID.ValueString(), m.Number.ValueString()))
	return true
}

var groups = regexp.MustCompile(`^[0-9]+(\.[0-9]+){0,2}$`)

func number() []validator.String {
	return append(base.Word(), base.Check("must be a version number", func(s string) (string, string) {
		if base.IsWord(s) && !groups.MatchString(s) {
			return "Not a version number", "Write one to three groups of digits with dots between them, such as 3, 1.0 or 1.2.3."
		}
		return "", ""
	}))
}
