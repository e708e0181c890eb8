package organization

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// What an operator does with tray_organization. The counterparts for a token of an
// organization are in resource.go.

// opened is what Tray tells an operator of an organization. One that comes into the
// state by an operator is Terraform's to delete.
func opened(o *tray.Organization) model {
	m := known(o, true)
	m.Adopted = types.BoolValue(false)
	return m
}

// adopted reports whether a destroy leaves the organization. States from before there
// were others hold adopted ones only.
func (m model) adopted() bool { return m.Adopted.IsNull() || m.Adopted.ValueBool() }

// fill gives a new organization what the configuration leaves out.
func (m *model) fill() {
	if !given(m.Plan) {
		m.Plan = types.StringValue("enterprise")
	}
	if !given(m.Embedded) {
		m.Embedded = types.BoolValue(false)
	}
	if !given(m.SSO) {
		m.SSO = types.BoolValue(false)
	}
}

func (m model) spec() tray.OrganizationSpec {
	return tray.OrganizationSpec{
		Name: m.Name.ValueString(), OwnerEmail: m.OwnerEmail.ValueString(), Plan: m.Plan.ValueString(),
		Embedded: m.Embedded.ValueBool(), SSO: m.SSO.ValueBool(),
	}
}

// changes are what to change of there to make it as m says.
func (m model) changes(there model) tray.OrganizationChange {
	var change tray.OrganizationChange
	if given(m.Name) && !m.Name.Equal(there.Name) {
		change.Name = m.Name.ValueStringPointer()
	}
	if given(m.Plan) && !m.Plan.Equal(there.Plan) {
		change.Plan = m.Plan.ValueStringPointer()
	}
	if given(m.SSO) && !m.SSO.Equal(there.SSO) {
		change.SSO = m.SSO.ValueBoolPointer()
	}
	return change
}

// open creates the organization and puts into plan what is there then.
func (r *organizationResource) open(ctx context.Context, plan *model, diags *diag.Diagnostics) bool {
	if !given(plan.OwnerEmail) {
		needsOwner(diags)
		return false
	}
	plan.fill()
	found, err := r.API.Organizations.Named(ctx, plan.Name.ValueString())
	if !base.Vacant(noun, named(found), err, exists(*plan), diags) {
		return false
	}
	made, err := r.API.Organizations.Create(ctx, plan.spec())
	if base.Failed(diags, "create the organization", err) {
		return false
	}
	plan.Adopted = types.BoolNull()
	plan.take(opened(made))
	return true
}

func (r *organizationResource) readOpened(ctx context.Context, state model, resp *resource.ReadResponse) {
	o, err := r.API.Organizations.Get(ctx, state.ID.ValueString())
	if !r.Seen(ctx, noun, object(state), err, resp) {
		return
	}
	state.take(opened(o))
	r.StoreRead(ctx, noun, object(state), state, resp)
}

// changeOpened changes of the organization what differs between state and plan, with one
// request or none.
func (r *organizationResource) changeOpened(ctx context.Context, plan *model, state model, diags *diag.Diagnostics) bool {
	o, err := r.API.Organizations.Get(ctx, plan.ID.ValueString())
	if base.Failed(diags, "change the organization", err) {
		return false
	}
	contradictions(diags, *plan, opened(o), settled...)
	if diags.HasError() {
		return false
	}
	if change := plan.changes(state); !change.Empty() {
		o, err = r.API.Organizations.Update(ctx, plan.ID.ValueString(), change)
		if base.Failed(diags, "change the organization", err) {
			return false
		}
	}
	wanted := *plan
	plan.take(opened(o))
	plan.keep(wanted)
	return true
}

// closeOpened deletes the organization.
func (r *organizationResource) closeOpened(ctx context.Context, i base.Instance, state model, diags *diag.Diagnostics) {
	operator, err := r.API.Management.Operator(ctx)
	if base.Failed(diags, "delete the organization", err) || !mayClose(diags, state, operator) {
		return
	}
	if r.HeldByAnother(i, object(state)) {
		return
	}
	err = r.API.Organizations.Delete(ctx, state.ID.ValueString())
	if tray.IsConflict(err) {
		diags.AddError("Could not delete the organization", err.Error()+"\n\n"+emptyIt)
		return
	}
	base.Failed(diags, "delete the organization", err)
}

// importOpened finds the organization with that id, or, if byName, of that name.
func (r *organizationResource) importOpened(ctx context.Context, asked string, byName bool, resp *resource.ImportStateResponse) {
	all, err := r.API.Organizations.List(ctx)
	if base.Failed(&resp.Diagnostics, "import the organization", err) {
		return
	}
	var found *tray.Organization
	for i := range all {
		if all[i].ID == asked || byName && found == nil && all[i].Name == asked {
			found = &all[i]
		}
	}
	if found == nil {
		noSuchOrganization(&resp.Diagnostics, asked, all)
		return
	}
	r.imports(ctx, opened(found), resp)
}

// imports puts the organization into the state, unless another instance has it.
func (r *organizationResource) imports(ctx context.Context, found model, resp *resource.ImportStateResponse) {
	if r.ClaimImport(ctx, noun, object(found), resp) {
		base.StoreNames(ctx, resp, identity{found.ID}, map[string]attr.Value{"id": found.ID})
	}
}
