// Package workspace implements tray_workspace and the data sources tray_workspace and
// tray_workspaces. A shared workspace holds projects and the people who work on them.
// Tray's platform API only reads workspaces (docs: guide "Connecting a live
// organization"): without the management plane a workspace is adopted, not made.
package workspace

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*workspaceResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &workspaceResource{base.ResourceOf(kind.Noun)} }}
}

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDataSource, NewListDataSource}
}

type workspaceResource struct{ base.NounResource }

const resourceText = "A shared workspace: a place for projects and for the people who work on them.\n\n" +
	"**Works on a live Tray:** adopts only: it takes over the shared workspace of that name.\n\n" +
	"In the sandbox workspaces are created, changed in place and deleted. " +
	"A live Tray's API only reads workspaces. There `terraform plan` finds the one shared workspace with that name and adopts it: " +
	"its `id` is known in the plan, so memberships below it can be planned too. A workspace that does not exist yet is an error in the plan. It says " +
	"what to do in Tray's UI and lists every workspace found missing so far. A change that only the UI can make is an error in the plan too. " +
	"A destroy forgets the workspace, leaves it in Tray, and warns.\n\n" +
	"A workspace is deleted with everybody in it: the plan names who loses access, and counts them among the removals that `guardrails` limits (`TRAY005`). " +
	"Projects and other contents are deleted only with `force_destroy = true`, and nothing is while `deletion_protection = true`.\n\n" +
	"Names may pass from one workspace to another in one plan, as when `sales` becomes `sales-old` and a new workspace `sales`: the one that takes the name says so with `depends_on`. " +
	"Two that swap names take two applies.\n\n" +
	"In the sandbox a workspace that exists already must be imported: error `TRAY012` holds the import block. " +
	"Only shared workspaces can be managed; read the others with the data source `tray_workspace`.\n\n" +
	"**Requests:** one list of workspaces (100 a page) serves every workspace in a run, and a plan without changes costs nothing more."

func (r *workspaceResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: resourceText,
		Attributes: map[string]schema.Attribute{
			"name": base.Required("Name, 1 to 255 characters, unique among the shared workspaces. It is changed in place. "+
				"On a live Tray it says which workspace to adopt, letter for letter, and only the UI renames one.", base.Name(255)),
			"description": base.Left("Free text. Omitted: left as it is in Tray. `\"\"` clears it. On a live Tray it must be omitted or equal what is there: only the UI changes it.", nil),
			"monthly_task_limit": schema.Int64Attribute{
				MarkdownDescription: "Tasks that the workspace may run in a calendar month, 0 or more; `0` is no limit. Omitted: left as it is in Tray. " +
					"On a live Tray it must be omitted or equal what is there: only the UI changes it.",
				Optional: true, Computed: true,
				Validators:    []validator.Int64{int64validator.AtLeast(0)},
				PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"deletion_protection": schema.BoolAttribute{
				MarkdownDescription: "Whether to refuse, in the plan, that the workspace is deleted or replaced, whatever it holds. Default `false`. " +
					"To delete one that is protected, apply `false` before the destroy. On a live Tray nothing is deleted, so it has no effect there.",
				Optional: true, Computed: true,
				Default: booldefault.StaticBool(false),
			},
			"force_destroy": schema.BoolAttribute{
				MarkdownDescription: "Whether a deletion takes with it what the workspace holds, such as projects. Default `false`: while it holds something, its deletion is refused in the plan. " +
					"Terraform destroys with the value in the state: apply `true` first, then remove the resource. On a live Tray nothing is deleted, so it has no effect there.",
				Optional: true, Computed: true,
				Default: booldefault.StaticBool(false),
			},
			"id":      base.ID("workspace"),
			"type":    base.Given("Kind of workspace, always `Shared`."),
			"adopted": base.Adopted(),
		},
	}
}

func (r *workspaceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, _, managed, ok := adopt.Making[model](ctx, r.Provider, kind, req, resp)
	if !ok {
		return
	}
	got := r.makeOrAdopt(ctx, managed, plan, &resp.Diagnostics)
	if got == nil {
		return
	}
	plan.fromAPI(got)
	plan.Adopted = types.BoolValue(!managed)
	r.StoreMade(ctx, object(plan), plan, identity{plan.ID}, resp)
}

// makeOrAdopt creates a workspace on the management plane, and adopts the one of that name
// without. A plan that knows the id has adopted: nothing is created over it.
func (r *workspaceResource) makeOrAdopt(ctx context.Context, managed bool, plan model, diags *diag.Diagnostics) *tray.Workspace {
	if !managed || !plan.ID.IsUnknown() {
		found, err := r.API.Workspaces.SharedByName(ctx, plan.Name.ValueString())
		if base.Failed(diags, "look the workspace up", err) {
			return nil
		}
		return adoptable(plan, found, r.Ledger, diags)
	}
	if !base.Vacated(ctx, kind.Noun, r.named, plan, exists(plan), diags) {
		return nil
	}
	got, err := r.API.Workspaces.Create(ctx, plan.spec())
	if base.Failed(diags, "create the workspace", err) {
		return nil
	}
	return got
}

func (r *workspaceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), identity{state.ID}, req, resp) {
		return
	}
	got, err := r.API.Workspaces.Get(ctx, state.ID.ValueString())
	if !r.Seen(ctx, kind.Noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	state = state.withDefaults()
	if state.Adopted.IsNull() {
		managed, err := r.API.Management.Available(ctx)
		if base.Failed(&resp.Diagnostics, "read the workspace", err) {
			return
		}
		state.Adopted = types.BoolValue(!managed)
	}
	r.StoreRead(ctx, kind.Noun, object(state), state, resp)
}

func (r *workspaceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	// Without a difference in Tray nobody needs to know which Tray it is: settings of the
	// provider change without a request.
	if details := changed(state, plan); len(details) > 0 && !r.change(ctx, &plan, state, details, &resp.Diagnostics) {
		return
	}
	r.StoreChanged(ctx, object(plan), plan, identity{plan.ID}, req, resp)
}

// change changes the details of a workspace on the management plane, or says that only the
// UI does.
func (r *workspaceResource) change(ctx context.Context, plan *model, state model, details []adopt.Detail, diags *diag.Diagnostics) bool {
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "change the workspace", err) {
		return false
	}
	if !managed {
		kind.OnlyTheUI(diags, details...)
		return false
	}
	if !plan.Name.Equal(state.Name) {
		_, err = base.AwaitName(ctx, r.named, *plan, plan.ID.ValueString())
	}
	var got *tray.Workspace
	if err == nil {
		got, err = r.API.Workspaces.Update(ctx, plan.ID.ValueString(), plan.change(state))
	}
	if base.Failed(diags, "change the workspace", err) {
		return false
	}
	*plan = plan.known(got)
	return true
}

func (r *workspaceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !kind.Deleting(ctx, r.Provider, req, object(state), stays, &resp.Diagnostics) {
		return
	}
	r.delete(ctx, req.Private, state, &resp.Diagnostics)
}

// delete deletes the workspace, unless it is protected, has got members whom the plan did
// not name, or holds something that it was not told to delete.
func (r *workspaceResource) delete(ctx context.Context, private base.PrivateState, state model, diags *diag.Diagnostics) {
	const doing, summary = "delete the workspace", "Could not delete the workspace"
	if state.DeletionProtection.ValueBool() {
		diags.AddError(summary, isProtected(state))
		return
	}
	came, err := r.cameSince(ctx, private, state.ID.ValueString())
	if base.Failed(diags, doing, err) {
		return
	}
	if len(came) > 0 {
		diags.AddError(summary, fmt.Sprintf("%s joined %q since the plan, which did not say that they lose it. Plan again.", some(came), object(state).Title()))
		return
	}
	force := state.ForceDestroy.ValueBool()
	err = r.API.Workspaces.Delete(ctx, state.ID.ValueString(), force)
	if !force && tray.IsConflict(err) {
		diags.AddError(summary, err.Error()+"\n\n"+howToEmpty)
		return
	}
	base.Failed(diags, doing, err)
}

// named looks which shared workspaces have the name of m.
func (r *workspaceResource) named(ctx context.Context, m model) ([]base.Found, error) {
	found, err := r.API.Workspaces.SharedByName(ctx, m.Name.ValueString())
	return base.Known(found, func(w tray.Workspace) base.Found { return base.Found{ID: w.ID} }), err
}

// ImportState takes an id, the name of one shared workspace, or an identity.
func (r *workspaceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	var got *tray.Workspace
	if req.ID != "" {
		got = base.FindWorkspace(ctx, r.API, req.ID, &resp.Diagnostics)
	} else {
		id, ok := base.Load[identity](ctx, req.Identity, &resp.Diagnostics)
		if !ok {
			return
		}
		w, err := r.API.Workspaces.Get(ctx, id.ID.ValueString())
		if base.Failed(&resp.Diagnostics, "import the workspace", err) {
			return
		}
		got = w
	}
	if got == nil || !manageable(&resp.Diagnostics, got) {
		return
	}
	var m model
	m.fromAPI(got)
	if r.ClaimImport(ctx, kind.Noun, object(m), resp) {
		base.StoreNames(ctx, resp, identity{m.ID}, map[string]attr.Value{"id": m.ID})
	}
}
