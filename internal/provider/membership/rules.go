package membership

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// planRank asks TRAY002, for the organization role that the person has, or gets in this plan.
// It reports false when the membership cannot be.
func (r *memberResource) planRank(plan model, who *tray.User, diags *diag.Diagnostics) bool {
	known, changes := enforce.Rank(r.Provider, who)
	joins := plan.act(policy.AddMember, plan.Role.ValueString())
	joins.Who, joins.ResourceType = enforce.Person(who.Email, who.ID), policy.OneMember
	c := enforce.Case{Changes: append(changes, joins), Rules: []*policy.Rule{policy.TRAY002AdminIsAdmin}, At: path.Root("role")}
	return !enforce.Violates(r.Provider, c, known, diags)
}

// takesMembers is why a workspace has no members to manage, or "".
func takesMembers(w *tray.Workspace) string {
	switch w.Type {
	case tray.WorkspaceOrganization:
		return fmt.Sprintf("%q is the Organization workspace: everybody in the organization is in it, with the organization role. Manage that with tray_user.", w.Name)
	case tray.WorkspacePersonal, tray.WorkspacePersonalExternal:
		return fmt.Sprintf("%q is a Personal workspace: it belongs to one person and takes no members. Share work through a shared workspace.", w.Name)
	default:
		return ""
	}
}

// samePerson refuses a configuration whose e-mail address and user id name two people.
func samePerson(config model, who *tray.User, diags *diag.Diagnostics) bool {
	if config.Email.IsNull() || config.Email.IsUnknown() || who.Email == "" || base.FoldEmail(who.Email) == config.Email.Folded() {
		return true
	}
	diags.AddAttributeError(path.Root("email"), "E-mail address and user id name two people",
		fmt.Sprintf("The user %s has the address %s, not %s. Keep one of the two arguments.", who.ID, who.Email, config.Email.ValueString()))
	return false
}

// isStranger asks TRAY009 about somebody who is not in the organization, on the attribute
// that names them.
func (r *memberResource) isStranger(who, attribute string, known policy.Organization, diags *diag.Diagnostics) bool {
	joins := policy.Change{Action: policy.AddMember, Who: who, ResourceType: policy.OneMember}
	c := enforce.Case{Changes: []policy.Change{joins}, Rules: []*policy.Rule{policy.TRAY009MembersJoin}, At: path.Root(attribute), Complete: true}
	return enforce.Violates(r.Provider, c, known, diags)
}

const remedy = "Add a tray_user resource for the address and refer to it (email = tray_user.<name>.email), so that it is invited first."

func mayBeUnknown(diags *diag.Diagnostics, email base.Email) {
	diags.AddAttributeWarning(path.Root("email"), "Nobody has this address yet",
		fmt.Sprintf("Nobody in the organization has the address %s, and this plan has not come across an invitation for it. Is it spelled right? "+
			"If this membership is meant to wait for an invitation: %s", email.ValueString(), remedy))
}

func cannotSeeInvitations(diags *diag.Diagnostics, email base.Email) {
	diags.AddAttributeWarning(path.Root("email"), "The membership waits for an invitation that cannot be seen",
		fmt.Sprintf("Nobody in the organization has the address %s yet, and this token cannot list invitations. The membership is pending; "+
			"the first apply after the person has joined completes it. If nobody invited the address, it waits forever: look in Tray under Settings > People, Other tab.", email.ValueString()))
}

func noWorkspace(diags *diag.Diagnostics, id string) {
	diags.AddAttributeError(path.Root("workspace_id"), "Could not find the workspace",
		fmt.Sprintf("There is no workspace with the id %q that the token can see. Refer to the workspace (tray_workspace.<name>.id), "+
			"or use a token that sees it.", id))
}

// takenOver warns that the membership is there, exactly as it is planned.
func takenOver(diags *diag.Diagnostics, plan model) {
	diags.AddWarning("The membership exists already, and is taken over", fmt.Sprintf(
		"%s is %s in the workspace %s already, as it is written here: nothing is sent. Should another configuration manage the membership, a destroy in either takes the person out.",
		plan.person(), plan.Role.ValueString(), plan.WorkspaceID.ValueString()))
}

// standsBy warns that somebody is there with another role, which is not taken away.
func standsBy(diags *diag.Diagnostics, plan model, there *tray.Member) {
	diags.AddAttributeWarning(path.Root("role"), "The member is there with another role", fmt.Sprintf(
		"%s is %s in the workspace already, which no resource of this apply has given up so far. The role is left as it is: "+
			"it becomes %s when one does, or else the next plan shows the change.", plan.person(), there.Role.Name, plan.Role.ValueString()))
}

// exists asks TRAY012 about a membership that is there.
func (r *memberResource) exists(ctx context.Context, plan model, there *tray.Member, diags *diag.Diagnostics) bool {
	at := path.Root("user_id")
	if !plan.Email.IsNull() && !plan.Email.IsUnknown() {
		at = path.Root("email")
	}
	adopts := plan.act(policy.AdoptMember, plan.Role.ValueString())
	adopts.ResourceType, adopts.Hint = policy.OneMember, r.OneByOne("the person")
	known := policy.Organization{Workspaces: map[string]policy.Workspace{adopts.Workspace: {
		Name: r.WorkspaceName(ctx, adopts.Workspace), Members: map[string]string{adopts.Who: there.Role.Name},
	}}}
	return enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{adopts}, Rules: []*policy.Rule{policy.TRAY012Exists}, At: at}, known, diags)
}

// moved reports whether Tray shows another address for the same user.
func moved(before, now model) bool {
	return before.Email.ValueString() != "" && before.Email.Folded() != now.Email.Folded()
}

// newAddress warns that the person changed address. The state keeps the old one, by
// which the configuration names the person: shown as a change, it would look as if
// another person were wanted, and replace a membership that is right.
func newAddress(diags *diag.Diagnostics, before, now model) {
	diags.AddWarning("The member has another e-mail address now",
		fmt.Sprintf("The user %s, whom the configuration calls %s, is %s in Tray now. The membership is as it was. Write email = %q in the configuration.",
			now.UserID.ValueString(), before.Email.ValueString(), now.Email.ValueString(), now.Email.ValueString()))
}

// namedKey holds, beside the state, whether the configuration names the person by
// e-mail address. The state alone cannot tell: it always has both names.
const namedKey = "e"

func setNamed(ctx context.Context, private base.PrivateState, byEmail bool) diag.Diagnostics {
	if byEmail {
		return private.SetKey(ctx, namedKey, []byte("1"))
	}
	return private.SetKey(ctx, namedKey, nil)
}

func named(ctx context.Context, private base.PrivateState, diags *diag.Diagnostics) bool {
	value, d := private.GetKey(ctx, namedKey)
	diags.Append(d...)
	return len(value) > 0
}
