package policy

import (
	"fmt"
	"slices"
	"strings"
)

// invitesPerDay is documented for an organization.
const invitesPerDay = 100

// TRAY001OneOwner: an organization has one Owner. The role cannot be given, taken or
// deleted through the API.
func TRAY001OneOwner(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		now := before.Users[a.Who].Role
		var detail string
		switch {
		case (a.Action == Invite || a.Action == CreateUser || a.Action == SetOrgRole && !isOwner(now)) && isOwner(a.Role):
			detail = fmt.Sprintf("%s cannot become Owner through the API: Tray's support hands the role over. Use another role, such as %q.", a.Who, Admin)
		case a.Action == SetOrgRole && isOwner(now) && !isOwner(a.Role):
			detail = fmt.Sprintf("%s is the organization's Owner, and the role cannot be taken away through the API. Write organization_role = %q.", a.Who, Owner)
		case a.Action == DeleteUser && isOwner(now):
			detail = fmt.Sprintf("%s is the organization's Owner, who cannot be deleted. To take the Owner out of the configuration only, "+
				"apply on_destroy = \"keep\" first, or use a removed block with destroy = false.", a.Who)
		default:
			continue
		}
		all = append(all, Violation{Code: "TRAY001", Summary: "An organization has one Owner", Detail: detail, Who: []string{a.Who}, Changes: []int{i}})
	}
	return all
}

// TRAY004OwnUser: the token does not take rights from its own user, unless allowed.
// Without a management plane nobody can tell whose token it is, and nothing is judged.
func TRAY004OwnUser(before Organization, changes []Change, limits Limits) []Violation {
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

// TRAY006Services: a user who owns custom services is not deleted before these are moved.
func TRAY006Services(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		services := before.Users[a.Who].Services
		if a.Action != DeleteUser || len(services) == 0 {
			continue
		}
		all = append(all, Violation{
			Code: "TRAY006", Summary: "The user owns custom services",
			Detail: fmt.Sprintf("%s owns %s: %s. Move them first: to the Organization workspace, with workspace_id of their tray_custom_service or in Tray, and apply that. "+
				"To let the user stay as they are instead, apply on_destroy = \"keep\" first, or paste this in place of the resource, with its own name in place of <name>:\n\n"+
				"removed {\n  from = tray_user.<name>\n\n  lifecycle {\n    destroy = false\n  }\n}",
				a.Who, plural(len(services), "custom service", "custom services"), list(services)),
			Who: []string{a.Who}, Changes: []int{i},
		})
	}
	return all
}

// TRAY007Invites: an organization sends at most 100 invitations a day.
func TRAY007Invites(before Organization, changes []Change, _ Limits) []Violation {
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

// TRAY012Exists: what exists is imported, not created. Somebody whose membership or
// account this run takes away first is no obstacle.
func TRAY012Exists(before Organization, changes []Change, _ Limits) []Violation {
	var all []Violation
	for i, a := range changes {
		var what, block string
		_, isUser := before.Users[a.Who]
		role, isMember := before.Workspaces[a.Workspace].Members[a.Who]
		switch {
		case a.Action == AddMember && isMember && !takenAway(changes, a):
			what = fmt.Sprintf("%s is in the workspace %s already, as %s", a.Who, before.title(a.Workspace), role)
			block = importBlock("tray_workspace_member", a.Workspace+"/"+a.Who)
		case (a.Action == Invite || a.Action == CreateUser) && isUser && !takenAway(changes, a):
			what, block = a.Who+" is a user of the organization already", importBlock("tray_user", a.Who)
		case a.Action == Invite && before.Invited[a.Who]:
			what, block = a.Who+" is invited already", importBlock("tray_user", a.Who)
		case a.Action == CreateWorkspace && before.named(a.Name) != "":
			what, block = fmt.Sprintf("A shared workspace named %q exists already", a.Name), importBlock("tray_workspace", before.named(a.Name))
		default:
			continue
		}
		v := Violation{Code: "TRAY012", Summary: "It exists already", Workspace: a.Workspace, Changes: []int{i},
			Detail: what + ". Import it instead of creating it, with the resource's own name in place of <name>:\n\n" + block}
		if a.Who != "" {
			v.Who = []string{a.Who}
		}
		all = append(all, v)
	}
	return all
}

// takenAway reports whether the run removes what a would create.
func takenAway(changes []Change, a Change) bool {
	return slices.ContainsFunc(changes, func(other Change) bool {
		return other.Who == a.Who && (other.Action == DeleteUser || other.Action == RemoveMember && other.Workspace == a.Workspace && a.Action == AddMember)
	})
}

func (o Organization) named(name string) string {
	for id, w := range o.Workspaces {
		if w.Name == name {
			return id
		}
	}
	return ""
}

func importBlock(resourceType, id string) string {
	return strings.Join([]string{"import {", "  to = " + resourceType + ".<name>", fmt.Sprintf("  id = %q", id), "}"}, "\n")
}
