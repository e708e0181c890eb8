package user

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/enforce"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

const roleViewer = "Viewer"

// changeKind is what an update has to do in Tray.
type changeKind int

const (
	changeNothing changeKind = iota // settings of the provider, or the spelling of a value
	changeRole
	changeJoin // invite again, or create who was only invited
)

// changeOf compares the state with what is wanted. A role that is not known yet counts
// as a change: it may be one.
func changeOf(state, plan model) changeKind {
	switch {
	case state.Status.ValueString() == statusExpired:
		return changeJoin
	case state.Status.ValueString() == statusInvited && plan.Onboarding.ValueString() == onboardingCreate &&
		state.Onboarding.ValueString() == onboardingInvite:
		return changeJoin
	case !plan.OrganizationRole.Is(state.OrganizationRole.ValueString()):
		return changeRole
	}
	return changeNothing
}

// inviteStatus tells an open invitation from one that has run out, by its date alone:
// a live Tray shows no more. An unknown date counts as open.
func inviteStatus(i *tray.Invite, now time.Time) string {
	switch {
	case i == nil:
		return ""
	case i.Expires.IsZero() || now.Before(i.Expires):
		return statusInvited
	}
	return statusExpired
}

// lastInvite returns what the invitations, oldest first, say of an address: an open
// one if there is any, else the newest. An accepted one says nothing, as the user was
// looked for before and is not there.
func lastInvite(invites []tray.Invite, email string) (last *tray.Invite, status string, cancelled bool) {
	for k := range invites {
		i := &invites[k]
		if base.FoldEmail(i.Email) != base.FoldEmail(email) || last != nil && last.Status == tray.InvitePending && i.Status != tray.InvitePending {
			continue
		}
		last = i
	}
	if last == nil {
		return nil, "", false
	}
	switch last.Status {
	case tray.InvitePending:
		return last, statusInvited, false
	case tray.InviteExpired:
		return last, statusExpired, false
	}
	return nil, "", last.Status == tray.InviteCancelled
}

// nameProblem says why somebody new cannot have a name, or none; "" when that can be. A
// name is what a creation sends. Tray's API takes it then and never again, so that of a
// user is the person's own and never compared.
func nameProblem(onboarding, wanted string) string {
	switch {
	case onboarding == onboardingCreate && wanted == "":
		return `A user who is created, not invited, needs a name. Give one, or write onboarding = "invite".`
	case onboarding == onboardingInvite && wanted != "":
		return `An invited person chooses the name. Remove it, or write onboarding = "create".`
	}
	return ""
}

// mayRank asks TRAY001 about a role that somebody gets; from is the one they have, "" for
// somebody new.
func (r *userResource) mayRank(who, from string, to base.Role, diags *diagnostics) bool {
	change := policy.Change{Action: policy.SetOrgRole, Who: who, Role: to.ValueString()}
	return !r.violates(change, from, path.Root("organization_role"), diags, policy.TRAY001OneOwner)
}

// mayLeave asks TRAY001 about somebody whose resource is destroyed, whatever that means in
// Tray. Role is what they have.
func (r *userResource) mayLeave(email base.Email, role, onDestroy string, at path.Path, diags *diagnostics) bool {
	change := policy.Change{Action: policy.DeleteUser, Who: email.ValueString(), Destroys: true}
	switch onDestroy {
	case destroyKeep:
		return true
	case destroyDemote:
		change.Action, change.Role = policy.SetOrgRole, roleViewer
	}
	return !r.violates(change, role, at, diags, policy.TRAY001OneOwner)
}

func (r *userResource) violates(change policy.Change, role string, at path.Path, diags *diagnostics, rules ...*policy.Rule) bool {
	known := policy.Organization{Users: map[string]policy.User{change.Who: {Role: role}}}
	return enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{change}, Rules: rules, At: at}, known, diags)
}

// alreadyThere asks TRAY012 about somebody who is found where a creation would put them.
func (r *userResource) alreadyThere(email base.Email, now person, diags *diagnostics) bool {
	who := email.ValueString() // as it is spelled here: the rule compares nobody else
	known := policy.Organization{Invited: map[string]bool{who: now.user == nil}}
	if now.user != nil {
		known.Users = map[string]policy.User{who: {Role: now.user.Role.Name}}
	}
	joins := policy.Change{Action: policy.Invite, Who: who}
	return enforce.Violates(r.Provider, enforce.Case{Changes: []policy.Change{joins}, Rules: []*policy.Rule{policy.TRAY012Exists}, At: path.Root("email")}, known, diags)
}

// cannotCancel is for a replacement of somebody invited on a live Tray.
func cannotCancel(email base.Email) string {
	return fmt.Sprintf("Tray's API can neither cancel an invitation nor send it again while it is open, so %s cannot be replaced. "+
		"Cancel it in Tray under Settings > People, Other tab, take the resource out of the state (terraform state rm) and apply. Or wait until it has run out: then the next apply invites again.",
		email.ValueString())
}

// cameBack says that the id of a plan is no longer behind the address.
func cameBack(state model, u *tray.User) string {
	return fmt.Sprintf("The plan is about the user %s, who was removed since; %s is another user now, %s, whom the plan has not seen. Nothing was changed. Plan again.",
		state.ID.ValueString(), state.Email.ValueString(), u.ID)
}

// changedSince says that the role is not the one of which the plan shows the change.
func changedSince(state model, u *tray.User) string {
	return fmt.Sprintf("%s was %s when this was planned and is %s now: somebody has changed the role since. The next plan shows it.",
		state.Email.ValueString(), state.OrganizationRole.ValueString(), u.Role.Name)
}

func refused(err error) bool {
	var e *tray.Error
	return errors.As(err, &e) && (e.Status == http.StatusBadRequest || e.Status == http.StatusConflict)
}

func ambiguous(err error) bool {
	var e *tray.Error
	return errors.As(err, &e) && e.Ambiguous
}

// uncertainHint is for a creation of unknown fate; the client says as much of invitations.
const uncertainHint = "Tray may have created the user although it did not say so. Applying again is safe: should the user exist, the plan says so and shows how to import it."

// refusedHint is for an invitation or creation that Tray refused for a reason of its own.
func refusedHint(plan model, managed bool) string {
	who := plan.Email.ValueString()
	hint := fmt.Sprintf("If %s is a user by now, the next plan says so and shows how to import.", who)
	if !managed && plan.Onboarding.ValueString() == onboardingInvite {
		hint += fmt.Sprintf(" If %s has an open invitation, which Tray's API does not show: cancel it in Tray under Settings > People, Other tab, and apply again; "+
			"or wait until it is accepted and import the user.", who)
	}
	return hint
}

func cancelledDetail(email base.Email) string {
	return fmt.Sprintf("The invitation of %s was cancelled outside Terraform before it was accepted. It leaves the state; while the configuration still has the person, this plan invites again.", email.ValueString())
}

// staysValid warns of an invitation that a live Tray cannot withdraw.
func staysValid(state model) (summary, detail string) {
	until := ""
	if at := state.InviteExpiresAt.ValueString(); at != "" {
		until = " until " + at
	}
	return "The invitation stays valid", fmt.Sprintf("Tray's API cannot cancel an invitation. Terraform forgets that of %s, but it can still be accepted%s. "+
		"To cancel it: in Tray, Settings > People, Other tab.", state.Email.ValueString(), until)
}

// leaving warns of what a destroy of a user means in Tray.
func leaving(email base.Email, onDestroy string) (summary, detail string) {
	who := email.ValueString()
	switch onDestroy {
	case destroyKeep:
		return "The user stays in Tray", fmt.Sprintf("on_destroy is \"keep\": Terraform forgets %s, who stays a user with the same rights.", who)
	case destroyDemote:
		return "The user stays in Tray as a Viewer", fmt.Sprintf("on_destroy is \"demote\": %s becomes an organization Viewer and stays a user. Memberships of workspaces stay as they are.", who)
	}
	return "Deleting a user moves what they own", fmt.Sprintf("Deleting %s cannot be undone. What is in their personal workspace (workflows, authentications, services) moves to a new shared workspace "+
		"that is named after them and whose Admin is the user of this token. Older documentation of Tray says instead that it is kept for 30 days. "+
		"To keep the user, set on_destroy to \"demote\" or \"keep\" and apply that first.", who)
}

func warnOtherAddress(diags *diagnostics, email base.Email, u *tray.User) {
	if u.Email == "" || base.FoldEmail(u.Email) == email.Folded() {
		return
	}
	diags.AddAttributeWarning(path.Root("email"), "The person has another address now", fmt.Sprintf(
		"Tray knows the user %s, who was %s, as %s. Nothing needs to be done: the user stays the same. "+
			"When you write that address in the configuration, it changes the state alone.", u.ID, email.ValueString(), u.Email))
}

// importKey tells an address from an id: ids hold no "@".
func importKey(given string) model {
	if strings.Contains(given, "@") {
		return model{Email: base.EmailValue(given)}
	}
	return model{ID: types.StringValue(given)}
}

func nobody(given string, managed bool) string {
	detail := fmt.Sprintf("Nobody in the organization has the address or id %q.", given)
	if !managed {
		detail += " Somebody who is invited but has not accepted yet cannot be imported: Tray's API does not list invitations."
	}
	return detail
}
