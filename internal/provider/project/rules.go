package project

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/adopt"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var kind = adopt.Kind{
	Noun: base.Noun{Type: "tray_project", One: "project", At: path.Root("name"),
		Identity: map[string]string{"workspace_id": "Workspace of the project.", "id": "Identifier of the project, given by Tray."}},
	Many: "projects",
}

const (
	stays      = "its workflows and versions"
	howToEmpty = "Set force_destroy = true on this resource, apply that, and destroy again: its workflows, its versions and its solution are then deleted with the project, for good."
)

// ID are the validators of a project's id.
func ID() []validator.String {
	return append(base.Word(), base.Check("must be the id of a project", func(s string) (string, string) {
		if base.IsWord(s) && !base.IsUUID(s) {
			return "Not the id of a project", "Give the id, which stands at the end of the address of the project's page: /workspaces/<workspace>/projects/<project>."
		}
		return "", ""
	}))
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *projectResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, config, ok := base.PlanOf[model](ctx, req, diags)
	if !ok {
		return
	}
	i, managed, ok := kind.Stand(ctx, r.Provider, step, object(state), object(plan), req, resp)
	if !ok {
		return
	}
	switch step {
	case base.Destroy:
		r.planLeave(ctx, managed, state, diags)
	case base.Create:
		if managed {
			r.planMake(ctx, i, plan, config, resp)
			return
		}
		plan.Adopted = types.BoolValue(true)
		r.adopt(ctx, &plan, diags)
		adopt.SetPlan(ctx, plan, req, resp)
	case base.Update:
		base.Remember(r.Provider, kind.Noun, i.Mark, state.ID.ValueString(), state)
		r.planUpdate(ctx, managed, plan, state, diags)
	}
}

// planMake judges the creation of a project on the management plane.
func (r *projectResource) planMake(ctx context.Context, i base.Instance, plan, config model, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	if !config.ID.IsNull() {
		diags.AddAttributeError(path.Root("id"), "Tray gives the id", "This Tray makes the project, and gives it its id. Leave id out; to take over a project that is there, import it.")
		return
	}
	found, err := r.named(ctx, plan)
	if err != nil {
		return
	}
	was, replaced := base.Replaced[model](ctx, r.Provider, kind.Noun, i, base.FirstID(found))
	if replaced {
		r.planLeave(ctx, true, was, diags)
	}
	if r.Free(ctx, kind.Noun, object(plan), was.ID.ValueString(), found, exists(plan), diags) {
		adopt.SetMade(ctx, resp)
	}
}

func (r *projectResource) planUpdate(ctx context.Context, managed bool, plan, state model, diags *diag.Diagnostics) {
	if !plan.ID.IsUnknown() && !plan.ID.Equal(state.ID) {
		diags.AddAttributeError(path.Root("id"), "A project keeps its id",
			fmt.Sprintf("The project is %s for good, here it is %s. Leave id out, or import the project that is meant.", state.ID, plan.ID))
		return
	}
	if !managed {
		if plan.change(state) != (tray.ProjectSpec{}) {
			r.adopt(ctx, &plan, diags)
		}
		return
	}
	if plan.Name.IsUnknown() || plan.WorkspaceID.IsUnknown() || plan.Name.Equal(state.Name) || !plan.WorkspaceID.Equal(state.WorkspaceID) {
		return
	}
	if found, err := r.named(ctx, plan); err == nil {
		r.Free(ctx, kind.Noun, object(plan), state.ID.ValueString(), found, exists(plan), diags)
	}
}

// planLeave judges the end of a project, with its resource or by a replacement.
func (r *projectResource) planLeave(ctx context.Context, managed bool, state model, diags *diag.Diagnostics) {
	if !managed {
		kind.Stays(diags, state.Name.ValueString(), stays)
		return
	}
	there, err := r.API.Projects.Get(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString())
	if err != nil || there.Workflows == 0 {
		return
	}
	held := fmt.Sprintf("%d workflows", there.Workflows)
	if there.Workflows == 1 {
		held = "1 workflow"
	}
	if !state.ForceDestroy.ValueBool() {
		diags.AddError("Could not delete the project", fmt.Sprintf("%s is not empty: it has %s. %s", state.Name, held, howToEmpty))
		return
	}
	diags.AddWarning("The workflows of a project are deleted with it",
		fmt.Sprintf("%s has %s, and force_destroy is true: all of it is deleted with the project, its versions too, for good.", state.Name, held))
}

// adopt takes over, on a live Tray, the project that id names.
func (r *projectResource) adopt(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	at := path.Root("id")
	if plan.ID.ValueString() == "" {
		diags.AddAttributeError(at, "Create the project in Tray's UI first",
			fmt.Sprintf("This Tray does not let an API create projects, nor list them. Whoever is at least Contributor in the workspace makes %s by hand: Projects > New project; enter the name and save. "+
				"Then write the id that stands at the end of its page's address, /workspaces/<workspace>/projects/<project>, as id here. Plan again afterwards: the project is adopted.", plan.Name))
		return
	}
	_, err := r.API.Projects.Versions(ctx, plan.ID.ValueString())
	if base.NotSeen(err) {
		diags.AddAttributeError(at, "Could not find the project", fmt.Sprintf("This token sees no project with the id %s. %s", plan.ID, err))
		return
	}
	if base.Failed(diags, "adopt the project", err) {
		return
	}
	kind.Unchecked(diags, "workspace_id", "name", "description")
	plan.Description = base.Or(plan.Description, types.StringValue(""))
}

// Find returns the id of a project that an import names: by its id, or as
// <workspace>/<project>. It reports false, with the reason in diags, when there is none.
func Find(ctx context.Context, p *base.Provider, name string, diags *diag.Diagnostics) (id string, ok bool) {
	workspace, project, named := strings.Cut(name, "/")
	if !named {
		return name, true
	}
	w := base.FindWorkspace(ctx, p.API, workspace, diags)
	if w == nil {
		return "", false
	}
	found := findIn(ctx, p.API, *w, project, diags)
	if found == nil {
		return "", false
	}
	return found.ID, true
}

// findIn returns the project of a workspace that has that id or name.
func findIn(ctx context.Context, api *tray.Client, w tray.Workspace, project string, diags *diag.Diagnostics) *tray.Project {
	all, err := api.Projects.List(ctx, w.ID)
	if base.Failed(diags, "look the project up", err) {
		return nil
	}
	found := slices.DeleteFunc(all, func(p tray.Project) bool { return p.ID != project && p.Name != project })
	if len(found) != 1 {
		diags.AddError("Could not find the project", fmt.Sprintf("%d projects of the workspace %q have the id or the name %q. Give the id of one, as in %s.", len(found), w.Name, project, form))
		return nil
	}
	return &found[0]
}

const form = "<workspace>/<project>, each by id or by name"

// find looks up what an import names.
func (r *projectResource) find(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (m model, ok bool) {
	managed, err := r.API.Management.Available(ctx)
	if base.Failed(diags, "import the project", err) {
		return m, false
	}
	parts, ok := base.ImportNames(ctx, req, form, diags, "workspace_id", "id")
	if !ok {
		return m, false
	}
	w := base.FindWorkspace(ctx, r.API, parts[0], diags)
	if w == nil {
		return m, false
	}
	if !managed {
		m.WorkspaceID, m.ID = types.StringValue(w.ID), types.StringValue(parts[1])
		_, err := r.API.Projects.Versions(ctx, parts[1])
		return m, !base.Failed(diags, "import the project", err)
	}
	found := findIn(ctx, r.API, *w, parts[1], diags)
	if found == nil {
		return m, false
	}
	m.fromAPI(found)
	return m, true
}

func exists(m model) string {
	return fmt.Sprintf("A project named %q exists already in this workspace.", m.Name.ValueString())
}

// named are the projects that have the name of m, with their import ids.
func (r *projectResource) named(ctx context.Context, m model) ([]base.Found, error) {
	all, err := r.API.Projects.Named(ctx, m.WorkspaceID.ValueString(), m.Name.ValueString())
	return base.Known(all, func(p tray.Project) base.Found { return base.Found{ID: p.ID, Import: p.WorkspaceID + "/" + p.ID} }), err
}
