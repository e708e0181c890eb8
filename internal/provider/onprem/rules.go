package onprem

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	groupNoun = base.Noun{Type: "tray_on_prem_agent_group", One: "agent group", At: path.Root("name"),
		Identity: map[string]string{"workspace_id": "Workspace of the group.", "id": "Identifier of the group, given by Tray."}}
	agentNoun = base.Noun{Type: "tray_on_prem_agent", One: "agent", At: path.Root("name"),
		Identity: map[string]string{"workspace_id": "Workspace of the group.", "group_id": "Group of the agent.", "id": "Identifier of the agent, given by Tray."}}
)

// ModifyPlan implements resource.ResourceWithModifyPlan. It is quiet when an input is
// unknown or a read fails: the apply says it then, in the same words.
func (r *groupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[group](ctx, req, diags)
	if !ok {
		return
	}
	i, ok := r.Stand(ctx, groupNoun, step, state.object(), plan.object(), req, resp)
	switch {
	case !ok || diags.HasError():
	case step == base.Update:
		base.Remember(r.Provider, groupNoun, i.Mark, state.ID.ValueString(), state)
	case step == base.Create:
		if found, err := r.named(ctx, plan); err == nil {
			r.Free(ctx, groupNoun, plan.object(), r.ReplacedID(ctx, groupNoun, i, found), found, plan.exists(), diags)
		}
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan, and is as quiet as that of groups.
func (r *agentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	step, plan, state, ok := base.PlanStep[agent](ctx, req, diags)
	if !ok {
		return
	}
	i, ok := r.Stand(ctx, agentNoun, step, state.object(), plan.object(), req, resp)
	switch {
	case !ok || diags.HasError():
	case step == base.Update:
		base.Remember(r.Provider, agentNoun, i.Mark, state.ID.ValueString(), state)
	case step == base.Create:
		if found, err := r.named(ctx, plan); err == nil {
			r.Free(ctx, agentNoun, plan.object(), r.ReplacedID(ctx, agentNoun, i, found), found, plan.exists(), diags)
		}
	}
}

// findGroup finds a group by its id or its name; nil, with the reason in diags, is none.
func findGroup(ctx context.Context, api *tray.Client, workspaceID, idOrName string, diags *diag.Diagnostics) *tray.AgentGroup {
	all, err := api.AgentGroups.List(ctx, workspaceID)
	if base.Failed(diags, "look the agent group up", err) {
		return nil
	}
	return one(all, idOrName, func(g tray.AgentGroup) (string, string) { return g.ID, g.Name }, groupNoun.One, "workspace "+workspaceID, diags)
}

// toImport is the agent that an import names, by id or by names.
func (r *agentResource) toImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (m agent, ok bool) {
	parts, ok := r.ImportPath(ctx, req, "<workspace>/<group's id or name>/<id or name>", diags, "workspace_id", "group_id", "id")
	if !ok {
		return m, false
	}
	g := findGroup(ctx, r.API, parts[0], parts[1], diags)
	if g == nil {
		return m, false
	}
	all, err := r.API.Agents.List(ctx, g.WorkspaceID, g.ID)
	if base.Failed(diags, "look the agent up", err) {
		return m, false
	}
	a := one(all, parts[2], func(a tray.Agent) (string, string) { return a.ID, a.Name }, agentNoun.One, "agent group "+g.Name, diags)
	if a != nil {
		m.fromAPI(a)
	}
	return m, a != nil
}

// one is the object of that id, or else the only one of that name.
func one[T any](all []T, idOrName string, called func(T) (id, name string), what, in string, diags *diag.Diagnostics) *T {
	var found []T
	for _, x := range all {
		switch id, name := called(x); idOrName {
		case id:
			return &x
		case name:
			found = append(found, x)
		}
	}
	if len(found) == 1 {
		return &found[0]
	}
	diags.AddError("Could not find the "+what, fmt.Sprintf("The %s has %d with the id or the name %q. Names are compared letter for letter; where several have one, give the id.", in, len(found), idOrName))
	return nil
}

// named are the groups that have the name of m, with their import ids.
func (r *groupResource) named(ctx context.Context, m group) ([]base.Found, error) {
	all, err := r.API.AgentGroups.Named(ctx, m.WorkspaceID.ValueString(), m.Name.ValueString())
	return base.Known(all, func(g tray.AgentGroup) base.Found { return base.Found{ID: g.ID, Import: g.WorkspaceID + "/" + g.ID} }), err
}

// named are the agents of the group that have the name of m, with their import ids.
func (r *agentResource) named(ctx context.Context, m agent) ([]base.Found, error) {
	all, err := r.API.Agents.Named(ctx, m.WorkspaceID.ValueString(), m.GroupID.ValueString(), m.Name.ValueString())
	return base.Known(all, func(a tray.Agent) base.Found {
		return base.Found{ID: a.ID, Import: a.WorkspaceID + "/" + a.GroupID + "/" + a.ID}
	}), err
}
