// Package project implements tray_project: a place for workflows in a workspace, out of which
// versions are exported and into which they are imported. Tray makes projects in its UI only:
// without the management plane one is adopted by its id, which its versions prove.
package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure   = (*projectResource)(nil)
	_ resource.ResourceWithIdentity    = (*projectResource)(nil)
	_ resource.ResourceWithImportState = (*projectResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*projectResource)(nil)
	_ resource.ResourceWithMoveState   = (*projectResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &projectResource{} }}
}

type projectResource struct{ base.Resource }

func (r *projectResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = kind.Type
}

const resourceText = "A project: a place for workflows in a workspace. Its workflows are made in Tray's builder, or brought from another project by `tray_project_import`.\n\n" +
	"**Works on a live Tray:** adopts only: it takes over the project that `id` names.\n\n" +
	"A new project is empty. A project that has workflows is deleted only with `force_destroy = true`, and its versions and its solution go with it.\n\n" +
	"On a live Tray, whose API makes and lists no projects, write `id`, which stands in the address of the project's page: `/workspaces/<workspace>/projects/<project>`. " +
	"The plan asks for the project's versions, which proves that it is there. What that Tray does not tell is kept as it is written, with a warning, and a destroy forgets the project.\n\n" +
	"**Requests:** one list of projects for each workspace (100 a page) serves all of them in a run. On a live Tray, one list of versions for each project."

func (r *projectResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"workspace_id": schema.StringAttribute{
			MarkdownDescription: "Workspace that it is made in. Another one replaces the project.",
			Required:            true, Validators: base.Word(), PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"name": schema.StringAttribute{
			MarkdownDescription: "Name, 1 to 255 characters, unique in its workspace. It is changed in place.", Required: true, Validators: base.Name(255),
		},
		"description": schema.StringAttribute{
			MarkdownDescription: "Free text. Omitted: left as it is in Tray. `\"\"` clears it.", Optional: true, Computed: true, PlanModifiers: keep,
		},
		"force_destroy": schema.BoolAttribute{
			MarkdownDescription: "Whether a deletion takes the project's workflows, versions and solution with it. Default `false`: while it has workflows, its deletion is refused in the plan. " +
				"Terraform destroys with the value in the state: apply `true` first, then remove the resource. On a live Tray nothing is deleted, so it has no effect there.",
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
		},
		"id": schema.StringAttribute{
			MarkdownDescription: "Identifier of the project, given by Tray. Only on a live Tray it is written here, to adopt the project.",
			Optional:            true, Computed: true, PlanModifiers: keep, Validators: base.Word(),
		},
		"adopted": schema.BoolAttribute{
			MarkdownDescription: "Whether it was made in Tray's UI and adopted, as on every live Tray.",
			Computed:            true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
	}}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *projectResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"workspace_id": identityschema.StringAttribute{Description: "Workspace of the project.", RequiredForImport: true},
		"id":           identityschema.StringAttribute{Description: "Identifier of the project, given by Tray.", RequiredForImport: true},
	}}
}

func (r *projectResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	plan, ok := base.Load[model](ctx, req.Plan, diags)
	if !ok || !r.BeginWrite(ctx, resp.Private, diags) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "create the project", err) {
		return
	}
	if managed {
		r.make(ctx, &plan, resp)
	} else {
		r.adopt(ctx, &plan, diags)
	}
	if diags.HasError() {
		return
	}
	plan.Adopted = types.BoolValue(!managed)
	r.Hold(base.Applied(ctx, resp.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), diags)
}

// make creates a project on the management plane.
func (r *projectResource) make(ctx context.Context, plan *model, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	found, err := r.awaitName(ctx, *plan)
	if base.Failed(diags, "look the project up", err) {
		return
	}
	if len(found) > 0 {
		base.Taken(diags, kind.Noun, exists(plan.Name.ValueString()), known(found))
		return
	}
	got, err := r.API.Projects.Create(ctx, plan.WorkspaceID.ValueString(), plan.change(model{}))
	if base.Failed(diags, "create the project", err) {
		return
	}
	*plan = plan.known(got)
}

// awaitName returns which projects have the name of m, once they have had time to lose it.
func (r *projectResource) awaitName(ctx context.Context, m model) ([]tray.Project, error) {
	return base.Await(ctx, func() ([]tray.Project, error) {
		return r.API.Projects.Named(ctx, m.WorkspaceID.ValueString(), m.Name.ValueString())
	}, func(p tray.Project) bool { return p.ID == m.ID.ValueString() })
}

func (r *projectResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp, object(state)) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	managed, err := r.API.Management.Available(ctx)
	switch {
	case err != nil:
	case managed:
		var got *tray.Project
		if got, err = r.API.Projects.Get(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString()); err == nil {
			state.fromAPI(got)
		}
	default:
		_, err = r.API.Projects.Versions(ctx, state.ID.ValueString())
	}
	if tray.IsGone(err) {
		r.Gone(ctx, kind.Noun, object(state), resp)
		return
	}
	if base.Failed(&resp.Diagnostics, "read the project", err) {
		return
	}
	state = state.withDefaults(managed)
	base.Remember(r.Provider, kind.Noun, "", state.ID.ValueString(), state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *projectResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	const doing = "change the project"
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	state, loaded := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !loaded || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(&resp.Diagnostics, doing, err) {
		return
	}
	spec := plan.change(state)
	if managed && spec != (tray.ProjectSpec{}) {
		if spec.Name != nil {
			_, err = r.awaitName(ctx, plan)
		}
		var got *tray.Project
		if err == nil {
			got, err = r.API.Projects.Update(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString(), spec)
		}
		if base.Failed(&resp.Diagnostics, doing, err) {
			return
		}
		plan = plan.known(got)
	}
	r.Hold(base.Applied(ctx, req.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

func (r *projectResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	managed, err := r.API.Management.Available(ctx)
	force := state.ForceDestroy.ValueBool()
	switch {
	case err != nil:
	case !managed:
		kind.Stays(&resp.Diagnostics, state.Name.ValueString(), stays)
	case !r.HeldByAnother(base.Applied(ctx, req.Private), object(state)):
		err = r.API.Projects.Delete(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString(), force)
	}
	if tray.IsConflict(err) && !force {
		resp.Diagnostics.AddError(notDeleted, err.Error()+"\n\n"+howToEmpty)
		return
	}
	base.Failed(&resp.Diagnostics, "delete the project", err)
}

// ImportState takes "<workspace>/<project>", each by id or by name, or an identity.
func (r *projectResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.find(ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	r.Ledger.Reading()
	if !r.Claim(base.Applied(ctx, resp.Private), policy.Imports, object(m), kind.One, "", path.Empty(), &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("workspace_id"), m.WorkspaceID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), m.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

// MoveState implements resource.ResourceWithMoveState.
func (r *projectResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(kind.Type, nil)
}
