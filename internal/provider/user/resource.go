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
	_ base.Whole                          = (*userResource)(nil)
	_ resource.ResourceWithValidateConfig = (*userResource)(nil)
)

// Resources lists this package's resources.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &userResource{base.ResourceOf(noun)} }}
}

// DataSources lists this package's data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDataSource, NewListDataSource}
}

type userResource struct{ base.NounResource }

func (r *userResource) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.NounResource.Metadata(ctx, req, resp)
	// Tray documents no way to change an address, but support can. Then the identity
	// changes with it, and that must not stop every plan.
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, _, ok := base.Making[model](ctx, r.Provider, req, resp)
	if !ok {
		return
	}
	now, err := r.find(ctx, plan)
	if base.Failed(&resp.Diagnostics, "look for "+plan.Email.ValueString(), err) {
		return
	}
	takeOver := now.user != nil && r.HandedOver(object(plan))
	if !takeOver && (now.user != nil || now.pending()) && r.alreadyThere(plan.Email, now, &resp.Diagnostics) {
		return
	}
	role, ok := findRole(ctx, r.Provider, plan.OrganizationRole, &resp.Diagnostics)
	if !ok {
		return
	}
	var got model
	if takeOver {
		got, ok = r.setRole(ctx, plan, now.user, role, &resp.Diagnostics)
	} else if got, ok = r.join(ctx, plan, role, &resp.Diagnostics); ok {
		r.putBack(ctx, got, &resp.Diagnostics)
	}
	if !ok {
		return
	}
	r.StoreMade(ctx, object(got), got.asPlanned(plan), plan.identify(), resp)
}

func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.Reading(ctx, object(state), state.identify(), req, resp) {
		return
	}
	now, err := r.find(ctx, state)
	if base.Failed(&resp.Diagnostics, "read the user "+state.Email.ValueString(), err) {
		return
	}
	state = state.withDefaults()
	r.forget(state)
	switch {
	case now.user != nil:
		warnOtherAddress(&resp.Diagnostics, state.Email, now.user)
		r.set(ctx, state.joined(now.user), resp)
	case now.invite != nil:
		if !now.managed { // the state's word alone
			base.Unseen(ctx, resp.Private)
		}
		r.set(ctx, state.waiting(now.invite, now.status), resp)
	case now.cancelled:
		resp.Diagnostics.AddWarning("The invitation was cancelled", cancelledDetail(state.Email))
		resp.State.RemoveResource(ctx)
	default: // not base.Gone, which would name the person in lower case
		base.Forget(&resp.Diagnostics, noun.One, state.Email.ValueString())
		resp.State.RemoveResource(ctx)
	}
}

// set stores what was read of somebody.
func (r *userResource) set(ctx context.Context, m model, resp *resource.ReadResponse) {
	r.remember("", m)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, _, ok := base.Changing[model](ctx, r.Provider, req, &resp.Diagnostics)
	if !ok {
		return
	}
	got := state
	if changeOf(state, plan) != changeNothing {
		if got, ok = r.change(ctx, state, plan, &resp.Diagnostics); !ok {
			return
		}
	}
	base.Store(ctx, &resp.State, got.asPlanned(plan), resp.Identity, plan.identify(), &resp.Diagnostics)
}

func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := base.Load[model](ctx, req.State, &resp.Diagnostics)
	if !ok || !r.BeginWrite(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	i, o := base.Applied(ctx, req.Private), object(state)
	if r.HeldByAnother(i, o) {
		return
	}
	// The person may have accepted since the plan: on_destroy decides about people.
	now, err := r.find(ctx, state)
	if base.Failed(&resp.Diagnostics, "look for "+state.Email.ValueString(), err) {
		return
	}
	switch {
	case another(state, now.user):
		resp.Diagnostics.AddError("Somebody else has the address now", cameBack(state, now.user))
	case now.user != nil && state.OnDestroy.ValueString() != destroyDelete && r.Succeeded(i, o):
	case now.user != nil:
		r.leave(ctx, state, now.user, comesBack(i, state), &resp.Diagnostics)
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
