package policy

import (
	"fmt"
	"slices"
)

// invitesPerDay is documented for an organization.
const invitesPerDay = 100

// oneOwner is TRAY001: an organization has one Owner. The role cannot be given, taken or
// deleted through the API.
func oneOwner(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		now := before.Users[a.Who].Role
		summary := "An organization has one Owner"
		var detail string
		switch {
		case (a.Action == Invite || a.Action == CreateUser || a.Action == SetOrgRole && !isOwner(now)) && isOwner(a.Role):
			detail = fmt.Sprintf("%s cannot become the organization's Owner through the API. Tray's UI or its support can hand the role over; then import the person. "+
				"Write another role, such as organization_role = %q.", called(a.Who), Admin)
		case (a.Action == DeleteUser || a.Action == SetOrgRole && a.Destroys) && isOwner(now) && !isOwner(a.Role):
			detail = called(a.Who) + " is the organization's Owner, who can be neither deleted nor demoted. " +
				"To take the Owner out of the configuration only, paste this in place of the resource, with its own name in place of <name>:\n\n" + RemovedBlock("tray_user", "<name>")
		case a.Action == SetOrgRole && isOwner(now) && !isOwner(a.Role):
			detail = fmt.Sprintf("%s is the organization's Owner, and the role cannot be taken away through the API. Write organization_role = %q.", called(a.Who), Owner)
		case a.Action == NameOwner && before.owner() != "" && before.owner() != a.Who:
			summary = "The organization has another Owner"
			detail = fmt.Sprintf("In Tray owner_email is %[1]q, here it is %[2]q. Write owner_email = %[1]q here or remove the argument. "+
				"An organization has one Owner, and that role is neither given nor taken by an API: ask Tray to hand it over.", before.owner(), a.Who)
		default:
			continue
		}
		all = append(all, Violation{Code: "TRAY001", Summary: summary, Detail: detail, Who: []string{a.Who}, Changes: []int{i}})
	}
	return all
}

// called names somebody at the beginning of a sentence; an address may not be known yet.
func called(who string) string {
	if who == "" {
		return "This person"
	}
	return who
}

// ownUser is TRAY004: the token does not take rights from its own user, unless allowed.
// Without a management plane nobody can tell whose token it is, and nothing is judged.
func ownUser(before Organization, changes []Change, limits Limits) []Violation {
	self := before.Self
	concerned := slices.ContainsFunc(changes, func(a Change) bool { return a.Who == self && a.takes() })
	if self == "" || limits.AllowSelfRemoval || !concerned {
		return nil
	}
	after := before.After(changes)
	var all []Violation
	report := func(which []int, where, doing string) {
		if len(which) == 0 {
			return
		}
		all = append(all, Violation{
			Code: "TRAY004", Summary: "The token would lose rights of its own",
			Detail: fmt.Sprintf("The token acts as %s, and this plan would %s. Half-way through, it could lose the right to go on. "+
				"Let somebody else's token do it, or set guardrails.allow_self_removal (for the plan: TRAY_GUARDRAILS_ALLOW_SELF_REMOVAL=true).", self, doing),
			Who: []string{self}, Workspace: where, Changes: which,
		})
	}
	if was, is := before.Users[self], after.Users[self]; height(is.Role) < height(was.Role) {
		which := indexes(changes, func(a Change) bool { return a.Who == self && (a.Action == SetOrgRole || a.Action == DeleteUser) })
		report(which, "", verbFor(is.Role, "delete that user", "make that user "+is.Role))
	}
	for _, id := range touched(changes) {
		was, is := before.Workspaces[id].Members[self], after.Workspaces[id].Members[self]
		if height(is) < height(was) {
			which := indexes(changes, func(a Change) bool {
				return a.Who == self && a.Workspace == id && (a.Action == RemoveMember || a.Action == SetMember)
			})
			name := before.title(id)
			report(which, id, verbFor(is, "remove that user from the workspace "+name, "make that user "+is+" in the workspace "+name))
		}
	}
	return all
}

func verbFor(role, gone, demoted string) string {
	if role == "" {
		return gone
	}
	return demoted
}

// ownedServices is TRAY006: a user who owns custom services is not deleted before these are moved.
func ownedServices(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		services, refusal := before.Users[a.Who].Services, before.Users[a.Who].Refusal
		if a.Action != DeleteUser || len(services) == 0 && refusal == "" {
			continue
		}
		if refusal == "" {
			refusal = plural(len(services), "custom service would lose its", "custom services would lose their") + " owner: " + list(services) + "."
		}
		all = append(all, Violation{
			Code: "TRAY006", Summary: "The user owns custom services",
			Detail: called(a.Who) + ": " + refusal + "\n\nMove the services first: to the Organization workspace, with workspace_id of their tray_custom_service or in Tray, and apply that. " +
				"To let the user stay as they are instead, apply on_destroy = \"keep\" first, or paste this in place of the resource, with its own name in place of <name>:\n\n" + RemovedBlock("tray_user", "<name>"),
			Who: []string{a.Who}, Changes: []int{i},
		})
	}
	return all
}

// invitesADay is TRAY007: an organization sends at most 100 invitations a day.
func invitesADay(before Organization, changes []Change, _ Limits) []Violation {
	which := indexes(changes, func(a Change) bool { return a.Action == Invite })
	if before.InvitesToday+len(which) <= invitesPerDay || len(which) == 0 {
		return nil
	}
	sent := ""
	if before.InvitesToday > 0 {
		sent = fmt.Sprintf(" and %d have gone out in the last 24 hours", before.InvitesToday)
	}
	return []Violation{{
		Code: "TRAY007", Summary: "Too many invitations for one day",
		Detail: fmt.Sprintf("Tray sends at most %d invitations a day per organization; this plan has %d (%s)%s. Add the rest in another plan, tomorrow.",
			invitesPerDay, len(which), list(people(changes, which)), sent),
		Who: people(changes, which), Changes: which,
	}}
}
