package promotion

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/provider/project"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure   = (*importResource)(nil)
	_ resource.ResourceWithIdentity    = (*importResource)(nil)
	_ resource.ResourceWithImportState = (*importResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*importResource)(nil)
	_ resource.ResourceWithMoveState   = (*importResource)(nil)
)

// identity is the project that is imported into.
type identity struct {
	ProjectID types.String `tfsdk:"project_id"`
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *importResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"project_id": identityschema.StringAttribute{Description: "Project that is imported into.", RequiredForImport: true},
	}}
}

// Create leaves nothing in the state unless the import was carried out: the next plan asks
// Tray what is left to do.
func (r *importResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	config, loaded := base.Load[model](ctx, req.Config, diags)
	if !ok || !loaded || !r.BeginWrite(ctx, resp.Private, diags) || !r.carryOut(ctx, &plan, config, model{}, diags) {
		return
	}
	r.Hold(base.Applied(ctx, resp.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, identity{plan.ProjectID}, diags)
}

func (r *importResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	state, loaded := base.Load[model](ctx, req.State, diags)
	config, read := base.Load[model](ctx, req.Config, diags)
	if !ok || !loaded || !read || !r.BeginWrite(ctx, req.Private, diags) || !r.carryOut(ctx, &plan, config, state, diags) {
		return
	}
	r.Hold(base.Applied(ctx, req.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, identity{plan.ProjectID}, diags)
}

// carryOut does what was planned. It reports false when the state is to stay as it was.
func (r *importResource) carryOut(ctx context.Context, plan *model, config, state model, diags *diag.Diagnostics) bool {
	plan.ID = plan.ProjectID
	e := read(config.Export.ValueString(), texts(config.NotSecrets), diags)
	if e == nil {
		return false
	}
	if !plan.ExportDigest.IsUnknown() && plan.ExportDigest.ValueString() != e.Digest {
		otherExport(diags)
		return false
	}
	if !state.ID.IsNull() && plan.ProjectID.Equal(state.ProjectID) && plan.done(e, state) {
		return r.record(ctx, plan, e, diags)
	}
	now := r.asPlanned(ctx, *plan, config, e, diags)
	if now == nil {
		return false
	}
	saved, got := types.StringNull(), now.impact
	if !now.impact.IsEmpty() {
		var ok bool
		if saved, ok = r.save(ctx, *plan, config, e, diags); !ok {
			return false
		}
		if got = r.send(ctx, *plan, now, diags); got == nil {
			return false
		}
	}
	plan.SolutionID = r.knownSolution(ctx, plan.ID.ValueString(), e, base.Or(solution(got, state.SolutionID), types.StringNull()), diags)
	if plan.BackupSHA256.IsUnknown() {
		plan.BackupSHA256 = saved
	}
	plan.ExportDigest, plan.Exported = types.StringValue(e.Digest), exported(e)
	plan.PreviewDigest, plan.Impact = types.StringValue(now.impact.Digest), impact(now.impact)
	return r.record(ctx, plan, e, diags)
}

// asPlanned asks Tray once more. It returns nil when the answer is not what the plan shows.
func (r *importResource) asPlanned(ctx context.Context, plan, config model, e *export.Export, diags *diag.Diagnostics) *answer {
	now := r.ask(ctx, plan, e, diags)
	switch {
	case now == nil:
		return nil
	case !plan.PreviewDigest.IsUnknown() && plan.PreviewDigest.ValueString() != now.impact.Digest:
		otherDestination(e, now.impact, diags)
		return nil
	case !within(now.impact, config, diags):
		return nil
	}
	return now
}

// send imports, once. It returns nil when it was not carried out, or nobody knows.
func (r *importResource) send(ctx context.Context, plan model, now *answer, diags *diag.Diagnostics) *tray.Impact {
	got, err := r.API.Projects.Import(ctx, plan.ProjectID.ValueString(), now.spec, now.impact)
	if errors.Is(err, tray.ErrNotImported) {
		diags.AddError("The import was not carried out", err.Error()+"\n\nTray's answer was lost, and the import is not sent a second time. Plan again: the plan shows what is left to do.")
		return nil
	}
	if base.Failed(diags, "import the project", err) {
		return nil
	}
	if !got.Says(now.impact) {
		diags.AddError("The import did something else than the plan shows",
			fmt.Sprintf("Planned: %s. Done, in Tray's words: %s. Look at the destination before anything runs there; to go back, import the backup or an earlier export.", said(now.impact), said(got)))
	}
	return got
}

// record makes a version of the destination, where that is planned.
func (r *importResource) record(ctx context.Context, plan *model, e *export.Export, diags *diag.Diagnostics) bool {
	if !plan.RecordedVersion.IsUnknown() || !plan.records() {
		plan.unrecord()
		return true
	}
	plan.RecordedVersion, plan.NewestVersion = types.StringNull(), types.StringNull()
	made, err := r.snapshot(ctx, *plan, "Imported "+title(e), "Made by Terraform after an import.")
	if err != nil {
		diags.AddWarning("Could not record the import as a version", fmt.Sprintf("The import is done. The version that record_version asks for could not be made: %s. The next apply tries again.", err))
		return true
	}
	plan.RecordedVersion, plan.NewestVersion = types.StringValue(made.Number), types.StringValue(made.Number)
	return true
}

// snapshot makes the next version of the destination.
func (r *importResource) snapshot(ctx context.Context, plan model, title, description string) (*tray.ProjectVersion, error) {
	project := plan.ProjectID.ValueString()
	newest, err := r.API.Projects.NewestVersion(ctx, project)
	if err != nil {
		return nil, err
	}
	return r.API.Projects.CreateVersion(ctx, project, tray.VersionAfter(newest), title, description)
}

// Read looks whether the destination is there, and with record_version for its newest version.
func (r *importResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	diags := &resp.Diagnostics
	state, ok := base.Load[model](ctx, req.State, diags)
	if !ok || !r.BeginRead(ctx, req, resp, object(state)) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	diags.Append(resp.Identity.Set(ctx, identity{state.ProjectID})...)
	newest, err := r.API.Projects.NewestVersion(ctx, state.ProjectID.ValueString())
	if tray.IsGone(err) {
		r.Gone(ctx, noun, object(state), resp)
		return
	}
	if base.Failed(diags, "read the destination of the import", err) {
		return
	}
	if state.records() && !state.RecordedVersion.IsNull() {
		state.NewestVersion = types.StringNull()
		if newest != nil {
			state.NewestVersion = types.StringValue(newest.Number)
		}
	}
	base.Remember(r.Provider, noun, "", state.ID.ValueString(), state)
	diags.Append(resp.State.Set(ctx, state)...)
}

// Delete forgets: the plan has said so.
func (r *importResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.BeginWrite(ctx, req.Private, &resp.Diagnostics)
}

// ImportState takes the destination, by its id or as <workspace>/<project>, or an identity. What was imported there is not
// known: the next plan asks Tray, and sends nothing where nothing is missing.
func (r *importResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	diags := &resp.Diagnostics
	if !r.Ready(diags) {
		return
	}
	var given identity
	var ok bool
	if req.ID == "" {
		given, ok = base.Load[identity](ctx, req.Identity, diags)
	} else {
		var id string
		id, ok = project.Find(ctx, r.Provider, req.ID, diags)
		given.ProjectID = types.StringValue(id)
	}
	if !ok {
		return
	}
	into := given.ProjectID
	if _, err := r.API.Projects.Versions(ctx, into.ValueString()); base.Failed(diags, "read the destination of the import", err) {
		return
	}
	r.Ledger.Reading()
	if !r.Claim(base.Applied(ctx, resp.Private), policy.Imports, object(model{ID: into, arguments: arguments{ProjectID: into}}), noun.One, "", path.Empty(), diags) {
		return
	}
	diags.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), into)...)
	diags.Append(resp.State.SetAttribute(ctx, path.Root("id"), into)...)
	diags.Append(resp.Identity.Set(ctx, identity{into})...)
}

// MoveState implements resource.ResourceWithMoveState.
func (r *importResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(noun.Type, nil)
}
