// Package membershipset implements the authoritative memberships: tray_workspace_members, which
// stands for everybody in a workspace, and tray_workspace_role_members, for everybody
// with one role there. tray_workspace_member, for one person, is in package membership. They
// speak to /core/v1/workspaces/{id}/users of Tray's platform API.
package membershipset

import (
	"context"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

var (
	_ resource.ResourceWithConfigure      = (*membersResource)(nil)
	_ resource.ResourceWithIdentity       = (*membersResource)(nil)
	_ resource.ResourceWithImportState    = (*membersResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*membersResource)(nil)
	_ resource.ResourceWithValidateConfig = (*membersResource)(nil)
	_ resource.ResourceWithMoveState      = (*membersResource)(nil)
)

// Resources lists this package's resources.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{NewResource, NewRoleResource}
}

// NewResource returns the tray_workspace_members resource.
func NewResource() resource.Resource { return &membersResource{} }

type membersResource struct{ reconciler }

// model is tray_workspace_members in configuration, plan and state.
type model struct {
	settings
	Members people `tfsdk:"members"`
}

type identity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
}

func (r *membersResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace_members"
}

const resourceText = "Everybody in one workspace, with their roles: whoever is in the workspace and not named here is removed.\n\n" +
	"**Works on a live Tray:** yes\n\n" +
	"The plan reads as a table of who gains, loses or changes what. An apply adds first, then changes roles, then removes, so that a swap leaves nobody out and the workspace always has an `Admin`. " +
	"When Tray refuses a change, the other changes of that step are still made. After a failed addition nobody is removed. The state holds what is true, and the next apply does the rest. " +
	"When the creation fails, the resource is not in the state. The people who were added stay, and the next apply goes on from there.\n\n" +
	"People who have not accepted the invitation to the organization (see `tray_user`) are `pending`. The first apply after they have joined adds them. " +
	"With `expires_at` the access of some ends by a date: the guide \"Access that ends\" has the whole of it. " +
	"API and System accounts, and Owners and Admins of the organization, are left alone unless they are named; `ignored` says who and why. " +
	"A workspace in which somebody else is already, or somebody with another role, must be imported, or needs `overwrite_existing` (`TRAY012`). " +
	"No other resource may stand for members of the same workspace (`TRAY008`). A destroy removes the people it names.\n\n" +
	"**Requests:** a plan without changes costs one list of members per workspace (100 a page). It also reads the organization's users while somebody is pending, and when a member who is not named may be an Owner or Admin. " +
	"An apply costs one request for each change."

func (r *membersResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := settingsAttributes()
	attributes["members"] = schema.MapAttribute{
		MarkdownDescription: "E-mail address → role in the workspace: `Admin`, `Contributor` or `Viewer`. Letter case counts in neither; the state keeps your spelling. " +
			"Owners and Admins of the organization can only be `Admin` (`TRAY002`).",
		CustomType:  newPeopleType(),
		ElementType: base.RoleType{},
		Required:    true,
	}
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: attributes}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *membersResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"workspace_id": identityschema.StringAttribute{Description: "Identifier of the workspace.", RequiredForImport: true},
	}}
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *membersResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if m, ok := base.Load[model](ctx, req.Config, &resp.Diagnostics); ok && !m.Members.IsUnknown() {
		m.check(m.Members.entries(), path.Root("members"), &resp.Diagnostics)
		checkDates(m.ExpiresAt, m.Members.entries(), path.Root("members"), &resp.Diagnostics)
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan.
func (r *membersResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	step, plan, state, ok := base.PlanStep[model](ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	proposed := plan
	var was, want *desired
	if step != base.Create {
		d := state.desired()
		was = &d
	}
	if step != base.Destroy && plan.known() {
		d := plan.desired()
		want = &d
	}
	i, ok := r.planStand(ctx, was, want, &plan.settings, plan.Members.known(), req, resp)
	if !ok {
		return
	}
	planned, same := r.planWhole(ctx, i, was, want, state.settings, plan.settings, req, resp)
	if same {
		plan.Members = state.Members
	}
	plan.settings = planned
	if !reflect.DeepEqual(plan, proposed) { // the response starts as the request's plan
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}
}

func (r *membersResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) {
		return
	}
	want := plan.desired()
	r.applyEnds(ctx, resp.Private, nil, &want, plan.settings)
	got := r.reconcile(ctx, base.Applied(ctx, resp.Private), nil, want, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() { // no state: tainted, the next apply would first remove everybody
		return
	}
	plan.settings = r.identified(ctx, plan.settings, "")
	got.roster.save(ctx, resp.Private)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{plan.WorkspaceID})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan.with(got))...)
}

func (r *membersResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp) {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{state.WorkspaceID})...)
	before := state
	state.settings = state.withDefaults()
	got, read := r.refresh(ctx, state.desired(), req, resp)
	if !read {
		return
	}
	state.settings = r.identified(ctx, state.settings, "")
	if state = state.with(got); !reflect.DeepEqual(state, before) { // the response starts as the request's state
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

func (r *membersResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	state, ok2 := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !ok2 || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{plan.WorkspaceID})...)
	plan.settings = r.identified(ctx, plan.settings, "")
	was, want := state.desired(), plan.desired()
	r.applyEnds(ctx, req.Private, &was, &want, plan.settings)
	if r.writesNothing(was, want, state.settings, &plan.settings) { // spelling, or dates
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	ro := loadRoster(ctx, req.Private)
	if got := r.reconcile(ctx, base.Applied(ctx, req.Private), &was, want, ro, &resp.Diagnostics); got.read {
		got.roster.save(ctx, resp.Private)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan.with(got))...)
	}
}

func (r *membersResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	ro := loadRoster(ctx, req.Private)
	if got := r.clear(ctx, base.Applied(ctx, req.Private), state.desired(), ro, req.Private, &resp.Diagnostics); got.read {
		resp.Diagnostics.Append(resp.State.Set(ctx, state.with(got))...)
	}
}

// ImportState takes the workspace's id or name, or an identity.
func (r *membersResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := r.importWorkspace(ctx, req, &resp.Diagnostics)
	if id == "" {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("workspace_id"), id)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{types.StringValue(id)})...)
}

// importWorkspace returns the id of the workspace that an import of everybody names.
func (g *reconciler) importWorkspace(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) string {
	if !g.Ready(diags) {
		return ""
	}
	id := req.ID
	if id == "" {
		named, ok := base.Load[identity](ctx, req.Identity, diags)
		if !ok {
			return ""
		}
		id = named.WorkspaceID.ValueString()
	}
	w := base.FindWorkspace(ctx, g.API, id, diags)
	if w == nil || !g.takesMembers(ctx, w.ID, diags) {
		return ""
	}
	return w.ID
}

func (m model) desired() desired {
	all := path.Root("members")
	entries := m.Members.entries()
	return desired{
		scope: m.scope(policy.AllMembers, ""), words: wording(m.scope(policy.AllMembers, ""), entries), entries: entries, pending: m.pendingPeople(), dates: m.ExpiresAt.Dates(), ended: foldedSet(m.Ended), overwrite: m.OverwriteExisting.ValueBool(),
		all: all,
		at: func(who string) path.Path {
			if s, named := entries[who]; named {
				return all.AtMapKey(s.email)
			}
			return all
		},
	}
}

func (m model) with(got result) model {
	m.settings = m.report(got)
	m.Members = peopleValue(maps.Clone(got.entries))
	return m
}
