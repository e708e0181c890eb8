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

var (
	_ resource.ResourceWithConfigure   = (*apiUserResource)(nil)
	_ resource.ResourceWithIdentity    = (*apiUserResource)(nil)
	_ resource.ResourceWithImportState = (*apiUserResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*apiUserResource)(nil)
	_ resource.ResourceWithMoveState   = (*apiUserResource)(nil)
)

// Resources lists the package's resources for the provider.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &apiUserResource{} }}
}

// ListResources lists the package's list resources for the provider.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &apiUserList{} }}
}

type apiUserResource struct{ base.Resource }

func (r *apiUserResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = noun.Type
}

const resourceText = "An API user: the user that API tokens act as. Its tokens are `tray_api_token`.\n\n" +
	"**Works on a live Tray:** no (sandbox only). Tray makes API users in its UI, and the plan says where.\n\n" +
	"It is made in a shared workspace (`TRAY011`) and counts as a user of the organization too, so data sources show it with its `email`. " +
	"A workspace that `tray_workspace_members` stands for names it there as well, by that `email`: whom such a table leaves out is removed.\n\n" +
	"A destroy revokes its tokens at once, and whatever uses them stops. Connectors that it has deployed stay, with nobody who may share them through Tray's own API.\n\n" +
	"**Requests:** one list of API users for each workspace (100 a page) serves all of them in a run."

func (r *apiUserResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: resourceText, Attributes: map[string]schema.Attribute{
		"workspace_id": base.Needed("Shared workspace that it is made in, and deleted with. Another one makes another API user.", base.Word()),
		"name":         schema.StringAttribute{MarkdownDescription: "Name, which no other API user of the organization has. It is changed in place.", Required: true, Validators: base.Name(255)},
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

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *apiUserResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = base.Identity(map[string]string{"workspace_id": "Workspace that it was made in.", "id": "Identifier of the API user, given by Tray."})
}

func (r *apiUserResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	const doing = "create the API user"
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) || !r.managed(ctx, plan, &resp.Diagnostics) {
		return
	}
	found, err := r.awaitName(ctx, plan)
	if !base.Vacant(noun, known(found), err, exists(plan), &resp.Diagnostics) {
		return
	}
	is, ok := r.roles(ctx, plan, &resp.Diagnostics)
	if !ok {
		return
	}
	got, err := r.API.APIUsers.Create(ctx, plan.WorkspaceID.ValueString(), plan.change(model{}, is))
	if base.Failed(&resp.Diagnostics, doing, err) {
		return
	}
	plan = plan.known(got)
	r.Hold(base.Applied(ctx, resp.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

// awaitName returns which API users of the workspace have the name of m, once they have
// had time to lose it.
func (r *apiUserResource) awaitName(ctx context.Context, m model) ([]tray.APIUser, error) {
	return base.Await(ctx, func() ([]tray.APIUser, error) {
		return r.API.APIUsers.Named(ctx, m.WorkspaceID.ValueString(), m.Name.ValueString())
	}, func(u tray.APIUser) bool { return u.ID == m.ID.ValueString() })
}

func (r *apiUserResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp, object(state)) {
		return
	}
	// Before anything can return: the framework wants an identity even of what is gone.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	got, err := r.API.APIUsers.Get(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString())
	if !r.Seen(ctx, noun, object(state), err, resp) {
		return
	}
	state.fromAPI(got)
	base.Remember(r.Provider, noun, "", state.ID.ValueString(), state)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
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
	var err error
	if spec.Name != nil {
		_, err = r.awaitName(ctx, plan)
	}
	if err == nil && spec != (tray.APIUserSpec{}) {
		var got *tray.APIUser
		if got, err = r.API.APIUsers.Update(ctx, state.WorkspaceID.ValueString(), state.ID.ValueString(), spec); err == nil {
			plan = plan.known(got)
		}
	}
	if base.Failed(&resp.Diagnostics, "change the API user", err) {
		return
	}
	r.Hold(base.Applied(ctx, req.Private), object(plan))
	base.Store(ctx, &resp.State, plan, resp.Identity, plan.identity(), &resp.Diagnostics)
}

func (r *apiUserResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) || r.HeldByAnother(base.Applied(ctx, req.Private), object(state)) {
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
	m, ok := r.named(ctx, req, &resp.Diagnostics)
	if ok && r.ClaimImport(ctx, noun, object(m), resp) {
		base.StoreNames(ctx, resp, m.identity(), map[string]attr.Value{"workspace_id": m.WorkspaceID, "id": m.ID})
	}
}

// MoveState implements resource.ResourceWithMoveState.
func (r *apiUserResource) MoveState(context.Context) []resource.StateMover {
	return base.StaysItsType(noun.Type, nil)
}
