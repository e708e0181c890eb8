package promotion

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. Unlike other nouns it does not stay
// quiet when a read fails: an import whose impact nobody has seen is not planned.
func (r *importResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[model](ctx, req, diags)
	if !ok {
		return
	}
	o := object(plan)
	if step == base.Create {
		o.ID = "" // it is the name: what is imported into it now is not this import yet
	}
	i, ok := r.Stand(ctx, noun, step, object(state), o, req, resp)
	if diags.HasError() {
		return
	}
	if step == base.Destroy {
		forgets(state, diags)
		return
	}
	config, loaded := base.Load[model](ctx, req.Config, diags)
	if !loaded {
		return
	}
	if ok && step == base.Update {
		base.Remember(r.Provider, noun, i.Mark, state.ID.ValueString(), state)
	}
	if step == base.Update && !plan.ProjectID.Equal(state.ProjectID) {
		state, step = model{}, base.Create // the other project has nothing of it
	}
	if r.planImport(ctx, step, &plan, config, state, diags) {
		diags.Append(resp.Plan.Set(ctx, plan)...)
	}
}

// planImport fills in what the plan shows. It reports false when diags say why there can be
// none.
func (r *importResource) planImport(ctx context.Context, step base.Step, plan *model, config, state model, diags *diag.Diagnostics) bool {
	plan.ID = plan.ProjectID
	asked := config
	asked.ProjectID = plan.ProjectID
	if missing := asked.unknown(); len(missing) > 0 || !r.Ready(nil) {
		plan.openImport()
		if r.Ready(nil) {
			unseen(missing, diags)
		}
		return true
	}
	e := read(config.Export.ValueString(), texts(config.NotSecrets), diags)
	if e == nil {
		return false
	}
	if step == base.Update && plan.done(e, state) {
		plan.keep(state)
		plan.Exported, plan.SolutionID = exported(e), r.knownSolution(ctx, plan.ProjectID.ValueString(), e, state.SolutionID, &diag.Diagnostics{}) // it has been said
		if plan.records() && state.RecordedVersion.IsNull() {
			plan.RecordedVersion, plan.NewestVersion = types.StringUnknown(), types.StringUnknown()
		}
		plan.unrecord()
		return true
	}
	shown := r.savedPlan() // else what has changed since shows as whatever it leads to
	if !shown.sameExport(e, diags) {
		return false
	}
	now := r.ask(ctx, *plan, e, diags)
	if now == nil || !shown.sameDestination(e, now.impact, diags) || !within(now.impact, config, diags) || !r.backedUp(ctx, *plan, config, now.impact, diags) {
		return false
	}
	if step == base.Update && plan.drifts(state) {
		drifted(state, diags)
	}
	plan.show(e, now.impact, config)
	plan.SolutionID = r.knownSolution(ctx, plan.ProjectID.ValueString(), e, solution(now.impact, state.SolutionID), diags)
	if s := now.impact.Solution; s != nil && s.ID != "" {
		r.Ledger.Keep(base.DraftOf(s.ID), s)
	}
	return true
}

// done reports whether the last import has brought what the plan wants, as far as Tray tells.
func (m model) done(e *export.Export, state model) bool {
	return e.Digest == state.ExportDigest.ValueString() && m.sameArguments(state) && !m.drifts(state)
}

// drifts reports whether somebody has made a version of the destination since the last import.
func (m model) drifts(state model) bool {
	return m.records() && state.edited()
}

// openImport plans an import of which nothing is known.
func (m *model) openImport() {
	m.ExportDigest, m.PreviewDigest, m.BackupSHA256 = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.RecordedVersion, m.NewestVersion = types.StringUnknown(), types.StringUnknown()
	m.Exported, m.Impact, m.SolutionID = types.ObjectUnknown(exportedTypes), types.ObjectUnknown(impactTypes), types.StringUnknown()
	m.unrecord()
}

// unrecord leaves out the versions of an import that makes none.
func (m *model) unrecord() {
	if !m.records() {
		m.RecordedVersion, m.NewestVersion = types.StringNull(), types.StringNull()
	}
}

// show plans an import.
func (m *model) show(e *export.Export, i *tray.Impact, config model) {
	m.ExportDigest, m.Exported = types.StringValue(e.Digest), exported(e)
	m.PreviewDigest, m.Impact = types.StringValue(i.Digest), impact(i)
	m.BackupSHA256 = types.StringNull()
	if !config.Backup.IsNull() && !i.IsEmpty() {
		m.BackupSHA256 = types.StringUnknown()
	}
	m.RecordedVersion, m.NewestVersion = types.StringUnknown(), types.StringUnknown()
	m.unrecord()
}

// unseen warns of an import that nobody can review.
func unseen(missing []string, diags *diag.Diagnostics) {
	diags.AddWarning("The impact of the import is not known yet",
		fmt.Sprintf("The value of %s is not known before the apply, so that Tray cannot be asked. The apply checks everything then, within max_removed_workflows and allow_breaking_changes, "+
			"and imports without anybody having seen the impact. To have it reviewed, apply what the value comes from first, and plan again.", strings.Join(missing, " and ")))
}

// drifted says why an import is planned although nothing here has changed.
func drifted(state model, diags *diag.Diagnostics) {
	diags.AddWarning("Somebody made a version of the destination",
		fmt.Sprintf("The last import was recorded as version %s of the project %s, and the newest is %s now. The impact says what of the import is not there any more; where it is empty, nothing is imported, and the apply records the project anew.",
			state.RecordedVersion.ValueString(), state.ProjectID.ValueString(), orNone(state.NewestVersion)))
}

func orNone(v types.String) string {
	if v.ValueString() == "" {
		return "gone"
	}
	return v.ValueString()
}

// title names what is imported.
func title(e *export.Export) string { return strings.TrimSpace(e.Project + " " + e.Version) }

// said is an impact in words.
func said(i *tray.Impact) string {
	var all []string
	add := func(what string, names []string) {
		if len(names) > 0 {
			all = append(all, what+" "+strings.Join(names, ", "))
		}
	}
	for _, c := range []struct {
		noun string
		tray.Changes
	}{{"workflow", i.Workflows}, {"configuration key", i.Config}} {
		add(c.noun+"s created:", c.Created)
		add(c.noun+"s updated:", c.Updated)
		add(c.noun+"s removed:", c.Removed)
	}
	if s := i.Solution; s != nil && s.ChangeType != "" {
		text := "the solution is " + strings.ToLower(s.ChangeType)
		if s.BreakingChanges {
			text += " with breaking changes"
		}
		all = append(all, text)
	}
	if i.IsEmpty() {
		return "nothing changes"
	}
	return strings.Join(all, "; ")
}

// within holds an impact against the brakes.
func within(i *tray.Impact, config model, diags *diag.Diagnostics) bool {
	removed := i.Workflows.Removed
	if most := config.MaxRemoved.ValueInt64(); int64(len(removed)) > most && !config.MaxRemoved.IsUnknown() {
		diags.AddAttributeError(path.Root("max_removed_workflows"), "The import removes workflows",
			fmt.Sprintf("%d workflows of the destination would be removed, and max_removed_workflows is %d: %s. They are not in the export. If they are to go, write\n\n  max_removed_workflows = %d",
				len(removed), most, strings.Join(removed, ", "), len(removed)))
	}
	if s := i.Solution; s != nil && s.BreakingChanges && !config.AllowBreaking.ValueBool() && !config.AllowBreaking.IsUnknown() {
		diags.AddAttributeError(path.Root("allow_breaking_changes"), "The import breaks instances of the solution",
			fmt.Sprintf("Tray calls it a breaking change: %s. If that is meant, write\n\n  allow_breaking_changes = true", orUnsaid(s.Messages)))
	} else if s != nil && s.BreakingChanges {
		diags.AddWarning("The import makes breaking changes to the solution", fmt.Sprintf("%s. The solution is imported as a draft: instances break when it is published.", orUnsaid(s.Messages)))
	}
	return !diags.HasError()
}

func orUnsaid(messages []string) string {
	if len(messages) == 0 {
		return "without saying what"
	}
	return strings.TrimSuffix(strings.Join(messages, "; "), ".")
}

func forgets(state model, diags *diag.Diagnostics) {
	diags.AddWarning("What was imported stays",
		fmt.Sprintf("An import cannot be taken back by a destroy. Terraform forgets it; the project %s stays as it is. To go back, import the backup or an earlier export first.", state.ProjectID.ValueString()))
}
