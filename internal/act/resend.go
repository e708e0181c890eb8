package act

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// DefaultWithin is how young an open invitation stays as it is where nobody says otherwise.
const DefaultWithin = time.Hour

// Invitation is one that is to go out once more.
type Invitation struct {
	Email string
	// Role is the organization role to invite to; "" is that of the last invitation.
	Role string
	// Within is how young an open invitation is that stays as it is.
	Within time.Duration
}

// ResendInvite invites somebody again who was invited and has not come. Whoever has come, or
// was invited a moment ago, is told of and left alone.
func (a Acts) ResendInvite(ctx context.Context, i Invitation) error {
	u, err := a.API.Users.GetByEmail(ctx, i.Email)
	if err == nil {
		a.tell("%s is in the organization already, as %s: nothing is sent.", u.Email, u.Role.Name)
		return nil
	}
	if !tray.IsGone(err) {
		return couldNot("look for "+i.Email, "email", err)
	}
	last, all, managed, err := a.invitations(ctx, i.Email)
	if err != nil {
		return couldNot("read the invitations", "email", err)
	}
	if problem := i.unfit(last, managed); problem != nil {
		return problem
	}
	if last != nil && last.Status == tray.InvitePending {
		if age := a.API.Now().Sub(last.Created); age < i.Within {
			a.tell("%s was invited %s ago: nothing is sent.", i.Email, age.Round(time.Second))
			return nil
		}
	}
	role, err := a.inviteTo(ctx, i, last, all)
	if err != nil {
		return err
	}
	return a.invite(ctx, i, role, last)
}

// invitations are those of the organization, and the last one to an address. Only the
// management plane tells.
func (a Acts) invitations(ctx context.Context, email string) (last *tray.Invite, all []tray.Invite, managed bool, err error) {
	if managed, err = a.API.Management.Available(ctx); err != nil || !managed {
		return nil, nil, managed, err
	}
	all, err = a.API.Invites.List(ctx)
	for n := range all {
		if strings.EqualFold(strings.TrimSpace(all[n].Email), strings.TrimSpace(email)) {
			last = &all[n]
		}
	}
	return last, all, true, err
}

// unfit says why there is nothing to send again.
func (i Invitation) unfit(last *tray.Invite, managed bool) error {
	switch {
	case managed && last == nil:
		return &Problem{"email", "Nobody is invited by this address",
			fmt.Sprintf("%s is neither in the organization nor invited to it, so that there is nothing to send again. Invite with a tray_user.", i.Email)}
	case i.Role != "":
		return nil
	case !managed:
		return &Problem{"organization_role", "The role is not known",
			fmt.Sprintf("Tray's API shows no invitations, so that nobody can tell which role %s was invited to. Write it, as in organization_role = \"Contributor\".", i.Email)}
	case last.Status == tray.InviteCancelled:
		return &Problem{"organization_role", "The invitation was withdrawn",
			fmt.Sprintf("Somebody has cancelled the last invitation of %s. To invite all the same, write the role, as in organization_role = %q.", i.Email, last.Role.Name)}
	}
	return nil
}

// inviteTo finds the role and asks the rules.
func (a Acts) inviteTo(ctx context.Context, i Invitation, last *tray.Invite, all []tray.Invite) (tray.Role, error) {
	roles, err := a.API.Roles.Organization(ctx)
	if err != nil {
		return tray.Role{}, couldNot("read the organization's roles", "organization_role", err)
	}
	wanted := i.Role
	if wanted == "" {
		wanted = last.Role.Name
	}
	role, found := tray.FindRole(roles, wanted)
	if !found {
		return role, &Problem{"organization_role", "Unknown role", fmt.Sprintf("The organization has no role %q.", wanted)}
	}
	before := policy.Organization{}
	for _, sent := range all {
		if !sent.Created.IsZero() && a.API.Now().Sub(sent.Created) < 24*time.Hour {
			before.InvitesToday++
		}
	}
	invites := []policy.Change{{Action: policy.Invite, Who: i.Email, Role: role.Name}}
	for argument, rule := range map[string]*policy.Rule{"organization_role": policy.TRAY001OneOwner, "email": policy.TRAY007Invites} {
		for _, v := range rule.Judge(before, invites, policy.Limits{}) {
			return role, &Problem{argument, v.Title(), v.Detail}
		}
	}
	return role, nil
}

// invite takes an open invitation back, as Tray sends no second one beside it, and sends
// another.
func (a Acts) invite(ctx context.Context, i Invitation, role tray.Role, last *tray.Invite) error {
	open := last != nil && last.Status == tray.InvitePending
	if open {
		a.tell("The invitation of %s from %s is taken back.", i.Email, last.Created.UTC().Format(time.RFC3339))
		if err := a.API.Invites.Cancel(ctx, last.ID); err != nil {
			return couldNot("take back the open invitation", "email", err)
		}
	}
	made, err := a.API.Invites.Create(ctx, i.Email, role.ID)
	switch {
	case err != nil && open:
		return couldNot("invite again", "email", fmt.Errorf("%w\n\nThe old invitation was taken back, so that %s has none now. Begin it again, with organization_role = %q", err, i.Email, role.Name))
	case refused(err) && last == nil:
		return couldNot("invite again", "email", errors.Join(err, fmt.Errorf("\nTray refuses a second invitation while the first is open, and its API cannot take one back: "+
			"do that in Tray, under Settings > People > Other, and begin this again; or wait until it has run out, seven days after it was sent")))
	case err != nil:
		return couldNot("invite again", "email", err)
	}
	if made.Status == tray.InviteAccepted {
		a.tell("%s was invited as %s, and has accepted at once.", i.Email, role.Name)
		return nil
	}
	a.tell("%s is invited again, as %s, until %s.", i.Email, role.Name, made.Expires.UTC().Format(time.RFC3339))
	return nil
}
