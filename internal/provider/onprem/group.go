// Package onprem implements tray_on_prem_agent_group, tray_on_prem_agent and the data source
// tray_on_prem_agent_groups. On-premise agents are programs on a customer's own machines,
// through which Tray reaches what is behind a firewall. Tray documents all of their calls:
// a group has no call that reads it by itself or renames it, and of an agent only whether
// it is enabled changes.
package onprem

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ base.Whole = (*groupResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &groupResource{base.ResourceOf(groupNoun)} },
		func() resource.Resource { return &agentResource{base.ResourceOf(agentNoun)} },
	}
}

type groupResource struct{ base.NounResource }

const groupText = "A group of on-premise agents: the programs on your own machines that reach what is behind your firewall. An authentication for such a system names the group.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"Tray has no call that renames a group, so another name replaces it, which replaces its agents: each registers anew. " +
	"Names are unique in a workspace as far as Terraform goes: a plan that would make a second group of one name is refused. " +
	"A group that has agents, or that an authentication uses, is not deleted.\n\n" +
	"**Requests:** one list of groups for each workspace (100 a page) serves all of them in a run."

func (r *groupResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: groupText, Attributes: map[string]schema.Attribute{
		"workspace_id": base.Needed("Workspace whose authentications use the group. Another one replaces it.", base.Word()),
		"name":         base.Needed("Name that people choose it by. Another one replaces it.", base.Name(0)),
		"id":           base.ID("agent group"),
	}}
}

func (r *groupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[group](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) {
		return
	}
	if !base.Vacated(ctx, groupNoun, r.named, plan, plan.exists(), &resp.Diagnostics) {
		return
	}
	got, err := r.API.AgentGroups.Create(ctx, plan.WorkspaceID.ValueString(), plan.Name.ValueString())
	if base.Failed(&resp.Diagnostics, "create the agent group", err) {
		return
	}
	plan.fromAPI(got)
	r.StoreMade(ctx, plan.object(), plan, plan.identity(), resp)
}

func (r *groupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[group](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, state.object(), state.identity(), req, resp) {
		return
	}
	got, err := r.API.AgentGroups.Get(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString())
	if !r.Seen(ctx, groupNoun, state.object(), err, resp) {
		return
	}
	state.fromAPI(got)
	r.StoreRead(ctx, groupNoun, state.object(), state, resp)
}

// Update changes nothing: all there is of a group replaces it.
func (r *groupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if plan, ok := base.Load[group](ctx, req.Plan, &resp.Diagnostics); ok {
		base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
	}
}

func (r *groupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[group](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Deleting(ctx, state.object(), req, &resp.Diagnostics) {
		return
	}
	err := r.API.AgentGroups.Delete(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString())
	base.Failed(&resp.Diagnostics, "delete the agent group", err)
}

// ImportState takes "<workspace>/<id or name>", or an identity.
func (r *groupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	parts, ok := r.ImportPath(ctx, req, "<workspace>/<id or name>", &resp.Diagnostics, "workspace_id", "id")
	if !ok {
		return
	}
	g := findGroup(ctx, r.API, parts[0], parts[1], &resp.Diagnostics)
	if g == nil {
		return
	}
	var m group
	m.fromAPI(g)
	if r.ClaimImport(ctx, groupNoun, m.object(), resp) {
		base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), &resp.Diagnostics)
	}
}
