// Package project implements tray_project: a place for workflows in a workspace, out of which
// versions are exported and into which they are imported. Tray makes projects in its UI only:
// without the management plane one is adopted by its id, which its versions prove.
package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*projectResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &projectResource{base.ResourceOf(kind.Noun)} }}
}

type projectResource struct{ base.NounResource }

const resourceText = "A project: a place for workflows in a workspace. Its workflows are made in Tray's builder, or brought from another project by `tray_project_import`.\n\n" +
	"**Works on a live Tray:** adopts only: it takes over the project that `id` names.\n\n" +
	"A new project is empty. A project that has workflows is deleted only with `force_destroy = true`, and its versions and its solution go with it.\n\n" +
	"On a live Tray, whose API makes and lists no projects, write `id`, which stands in the address of the project's page: `/workspaces/<workspace>/projects/<project>`. " +
	"The plan asks for the project's versions, which proves that it is there. What that Tray does not tell is kept as it is written, with a warning, and a destroy forgets the project.\n\n" +
	"**Requests:** one list of projects for each workspace (100 a page) serves all of them in a run. On a live Tray, one list of versions for each project."

func (r *projectResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"workspace_id": base.Needed("Workspace that it is made in. Another one replaces the project.", base.Word()),
		"name":         base.Required("Name, 1 to 255 characters, unique in its workspace. It is changed in place.", base.Name(255)),
		"description":  base.Left("Free text. Omitted: left as it is in Tray. `\"\"` clears it.", nil),
		"force_destroy": schema.BoolAttribute{
			MarkdownDescription: "Whether a deletion takes the project's workflows, versions and solution with it. Default `false`: while it has workflows, its deletion is refused in the plan. " +
				"Terraform destroys with the value in the state: apply `true` first, then remove the resource. On a live Tray nothing is deleted, so it has no effect there.",
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
		},
		"id":      base.Left("Identifier of the project, given by Tray. Only on a live Tray it is written here, to adopt the project.", ID()),
		"adopted": base.Adopted(),
	}}
}

func (r *projectResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, _, managed, ok := adopt.Making[model](ctx, r.Provider, kind, req, resp)
	if !ok {
		return
	}
	if managed {
		r.make(ctx, &plan, &resp.Diagnostics)
	} else {
		r.adopt(ctx, &plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Adopted = types.BoolValue(!managed)
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

// make creates a project on the management plane.
func (r *projectResource) make(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	if !base.Vacated(ctx, kind.Noun, r.named, *plan, exists(*plan), diags) {
		return
	}
	got, err := r.API.Projects.Create(ctx, plan.WorkspaceID.ValueString(), plan.change(model{}))
	if !base.Failed(diags, "create the project", err) {
		*plan = plan.known(got)
	}
}

func (r *projectResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
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
	if !r.Seen(ctx, kind.Noun, object(state), err, resp) {
		return
	}
	state = state.withDefaults(managed)
	r.StoreRead(ctx, kind.Noun, object(state), state, resp)
}

func (r *projectResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, managed, ok := adopt.Changing[model](ctx, r.Provider, kind, req, &resp.Diagnostics)
	if !ok {
		return
	}
	spec := plan.change(state)
	if managed && spec.Name != nil && !base.Awaited(ctx, kind.Noun, r.named, plan, plan.ID.ValueString(), &resp.Diagnostics) {
		return
	}
	if managed && spec != (tray.ProjectSpec{}) {
		got, err := r.API.Projects.Update(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString(), spec)
		if base.Failed(&resp.Diagnostics, "change the project", err) {
			return
		}
		plan = plan.known(got)
	}
	r.StoreChanged(ctx, object(plan), plan, plan.identity(), req, resp)
}

func (r *projectResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !kind.Deleting(ctx, r.Provider, req, object(state), stays, &resp.Diagnostics) {
		return
	}
	force := state.ForceDestroy.ValueBool()
	err := r.API.Projects.Delete(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString(), force)
	if tray.IsConflict(err) && !force {
		resp.Diagnostics.AddError("Could not delete the project", err.Error()+"\n\n"+howToEmpty)
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
	if ok && r.ClaimImport(ctx, kind.Noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"workspace_id": m.WorkspaceID, "id": m.ID})
	}
}
