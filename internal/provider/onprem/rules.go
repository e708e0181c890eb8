package onprem

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	groupNoun = base.Noun{Type: "tray_on_prem_agent_group", One: "agent group", At: path.Root("name")}
	agentNoun = base.Noun{Type: "tray_on_prem_agent", One: "agent", At: path.Root("name")}
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
		found, err := r.named(ctx, plan)
		if err != nil || len(found) == 0 {
			return
		}
		was, _ := base.Replaced[group](ctx, r.Provider, groupNoun, i, found[0].ID)
		r.Free(ctx, groupNoun, plan.object(), was.ID.ValueString(), knownGroups(found), plan.exists(), diags)
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
		found, err := r.named(ctx, plan)
		if err != nil || len(found) == 0 {
			return
		}
		was, _ := base.Replaced[agent](ctx, r.Provider, agentNoun, i, found[0].ID)
		r.Free(ctx, agentNoun, plan.object(), was.ID.ValueString(), knownAgents(found), plan.exists(), diags)
	}
}

// groupToImport is what an import names; its id may be a name.
func groupToImport(ctx context.Context, p *base.Provider, req resource.ImportStateRequest, diags *diag.Diagnostics) (id groupIdentity, ok bool) {
	if req.ID == "" {
		return base.Load[groupIdentity](ctx, req.Identity, diags)
	}
	parts, ok := base.SplitID(req.ID, 2, "<workspace>/<id or name>", diags)
	if !ok {
		return id, false
	}
	w := base.FindWorkspace(ctx, p.API, parts[0], diags)
	if w == nil {
		return id, false
	}
	return groupIdentity{types.StringValue(w.ID), types.StringValue(parts[1])}, true
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
	var given agentIdentity
	if req.ID == "" {
		if given, ok = base.Load[agentIdentity](ctx, req.Identity, diags); !ok {
			return m, false
		}
	} else {
		parts, ok := base.SplitID(req.ID, 3, "<workspace>/<group's id or name>/<id or name>", diags)
		if !ok {
			return m, false
		}
		w := base.FindWorkspace(ctx, r.API, parts[0], diags)
		if w == nil {
			return m, false
		}
		given = agentIdentity{types.StringValue(w.ID), types.StringValue(parts[1]), types.StringValue(parts[2])}
	}
	g := findGroup(ctx, r.API, given.WorkspaceID.ValueString(), given.GroupID.ValueString(), diags)
	if g == nil {
		return m, false
	}
	all, err := r.API.Agents.List(ctx, g.WorkspaceID, g.ID)
	if base.Failed(diags, "look the agent up", err) {
		return m, false
	}
	a := one(all, given.ID.ValueString(), func(a tray.Agent) (string, string) { return a.ID, a.Name }, agentNoun.One, "agent group "+g.Name, diags)
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

// knownGroups are groups as base judges them, with their import ids.
func knownGroups(all []tray.AgentGroup) []base.Found {
	found := make([]base.Found, len(all))
	for i, g := range all {
		found[i] = base.Found{ID: g.ID, Import: g.WorkspaceID + "/" + g.ID}
	}
	return found
}

// knownAgents are agents as base judges them, with their import ids.
func knownAgents(all []tray.Agent) []base.Found {
	found := make([]base.Found, len(all))
	for i, a := range all {
		found[i] = base.Found{ID: a.ID, Import: a.WorkspaceID + "/" + a.GroupID + "/" + a.ID}
	}
	return found
}
