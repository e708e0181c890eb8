package membershipset

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// reconciler is what both resources of this package do: to bring those in a workspace for
// whom they stand to what the configuration wants.
type reconciler struct{ base.Resource }

// readActual reads who is in the workspace. The list of members is one per workspace.
func (g *reconciler) readActual(ctx context.Context, s scope) (actual, error) {
	all, err := g.API.Members.List(ctx, s.workspace)
	now := newActual(len(all))
	for _, m := range all {
		now.enter(memberOf(m))
	}
	return now, err
}

// complete looks people of the organization up when the members leave the answer open: those
// who are wanted and no members, and those who may be there by right.
func (g *reconciler) complete(ctx context.Context, s scope, now actual, wanted, managed map[string]entry) error {
	for _, o := range now.present {
		if err := g.rank(ctx, s, wanted, managed, &o); err != nil {
			return err
		}
		now.enter(o)
	}
	for who, want := range wanted {
		if _, present := now.present[who]; present {
			continue
		}
		u, err := g.API.Users.GetByEmail(ctx, want.email)
		switch {
		case tray.IsGone(err):
			now.absent[who] = want
		case err != nil:
			return fmt.Errorf("look up %s: %w", want.email, err)
		default:
			now.joining[who] = member{who: who, userID: u.ID, email: u.Email, accountType: string(u.AccountType), orgRole: u.Role.Name}
		}
	}
	return nil
}

// rank reads the organization role of a member when it depends on that whether they
// are left alone.
func (g *reconciler) rank(ctx context.Context, s scope, wanted, managed map[string]entry, o *member) error {
	if !s.unsure(*o, wanted) || !s.unsure(*o, managed) {
		return nil
	}
	u, err := g.API.Users.Get(ctx, o.userID)
	switch {
	case tray.IsForbidden(err):
		return fmt.Errorf("tell whether %s is there by right, as an Owner or Admin of the organization "+
			"(ignore_org_admins = false does without that): %w", display(*o), err)
	case err != nil && !tray.IsGone(err):
		return err
	case err == nil:
		o.orgRole = u.Role.Name
	}
	return nil
}

// takesMembers refuses a workspace that is not there or that takes no members.
func (g *reconciler) takesMembers(ctx context.Context, id string, diags *diag.Diagnostics) bool {
	at := path.Root("workspace_id")
	w, err := g.API.Workspaces.Get(ctx, id)
	switch {
	case base.NotSeen(err):
		diags.AddAttributeError(at, "Could not find the workspace",
			fmt.Sprintf("There is no workspace with the id %q that the token can see. Refer to the workspace (tray_workspace.<name>.id), or use a token that sees it.", id))
		return false
	case err != nil: // the apply says it
		return true
	case w.Type != tray.WorkspaceShared && w.Type != tray.WorkspaceEmbedded:
		diags.AddAttributeError(at, "This workspace takes no members",
			fmt.Sprintf("%q is a workspace of type %s. Members are managed in shared and Embedded workspaces: people are in the Organization workspace "+
				"by their organization role (tray_user), and a Personal workspace has its person.", w.Name, w.Type))
		return false
	}
	return true
}

// unInvited returns which of those who wait for an invitation nobody has invited, and
// whether that can be told: only the management plane lists invitations.
func (g *reconciler) unInvited(ctx context.Context, waiting []entry) (strangers []entry, visible bool, err error) {
	waiting = slices.DeleteFunc(slices.Clone(waiting), func(w entry) bool { return g.Ledger.Has("user", base.FoldEmail(w.email)) })
	if len(waiting) == 0 {
		return nil, true, nil
	}
	managed, err := g.API.Management.Available(ctx)
	if err != nil || !managed {
		return waiting, false, err
	}
	invites, err := g.API.Invites.List(ctx)
	if tray.IsForbidden(err) {
		return waiting, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	for _, w := range waiting {
		invited := slices.ContainsFunc(invites, func(i tray.Invite) bool {
			return base.FoldEmail(i.Email) == base.FoldEmail(w.email) && i.Status != tray.InviteCancelled
		})
		if !invited {
			strangers = append(strangers, w)
		}
	}
	return strangers, true, nil
}

// roles resolves the roles that moves lead to; nil, with the reason in diags, when there
// is one that Tray does not have. Tray's own failure is an error.
func (g *reconciler) roles(ctx context.Context, s scope, moves []move, at func(who string) path.Path, diags *diag.Diagnostics) (map[string]tray.Role, error) {
	found := map[string]tray.Role{}
	for _, m := range moves {
		if _, known := found[m.to]; known {
			continue
		}
		role, others, err := g.API.Roles.Named(ctx, s.workspace, m.to)
		if err != nil {
			return nil, err
		}
		if role.ID == "" {
			diags.AddAttributeError(at(m.who), "Unknown workspace role", base.UnknownRole(base.RoleValue(m.to), others))
			continue
		}
		found[m.to] = role
	}
	if diags.HasError() {
		return nil, nil
	}
	return found, nil
}

// known is what the members tell of people, for the rules.
func (now actual) known() map[string]policy.User {
	people := map[string]policy.User{}
	for _, some := range []map[string]member{now.joining, now.present} {
		for who, o := range some {
			if o.orgRole != "" {
				people[who] = policy.User{Role: o.orgRole, AccountType: o.accountType}
			}
		}
	}
	return people
}
