// Package apiuser implements tray_api_user: the user that API tokens act as. Tray makes
// them in its UI only, in shared workspaces, so the resource needs the management plane.
package apiuser

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var _ base.Whole = (*apiUserResource)(nil)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &apiUserResource{base.ResourceOf(noun)} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &apiUserList{apiUserResource{base.ResourceOf(noun)}} }}
}

type apiUserResource struct{ base.NounResource }

const resourceText = "An API user: the user that API tokens act as. Its tokens are `tray_api_token`.\n\n" +
	"**Works on a live Tray:** no (sandbox only). Tray makes API users in its UI, and the plan says where.\n\n" +
	"It is made in a shared workspace (`TRAY011`) and counts as a user of the organization too, so data sources show it with its `email`. " +
	"A workspace that `tray_workspace_members` stands for names it there as well, by that `email`: whom such a table leaves out is removed.\n\n" +
	"A destroy revokes its tokens at once, and whatever uses them stops. Connectors that it has deployed stay, with nobody who may share them through Tray's own API.\n\n" +
	"**Requests:** one list of API users for each workspace (100 a page) serves all of them in a run."

func (r *apiUserResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"workspace_id": base.Needed("Shared workspace that it is made in, and deleted with. Another one makes another API user.", base.Word()),
		"name":         base.Required("Name, which no other API user of the organization has. It is changed in place.", base.Name(255)),
		"workspace_role": schema.StringAttribute{
			MarkdownDescription: "Role in the workspace: `Admin`, `Contributor` or `Viewer`.", CustomType: base.RoleType{},
			Required: true, Validators: base.WorkspaceRole(),
		},
		"organization_role": schema.StringAttribute{
			MarkdownDescription: "Role in the organization: `Admin`, `Contributor` or `Viewer`. Omitted: a new one is `Viewer` and its tokens see no other workspace; later it stays as it is. " +
				"`Admin` reaches everything, and wants `workspace_role = \"Admin\"` (`TRAY002`). Only the Owner and organization Admins choose it.",
			CustomType: base.RoleType{}, Optional: true, Computed: true, Validators: base.OrganizationRole(),
		},
		"id":    base.ID("API user"),
		"email": base.Given("Address that Tray gives it. Nothing can be mailed there; lists of users and members name it so."),
	}}
}

func (r *apiUserResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) || !r.managed(ctx, plan, &resp.Diagnostics) {
		return
	}
	if !base.Vacated(ctx, noun, r.named, plan, exists(plan), &resp.Diagnostics) {
		return
	}
	is, ok := r.roles(ctx, plan, &resp.Diagnostics)
	if !ok {
		return
	}
	got, err := r.API.APIUsers.Create(ctx, plan.WorkspaceID.ValueString(), plan.change(model{}, is))
	if base.Failed(&resp.Diagnostics, "create the API user", err) {
		return
	}
	plan = plan.known(got)
	r.StoreMade(ctx, object(plan), plan, plan.identity(), resp)
}

func (r *apiUserResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identity(), req, resp) {
		return
	}
	got, err := r.API.APIUsers.Get(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString())
	if !r.Seen(ctx, noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	r.StoreRead(ctx, noun, object(state), state, resp)
}

func (r *apiUserResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	is, ok := r.roles(ctx, plan, &resp.Diagnostics)
	if !ok {
		return
	}
	spec := plan.change(state, is)
	if spec.Name != nil && !base.Awaited(ctx, noun, r.named, plan, plan.ID.ValueString(), &resp.Diagnostics) {
		return
	}
	if spec != (tray.APIUserSpec{}) {
		got, err := r.API.APIUsers.Update(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString(), spec)
		if base.Failed(&resp.Diagnostics, "change the API user", err) {
			return
		}
		plan = plan.known(got)
	}
	r.StoreChanged(ctx, object(plan), plan, plan.identity(), req, resp)
}

func (r *apiUserResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Deleting(ctx, object(state), req, &resp.Diagnostics) {
		return
	}
	err := r.API.APIUsers.Delete(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString())
	base.Failed(&resp.Diagnostics, "delete the API user", err)
}

// ImportState takes "<workspace>/<API user>", each by id or by name, or an identity.
func (r *apiUserResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.Ready(&resp.Diagnostics) {
		return
	}
	m, ok := r.toImport(ctx, req, &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"workspace_id": m.WorkspaceID, "id": m.ID})
	}
}
