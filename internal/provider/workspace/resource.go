// Package workspace implements tray_workspace and the data sources tray_workspace and
// tray_workspaces. A shared workspace holds projects and the people who work on them.
// Tray's platform API only reads workspaces (docs: guide "Connecting a live
// organization"): without the management plane a workspace is adopted, not made.
package workspace

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure   = (*workspaceResource)(nil)
	_ resource.ResourceWithIdentity    = (*workspaceResource)(nil)
	_ resource.ResourceWithImportState = (*workspaceResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*workspaceResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{NewResource}
}

// DataSources lists the package's data sources for the provider.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDataSource, NewListDataSource}
}

// NewResource returns the tray_workspace resource.
func NewResource() resource.Resource { return &workspaceResource{} }

type workspaceResource struct{ base.Resource }

func (r *workspaceResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace"
}

const resourceText = "A shared workspace: a place for projects and for the people who work on them.\n\n" +
	"**Works on a live Tray:** adopts only: it takes over the shared workspace of that name.\n\n" +
	"In the sandbox workspaces are created, changed in place and deleted. " +
	"On a live Tray, whose API only reads workspaces, `terraform plan` finds the one shared workspace with that name and adopts it: " +
	"its `id` is known in the plan, so memberships below it can be planned too. A workspace that does not exist yet is a plan-time error which says " +
	"what to do in Tray's UI and lists every workspace found missing so far. A change that only the UI can make is a plan-time error on its attribute, " +
	"and a destroy forgets the workspace and leaves it in Tray, with a warning.\n\n" +
	"A workspace is deleted with everybody in it: the plan names who loses access, and counts them among the removals that `guardrails` limits (`TRAY005`). " +
	"Projects and other contents are deleted only with `force_destroy = true`, and nothing is while `deletion_protection = true`.\n\n" +
	"Names may pass from one workspace to another in one plan, as when `sales` becomes `sales-old` and a new workspace `sales`: the one that takes the name says so with `depends_on`. " +
	"Two that swap names take two applies.\n\n" +
	"In the sandbox a workspace that exists already is imported (error `TRAY012` holds the import block). " +
	"Only shared workspaces can be managed; read the others with the data source `tray_workspace`.\n\n" +
	"**Requests:** one list of workspaces (100 a page) serves every workspace in a run, and a plan without changes costs nothing more."

func (r *workspaceResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: resourceText,
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 255 characters, unique among the shared workspaces. It is changed in place. " +
					"On a live Tray it says which workspace to adopt, letter for letter, and only the UI renames one.",
				Required:   true,
				Validators: []validator.String{stringvalidator.UTF8LengthBetween(1, 255)},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Free text. Omitted: left as it is in Tray. `\"\"` clears it. On a live Tray it must be omitted or equal what is there: only the UI changes it.",
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
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
					"It must be applied before the destroy. On a live Tray nothing is deleted, so it has no effect there.",
				Optional: true, Computed: true,
				Default: booldefault.StaticBool(false),
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "Identifier, given by Tray.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Kind of workspace, always `Shared`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"adopted": schema.BoolAttribute{
				MarkdownDescription: "Whether the workspace was made in Tray's UI and adopted, as on every live Tray; `false` in the sandbox.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *workspaceResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "Identifier of the workspace, given by Tray.", RequiredForImport: true},
	}}
}

func (r *workspaceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, "create the workspace", err) {
		return
	}
	found, err := r.awaitName(ctx, managed, plan)
	if base.Failed(&resp.Diagnostics, "look the workspace up", err) {
		return
	}
	var got *tray.Workspace
	// A plan that knows the id has adopted: nothing is created over it.
	if managed && plan.ID.IsUnknown() {
		got = r.make(ctx, plan, found, &resp.Diagnostics)
	} else {
		got = adoptable(plan, found, r.Ledger, &resp.Diagnostics)
	}
	if got == nil {
		return
	}
	plan.fromAPI(got)
	plan.Adopted = types.BoolValue(!managed)
	r.Hold(base.Applied(ctx, resp.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, identity{plan.ID}, &resp.Diagnostics)
}

// make creates a workspace on the management plane; found are those of its name.
func (r *workspaceResource) make(ctx context.Context, plan model, found []tray.Workspace, diags *diag.Diagnostics) *tray.Workspace {
	if len(found) > 0 {
		base.Taken(diags, kind.Noun, exists(found[0].Name), known(found))
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
	if !ok || !r.BeginRead(ctx, req, resp, object(state)) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{state.ID})...)
	got, err := r.API.Workspaces.Get(ctx, state.ID.ValueString())
	if tray.IsGone(err) {
		r.Gone(ctx, kind.Noun, object(state), resp)
		return
	}
	if base.Failed(&resp.Diagnostics, "read the workspace", err) {
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
	base.Remember(r.Provider, kind.Noun, "", state.ID.ValueString(), state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *workspaceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	if details := changed(state, plan); len(details) > 0 {
		managed, err := r.API.Management.Available(ctx)
		if base.Failed(&resp.Diagnostics, "change the workspace", err) {
			return
		}
		if !managed {
			kind.OnlyTheUI(&resp.Diagnostics, details...)
			return
		}
		if !plan.Name.Equal(state.Name) {
			_, err = r.awaitName(ctx, managed, plan)
		}
		var got *tray.Workspace
		if err == nil {
			got, err = r.API.Workspaces.Update(ctx, plan.ID.ValueString(), plan.change(state))
		}
		if base.Failed(&resp.Diagnostics, "change the workspace", err) {
			return
		}
		wanted := plan
		plan.fromAPI(got)
		plan = plan.asPlanned(wanted)
	}
	r.Hold(base.Applied(ctx, req.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, identity{plan.ID}, &resp.Diagnostics)
}

func (r *workspaceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, "delete the workspace", err) {
		return
	}
	if !managed {
		kind.Stays(&resp.Diagnostics, state.label(), stays)
		return
	}
	r.delete(ctx, req.Private, state, &resp.Diagnostics)
}

// delete deletes the workspace, unless it is protected, has got members whom the plan did
// not name, or holds something that it was not told to delete.
func (r *workspaceResource) delete(ctx context.Context, private base.PrivateState, state model, diags *diag.Diagnostics) {
	const doing, summary = "delete the workspace", "Could not delete the workspace"
	if r.HeldByAnother(base.Applied(ctx, private), object(state)) {
		return
	}
	if state.DeletionProtection.ValueBool() {
		diags.AddError(summary, isProtected(state))
		return
	}
	came, err := r.cameSince(ctx, private, state.ID.ValueString())
	if base.Failed(diags, doing, err) {
		return
	}
	if len(came) > 0 {
		diags.AddError(summary, fmt.Sprintf("%s joined %q since the plan, which did not say that they lose it. Plan again.", some(came), state.label()))
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

// awaitName returns which shared workspaces have the name of m, once they have had time to
// lose it.
func (r *workspaceResource) awaitName(ctx context.Context, managed bool, m model) ([]tray.Workspace, error) {
	return base.Await(ctx, func() ([]tray.Workspace, error) {
		return r.API.Workspaces.SharedByName(ctx, m.Name.ValueString())
	}, func(w tray.Workspace) bool { return !managed || w.ID == m.ID.ValueString() })
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
	r.Ledger.Reading()
	o := policy.Object{Type: "tray_workspace", ID: got.ID, Name: got.Name}
	if !r.Claim(base.Applied(ctx, resp.Private), policy.Imports, o, "workspace", "", path.Empty(), &resp.Diagnostics) {
		return
	}
	id := types.StringValue(got.ID)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{id})...)
}
