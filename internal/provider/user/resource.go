// Package user implements tray_user, which spans a person's whole time in an
// organization: invited, active, or invited too long ago. Tray's API knows invitations
// and users as two things; people know one person with one address.
package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ resource.ResourceWithConfigure      = (*userResource)(nil)
	_ resource.ResourceWithIdentity       = (*userResource)(nil)
	_ resource.ResourceWithImportState    = (*userResource)(nil)
	_ resource.ResourceWithValidateConfig = (*userResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*userResource)(nil)
)

// Resources lists this package's resources.
func Resources() []func() resource.Resource { return []func() resource.Resource{NewResource} }

// DataSources lists this package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDataSource, NewListDataSource}
}

// NewResource returns the tray_user resource.
func NewResource() resource.Resource { return &userResource{} }

type userResource struct{ base.Resource }

func (r *userResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
	// Tray documents no way to change an address, but support can. Then the identity
	// changes with it, and that must not stop every plan.
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, resp.Private, &resp.Diagnostics) {
		return
	}
	now, err := r.find(ctx, plan)
	if base.Failed(&resp.Diagnostics, "look for "+plan.Email.ValueString(), err) {
		return
	}
	if now.user != nil || now.pending() {
		alreadyThere(&resp.Diagnostics, plan.Email, now)
		return
	}
	role, ok := findRole(ctx, r.Provider, plan.OrganizationRole, &resp.Diagnostics)
	if !ok {
		return
	}
	got, ok := r.join(ctx, plan, role, &resp.Diagnostics)
	if !ok {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, got.asPlanned(plan))...)
	setIdentity(ctx, resp.Identity, plan, &resp.Diagnostics)
}

func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginRead(ctx, req, resp) {
		return
	}
	setIdentity(ctx, resp.Identity, state, &resp.Diagnostics)
	now, err := r.find(ctx, state)
	if base.Failed(&resp.Diagnostics, "read the user "+state.Email.ValueString(), err) {
		return
	}
	state = state.withDefaults()
	switch {
	case now.user != nil:
		warnOtherAddress(&resp.Diagnostics, state.Email, now.user)
		resp.Diagnostics.Append(resp.State.Set(ctx, state.joined(now.user))...)
	case now.invite != nil:
		if !now.managed { // the state's word alone
			base.Unseen(ctx, resp.Private)
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, state.waiting(now.invite, now.status))...)
	case now.cancelled:
		resp.Diagnostics.AddWarning("The invitation was cancelled", cancelledDetail(state.Email))
		resp.State.RemoveResource(ctx)
	default:
		base.Forget(&resp.Diagnostics, "user", state.Email.ValueString())
		resp.State.RemoveResource(ctx)
	}
}

func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, ok := base.Load[model](ctx, req.Plan, &resp.Diagnostics)
	state, ok2 := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !ok2 || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	got := state
	if changeOf(state, plan) != changeNothing {
		if got, ok = r.change(ctx, state, plan, &resp.Diagnostics); !ok {
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, got.asPlanned(plan))...)
	setIdentity(ctx, resp.Identity, plan, &resp.Diagnostics)
}

func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	// The person may have accepted since the plan: on_destroy decides about people.
	now, err := r.find(ctx, state)
	if base.Failed(&resp.Diagnostics, "look for "+state.Email.ValueString(), err) {
		return
	}
	switch {
	case now.user != nil:
		r.leave(ctx, state, now.user, &resp.Diagnostics)
	case now.pending():
		r.cancel(ctx, state, now.invite, &resp.Diagnostics)
	}
}

// findRole finds the organization role that wanted names.
func findRole(ctx context.Context, p *base.Provider, wanted base.Role, diags *diagnostics) (tray.Role, bool) {
	at := path.Root("organization_role")
	roles, err := p.API.Roles.Organization(ctx)
	if base.Failed(diags, "read the organization's roles", err, at) {
		return tray.Role{}, false
	}
	role, ok := tray.FindRole(roles, wanted.ValueString())
	if !ok {
		diags.AddAttributeError(at, "Unknown role", base.UnknownRole(wanted, roles))
	}
	return role, ok
}
