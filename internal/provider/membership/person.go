package membership

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// who returns the user that the configuration names, by id when it gives one. The
// names it gives must be known.
func (r *memberResource) who(ctx context.Context, config model) (*tray.User, error) {
	if !config.UserID.IsNull() {
		return r.API.Users.Get(ctx, config.UserID.ValueString())
	}
	return r.API.Users.GetByEmail(ctx, config.Email.ValueString())
}

// mayWait decides whether the membership of somebody who is not in the organization
// may be pending: somebody must have invited the address, as far as that can be seen.
func (r *memberResource) mayWait(ctx context.Context, plan model, diags *diag.Diagnostics) bool {
	if r.Ledger.Has("user", plan.Email.Folded()) {
		return true
	}
	invited, visible, err := r.invited(ctx, plan.Email)
	switch {
	case base.Failed(diags, "look for the invitation", err):
		return false
	case invited:
		return true
	case visible:
		notInvited(diags, plan.Email)
		return false
	default:
		cannotSeeInvitations(diags, plan.Email)
		return true
	}
}

// invited says whether the address has an invitation that is pending, has expired or
// was accepted a moment ago, and whether this token can see invitations at all.
func (r *memberResource) invited(ctx context.Context, email base.Email) (yes, visible bool, err error) {
	managed, err := r.API.Management.Available(ctx)
	if err != nil || !managed {
		return false, false, err
	}
	all, err := r.API.Invites.List(ctx)
	if tray.IsForbidden(err) { // a workspace Admin adds members but sees no invitations
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	return slices.ContainsFunc(all, func(i tray.Invite) bool {
		return base.FoldEmail(i.Email) == email.Folded() && i.Status != tray.InviteCancelled
	}), true, nil
}

// role returns the workspace role that m names, or says which there are.
func (r *memberResource) role(ctx context.Context, m model, diags *diag.Diagnostics) (tray.Role, bool) {
	role, others, err := r.API.Roles.Named(ctx, m.WorkspaceID.ValueString(), m.Role.ValueString())
	if base.NotSeen(err) && r.unseen(ctx, m.WorkspaceID.ValueString()) {
		noWorkspace(diags, m.WorkspaceID.ValueString())
		return tray.Role{}, false
	}
	if base.Failed(diags, "read the roles of the workspace", err) {
		return tray.Role{}, false
	}
	if role.ID == "" {
		diags.AddAttributeError(path.Root("role"), "Unknown workspace role", base.UnknownRole(m.Role, others))
	}
	return role, role.ID != ""
}

// unseen reports whether the token sees no workspace of that id.
func (r *memberResource) unseen(ctx context.Context, workspaceID string) bool {
	_, err := r.API.Workspaces.Get(ctx, workspaceID)
	return base.NotSeen(err)
}
