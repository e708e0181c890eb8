package user

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Replacing somebody on demand (-replace, taint, replace_triggered_by): an invitation is
// cancelled and sent again, a user is deleted and created, or stays where on_destroy says
// so. Who is created again gets back the places in workspaces that the deletion takes.

// remember keeps what the state holds of somebody, by the address.
func (r *userResource) remember(mark string, state model) {
	base.Remember(r.Provider, noun, mark, state.Email.Folded(), state)
}

func (r *userResource) forget(state model) { r.Ledger.Keep(noun.Type+" "+state.Email.Folded(), nil) }

// replaced returns what the state holds of the person whom plan replaces by the same. Not
// base.Replaced: an address passes to nobody else, so nobody is waited for who might take it.
func (r *userResource) replaced(i base.Instance, plan model) (was model, ok bool) {
	was, ok = base.Recall[model](r.Provider, noun, i, plan.Email.Folded())
	return was, ok && was.Email.Folded() == plan.Email.Folded()
}

// planTakeOver plans to leave somebody in Tray whom the destroy would keep, and to give
// them what the configuration says.
func (r *userResource) planTakeOver(ctx context.Context, plan, config model, u *tray.User, diags *diagnostics) model {
	r.checkRole(ctx, plan.Email, u.Role.Name, plan.OrganizationRole, diags)
	taken := plan.joined(u)
	r.planRank(ctx, taken, plan.OrganizationRole, path.Root("organization_role"), diags)
	taken.OrganizationRole = plan.OrganizationRole
	if !config.Name.IsNull() {
		taken.Name = config.Name
	}
	return taken
}

// planReturn judges a user who is deleted and comes back: as a departure, unless the same
// apply creates the person again.
func (r *userResource) planReturn(ctx context.Context, was, plan model, diags *diagnostics) {
	if !r.mayLeave(was.Email, was.OrganizationRole.ValueString(), destroyDelete, path.Root("organization_role"), diags) {
		return
	}
	diags.AddWarning(leaving(was.Email, destroyDelete))
	if plan.Onboarding.ValueString() != onboardingCreate {
		r.planLeave(ctx, was, destroyDelete, diags)
		return
	}
	r.planRank(ctx, was, plan.OrganizationRole, path.Root("organization_role"), diags)
	self, err := r.API.Management.Self(ctx)
	if err != nil || self == nil {
		return
	}
	deletes := policy.Change{Action: policy.DeleteUser, Who: was.Email.Folded()}
	known := policy.Organization{Self: enforce.Person(self.Email, self.ID), Users: map[string]policy.User{deletes.Who: {Role: was.OrganizationRole.ValueString()}}}
	enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{deletes}, Rules: []*policy.Rule{policy.TRAY004OwnUser}}, known, diags)
}

// comesBack reports whether a delete is the first half of a replacement that creates the
// same person again in this apply.
func comesBack(i base.Instance, state model) bool {
	return i.Creates != nil && i.Creates.Same(object(state))
}

// place is somebody's membership of a shared workspace.
type place struct {
	workspace tray.Workspace
	role      tray.Role
}

// leavePlaces notes the shared workspaces that u is in, for putBack.
func (r *userResource) leavePlaces(ctx context.Context, u *tray.User, diags *diagnostics) bool {
	all, err := r.API.Workspaces.List(ctx)
	if base.Failed(diags, "read the workspaces of "+u.Email, err) {
		return false
	}
	var places []place
	for _, w := range all {
		if w.Type != tray.WorkspaceShared {
			continue
		}
		member, err := r.API.Members.Get(ctx, w.ID, u.ID)
		switch {
		case err == nil:
			places = append(places, place{w, member.Role})
		case !base.NotSeen(err):
			return !base.Failed(diags, "read the members of the workspace "+w.Name, err)
		}
	}
	r.Ledger.Keep("places of "+base.FoldEmail(u.Email), places)
	return true
}

// putBack gives somebody who was replaced the places that the deletion took. What fails is
// a warning: an error would taint the user, whom the next apply would then replace again.
func (r *userResource) putBack(ctx context.Context, got model, diags *diagnostics) {
	places, _ := r.Ledger.Kept("places of " + got.Email.Folded()).([]place)
	if len(places) == 0 {
		return
	}
	if got.Status.ValueString() != statusActive {
		diags.AddWarning("The person is out of workspaces until they accept", fmt.Sprintf("%s was deleted and is invited again. So they are no longer a member of %s.", got.Email.ValueString(), names(places)))
		return
	}
	for _, p := range places {
		joins := policy.Change{Action: policy.AddMember, Workspace: p.workspace.ID, Who: got.Email.Folded(), Role: p.role.Name}
		release := r.Ledger.Session.Hold(p.workspace.ID, joins.Who)
		_, err := r.API.Members.Add(ctx, p.workspace.ID, got.ID.ValueString(), p.role)
		if err != nil {
			if there, look := r.API.Members.Get(ctx, p.workspace.ID, got.ID.ValueString()); look == nil && tray.SameRole(there.Role.Name, p.role.Name) {
				err = nil
			}
		}
		release()
		if err != nil && !tray.IsGone(err) {
			diags.AddWarning("Could not put the person back into the workspace "+p.workspace.Name, fmt.Sprintf("%s, %s there until the replacement, is no member now: %s", got.Email.ValueString(), p.role.Name, err))
			continue
		}
		enforce.Wrote(r.Provider, joins)
	}
}

func names(places []place) string {
	all := make([]string, len(places))
	for i, p := range places {
		all[i] = p.workspace.Name
	}
	return strings.Join(all, ", ")
}
