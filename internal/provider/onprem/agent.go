package onprem

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

var _ base.Whole = (*agentResource)(nil)

type agentResource struct{ base.NounResource }

const agentText = "An on-premise agent: one program on one of your machines. Terraform makes its entry in Tray and hands you the token with which the program registers.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"`registration_token` is told once, when the agent is made. It registers one agent, once, within 60 minutes of the apply. Start the program in that time; " +
	"afterwards the token is of no use to anybody. An agent whose token ran out is made anew with `terraform apply -replace`. The state holds the token, marked as sensitive; an imported agent has none.\n\n" +
	"Whether an agent is registered and connected is its own doing and changes from minute to minute, so the state does not hold it: the data source `tray_on_prem_agent_groups` tells.\n\n" +
	"**Requests:** one list of agents for each group (100 a page) serves all of them in a run. A disabled agent takes a second call when it is made."

func (r *agentResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: agentText, Attributes: map[string]schema.Attribute{
		"workspace_id": base.Needed("Workspace of the group. Another one replaces the agent.", base.Word()),
		"group_id":     base.Needed("Group that the agent belongs to, such as `tray_on_prem_agent_group.site.id`. Another one replaces it.", base.Word()),
		"name":         base.Needed("Name of the agent, unique in its group as far as Terraform goes. Another one replaces it.", base.Name(0)),
		"enabled": schema.BoolAttribute{
			MarkdownDescription: "Whether Tray sends work to the agent. Default `true`.", Optional: true, Computed: true, Default: booldefault.StaticBool(true),
		},
		"registration_token": schema.StringAttribute{
			MarkdownDescription: "Token with which the program registers, once and within 60 minutes of its creation. Null for an imported agent.", Computed: true, Sensitive: true,
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"id": base.ID("agent"),
	}}
}

func (r *agentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[agent](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) {
		return
	}
	if !base.Vacated(ctx, agentNoun, r.named, plan, plan.exists(), &resp.Diagnostics) {
		return
	}
	workspaceID, groupID := plan.WorkspaceID.ValueString(), plan.GroupID.ValueString()
	got, err := r.API.Agents.Create(ctx, workspaceID, groupID, plan.Name.ValueString())
	if base.Failed(&resp.Diagnostics, "create the agent", err) {
		return
	}
	enabled := plan.Enabled
	plan.fromAPI(got)
	plan.Enabled = enabled
	// Before the second call, whose failure must not lose the agent and its token.
	r.StoreMade(ctx, plan.object(), plan, plan.identity(), resp)
	if !enabled.ValueBool() {
		_, err = r.API.Agents.SetEnabled(ctx, workspaceID, groupID, got.ID, false)
		base.Failed(&resp.Diagnostics, "disable the agent", err)
	}
}

func (r *agentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[agent](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, state.object(), state.identity(), req, resp) {
		return
	}
	got, err := r.API.Agents.Get(ctx, state.WorkspaceID.ValueString(), state.GroupID.ValueString(), state.ID.ValueString())
	if !r.Seen(ctx, agentNoun, state.object(), err, resp) {
		return
	}
	state.fromAPI(got)
	r.StoreRead(ctx, agentNoun, state.object(), state, resp)
}

func (r *agentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[agent](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	if !plan.Enabled.Equal(state.Enabled) {
		_, err := r.API.Agents.SetEnabled(ctx, state.WorkspaceID.ValueString(), state.GroupID.ValueString(), state.ID.ValueString(), plan.Enabled.ValueBool())
		if base.Failed(&resp.Diagnostics, "change the agent", err) {
			return
		}
	}
	r.StoreChanged(ctx, plan.object(), plan, plan.identity(), req, resp)
}

func (r *agentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[agent](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Deleting(ctx, state.object(), req, &resp.Diagnostics) {
		return
	}
	err := r.API.Agents.Delete(ctx, state.WorkspaceID.ValueString(), state.GroupID.ValueString(), state.ID.ValueString())
	base.Failed(&resp.Diagnostics, "delete the agent", err)
}

// ImportState takes "<workspace>/<group>/<id or name>", or an identity.
func (r *agentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.toImport(ctx, req, &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, agentNoun, m.object(), resp) {
		base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), &resp.Diagnostics)
	}
}
