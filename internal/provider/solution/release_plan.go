package solution

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/embedded"
	"github.com/tray-community/terraform-provider-tray/internal/provider/promotion"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It does not stay quiet when the
// preview fails: a release whose impact nobody has seen is not planned.
func (r *releaseResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[release](ctx, req, diags)
	if !ok {
		return
	}
	o := plan.object()
	if step == base.Create {
		o.ID = "" // it is the name: what is published of it now is not this release yet
	}
	i, stands := r.Stand(ctx, releaseNoun, step, state.object(), o, req, resp)
	if diags.HasError() {
		return
	}
	if step == base.Destroy {
		stays(state, diags)
		return
	}
	if stands && step == base.Update {
		base.Remember(r.Provider, releaseNoun, i.Mark, state.ID.ValueString(), state)
	}
	if step == base.Update && plan.SolutionID.Equal(state.SolutionID) && !plan.publishes(state) {
		noted(plan, state, diags)
		plan.keep(state)
	} else if !r.planRelease(ctx, &plan, config, diags) {
		return
	}
	diags.Append(resp.Plan.Set(ctx, plan)...)
}

// Publishing is the ledger's kind for the solutions that this run publishes: the list of
// published ones, and their slots, are not yet what instances find in the apply.
const Publishing = "publishes the solution"

// planRelease fills in what the plan shows. It reports false when diags say why there can be
// none.
func (r *releaseResource) planRelease(ctx context.Context, plan *release, config release, diags *diag.Diagnostics) bool {
	plan.ID, plan.ReleaseID, plan.Impact = plan.SolutionID, types.StringUnknown(), types.ObjectUnknown(impactTypes)
	if !r.Ready(nil) || !embedded.Exists(ctx, r.Provider, "solution", orNew(plan.SolutionID), path.Root("solution_id"), diags) {
		return !diags.HasError()
	}
	if !plan.SolutionID.IsUnknown() {
		r.Ledger.Note(Publishing, plan.SolutionID.ValueString())
	}
	if plan.SolutionID.IsUnknown() || plan.Content.IsUnknown() {
		return true
	}
	if draft, pending := r.Ledger.Kept(base.DraftOf(plan.SolutionID.ValueString())).(*tray.SolutionImpact); pending {
		return within(&tray.SolutionRelease{Impact: *draft}, config, diags)
	}
	now, err := r.API.SolutionReleases.Preview(ctx, plan.SolutionID.ValueString())
	if base.Failed(diags, "preview the release of the solution", err, path.Root("solution_id")) || !within(now, config, diags) {
		return false
	}
	plan.Impact = impactOf(now)
	if !plan.isShown(ctx, promotion.SavedPlan(r.SavedPlan)) {
		plan.changedSince(now, diags)
		return false
	}
	return true
}

func orNew(id types.String) string {
	if id.ValueString() == "" {
		return "of the same plan"
	}
	return id.ValueString()
}

// within holds an impact against what the configuration allows.
func within(now *tray.SolutionRelease, config release, diags *diag.Diagnostics) bool {
	if !now.Impact.BreakingChanges || config.AllowBreaking.IsUnknown() {
		return true
	}
	if !config.AllowBreaking.ValueBool() {
		diags.AddAttributeError(path.Root("allow_breaking_changes"), "The release breaks instances of the solution",
			fmt.Sprintf("Tray calls it a breaking change: %s. Instances then keep the old release until each is upgraded. If that is meant, write\n\n  allow_breaking_changes = true", orUnsaid(now.Impact.Messages)))
		return false
	}
	diags.AddWarning("The release makes breaking changes", fmt.Sprintf("%s. Tray upgrades no instance by itself then: each keeps the old release until tray_solution_instance, or whoever else it belongs to, upgrades it.", orUnsaid(now.Impact.Messages)))
	return true
}

func orUnsaid(messages []string) string {
	if len(messages) == 0 {
		return "Tray does not say what"
	}
	return strings.TrimSuffix(strings.Join(messages, "; "), ".")
}

// said is an impact in words.
func said(now *tray.SolutionRelease) string {
	all := slices.Clone(now.Impact.Messages)
	for _, c := range []struct {
		is   bool
		what string
	}{
		{now.Impact.BreakingChanges, "it has breaking changes"},
		{now.Impact.RequiresNewUserInput, "end users must enter something"},
		{now.Impact.RequiresNewSystemInput, "you must enter something for end users"},
	} {
		if c.is {
			all = append(all, c.what)
		}
	}
	for _, slots := range []struct {
		of string
		tray.Changes
	}{{"authentications", now.Impact.AuthenticationSlots}, {"the configuration", now.Impact.ConfigSlots}} {
		for _, c := range []struct {
			what   string
			titles []string
		}{{"created", slots.Created}, {"updated", slots.Updated}, {"removed", slots.Removed}} {
			if len(c.titles) > 0 {
				all = append(all, fmt.Sprintf("slots for %s are %s: %s", slots.of, c.what, strings.Join(c.titles, ", ")))
			}
		}
	}
	if len(all) == 0 {
		return "no slot changes"
	}
	return strings.Join(all, "; ")
}

// noted says that what was imported is not published again.
func noted(plan, state release, diags *diag.Diagnostics) {
	if state.Content.IsNull() && !plan.Content.IsUnknown() {
		diags.AddWarning("The imported release is taken for this content",
			fmt.Sprintf("Tray does not say what was published of the solution %s before the import. Terraform takes it to be the content %q, and publishes nothing. To publish, give another content after this apply.",
				plan.SolutionID.ValueString(), plan.Content.ValueString()))
	}
}

func stays(state release, diags *diag.Diagnostics) {
	diags.AddWarning("The release stays published",
		fmt.Sprintf("Tray has no call that takes a release back. Terraform forgets it; instances of the solution %s keep running what was published. To go back, import the earlier version of the project and publish that first.", state.SolutionID.ValueString()))
}

const releaseForm = "<solution>, or <solution>/<content>, the solution by its id or its title"

// ImportState takes a solution, with the content that is published of it where that is known,
// or an identity.
func (r *releaseResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	diags := &resp.Diagnostics
	if !r.Ready(diags) {
		return
	}
	m := release{Impact: types.ObjectNull(impactTypes)}
	if req.ID == "" {
		id, ok := base.Load[releaseIdentity](ctx, req.Identity, diags)
		if !ok {
			return
		}
		m.SolutionID = id.SolutionID
	} else {
		solution, content, _ := strings.Cut(req.ID, "/")
		if solution == "" {
			diags.AddError("Could not read the import id", fmt.Sprintf("%q is not of the form %s.", req.ID, releaseForm))
			return
		}
		id, ok := r.find(ctx, solution, diags)
		if !ok {
			return
		}
		m.SolutionID, m.Content = types.StringValue(id), base.Text(content)
	}
	m.ID = m.SolutionID
	if r.published(ctx, &m, diags) && r.ClaimImport(ctx, releaseNoun, m.object(), resp) {
		base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), diags)
	}
}

// published finds out what can be told of a release: on the management plane its id, on a live
// Tray whether the token may publish the solution.
func (r *releaseResource) published(ctx context.Context, m *release, diags *diag.Diagnostics) bool {
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "reach the management plane", err) {
		return false
	}
	if !managed {
		_, err = r.API.SolutionReleases.Preview(ctx, m.SolutionID.ValueString())
		return !base.Failed(diags, "import the solution release", err)
	}
	there, err := r.API.ManagedSolutions.Get(ctx, m.SolutionID.ValueString())
	if base.Failed(diags, "import the solution release", err) {
		return false
	}
	if there.ReleaseID == "" {
		diags.AddError("Could not import the solution release", fmt.Sprintf("The solution %q was never published. Leave the import out: the apply publishes it.", there.Title))
		return false
	}
	m.ReleaseID = types.StringValue(there.ReleaseID)
	return true
}

// find is the id of the solution that an import names, by its id or its title. Titles of
// drafts are known on the management plane only.
func (r *releaseResource) find(ctx context.Context, name string, diags *diag.Diagnostics) (id string, ok bool) {
	if base.IsUUID(name) {
		return name, true
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "reach the management plane", err) {
		return "", false
	}
	var found []string
	note := func(id, title string) {
		if title == name {
			found = append(found, id)
		}
	}
	if managed {
		var all []tray.ManagedSolution
		all, err = r.API.ManagedSolutions.List(ctx)
		for _, s := range all {
			note(s.ID, s.Title)
		}
	} else {
		var all []tray.Solution
		all, err = r.API.Solutions.List(ctx)
		for _, s := range all {
			note(s.ID, s.Title)
		}
	}
	if base.Failed(diags, "import the solution release", err) {
		return "", false
	}
	if len(found) != 1 {
		diags.AddError("Could not find the solution", fmt.Sprintf("%d solutions have the title %q.%s", len(found), name, base.OneOf(found)))
		return "", false
	}
	return found[0], true
}
