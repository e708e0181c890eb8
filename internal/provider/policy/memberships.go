package policy

import (
	"fmt"
	"slices"
	"strings"
)

// adminIsAdmin is TRAY002: an organization Owner or Admin in a shared workspace is Admin
// there, nothing less. Tray raises them by itself, so a lower role never holds.
func adminIsAdmin(before Organization, changes []Change, _ Limits) []Violation {
	given := map[string]string{} // organization roles after the run, where it sets one
	for _, a := range changes {
		if a.Action == SetOrgRole || a.Action == CreateUser {
			given[a.Who] = a.Role
		}
	}
	var all []Violation
	for i, a := range changes {
		role, changing := given[a.Who]
		// A membership that stays as it is matters only beside a change of the person's role.
		if a.Action != AddMember && a.Action != SetMember && (a.Action != Manage || !changing) {
			continue
		}
		if !changing {
			role = before.Users[a.Who].Role
		}
		if a.Role == "" || isAdmin(a.Role) || !runsOrganization(role) {
			continue
		}
		blamed := append(indexes(changes, func(o Change) bool { return o.Who == a.Who && o.Action == SetOrgRole }), i)
		all = append(all, Violation{
			Code: "TRAY002", Summary: "An organization Admin is Admin in every workspace",
			Detail: fmt.Sprintf("%s of the organization, and can be nothing less than Admin in a workspace: %s in %s would not hold. "+
				"Write %s here, or give the person a lower organization role (when a tray_user does that in the same plan, "+
				"refer to its email here, so that it is planned first).", becomes(a.Who, role, changing), a.Role, before.place(a.Workspace), written(a.ResourceType, Admin)),
			Who: []string{a.Who}, Workspace: a.Workspace, Changes: blamed,
			Elsewhere: !changing && before.Users[a.Who].MayChange,
		})
	}
	return all
}

// becomes says what somebody is, or is made by this plan.
func becomes(who, role string, changing bool) string {
	if changing {
		return who + " becomes, in this plan, " + role
	}
	return who + " is " + role
}

// written is how a resource of that type says a role.
func written(resourceType ResourceType, role string) string {
	if resourceType == OneMember {
		return fmt.Sprintf("role = %q", role)
	}
	return fmt.Sprintf("the role %q", role)
}

// lastAdmin is TRAY003: a workspace that had an Admin and keeps members keeps an Admin; the
// organization keeps min_org_admins and its required_admins. A workspace that ends up
// empty is being taken down, and may.
func lastAdmin(before Organization, changes []Change, limits Limits) []Violation {
	if !slices.ContainsFunc(changes, Change.takes) {
		return nil
	}
	after := before.After(changes)
	var all []Violation
	for _, id := range reached(before, changes) {
		was, is := before.Workspaces[id], after.Workspaces[id]
		if !was.hasAdmin() || is.hasAdmin() || len(is.Members) == 0 {
			continue
		}
		which := indexes(changes, func(a Change) bool {
			_, member := was.Members[a.Who]
			return member && isAdmin(was.Members[a.Who]) && (a.Workspace == id && a.takes() || a.Action == DeleteUser)
		})
		all = append(all, Violation{
			Code: "TRAY003", Summary: "The workspace would be left without an Admin",
			Detail: fmt.Sprintf("The workspace %s keeps %s, but no Admin once %s is gone or demoted. Make somebody else Admin in the same plan, or keep one.",
				before.title(id), plural(len(is.Members), "member", "members"), list(people(changes, which))),
			Who: people(changes, which), Workspace: id, Provisional: true, Changes: which,
		})
	}
	return append(all, organizationAdmins(before, after, changes, limits)...)
}

// organizationAdmins is TRAY003 for the organization. Machines do not count: nobody can
// sign in as one and repair things.
func organizationAdmins(before, after Organization, changes []Change, limits Limits) []Violation {
	lowered := func(who string) bool {
		return runsOrganization(before.Users[who].Role) && !runsOrganization(after.Users[who].Role)
	}
	which := indexes(changes, func(a Change) bool {
		return (a.Action == DeleteUser || a.Action == SetOrgRole) && lowered(a.Who) && before.Users[a.Who].person()
	})
	if len(which) == 0 {
		return nil
	}
	var all []Violation
	if left := int64(len(before.keptAdmins(after))); left < limits.MinOrgAdmins {
		all = append(all, Violation{
			Code: "TRAY003", Summary: "The organization would have too few Admins",
			Detail: fmt.Sprintf("Without %s the organization has %s; guardrails.min_org_admins asks for %d. "+
				"Make somebody else Admin in the same plan, or keep one (for the plan: TRAY_GUARDRAILS_MIN_ORG_ADMINS=%d). "+
				"Somebody who is only invited, or is created by this plan, does not count.", list(people(changes, which)), plural(int(left), "Owner or Admin", "Owners and Admins"), limits.MinOrgAdmins, left),
			Who: people(changes, which), Provisional: true, Changes: which,
		})
	}
	for _, required := range limits.RequiredAdmins {
		blamed := indexes(changes, func(a Change) bool { return a.Who == required && (a.Action == DeleteUser || a.Action == SetOrgRole) })
		if lowered(required) {
			all = append(all, Violation{
				Code: "TRAY003", Summary: "A required Admin would be lost",
				Detail: fmt.Sprintf("guardrails.required_admins names %s, who would no longer be Owner or Admin of the organization. "+
					"Keep the role, or take the address out of required_admins.", required),
				Who: []string{required}, Changes: blamed,
			})
		}
	}
	return all
}

// keptAdmins are the people of o who run the organization afterwards. Whoever the plan itself
// brings in does not count: a plan that could still create an Admin would never be wrong.
func (o Organization) keptAdmins(after Organization) []string {
	var who []string
	for name, u := range after.Users {
		if _, was := o.Users[name]; was && runsOrganization(u.Role) && u.person() {
			who = append(who, name)
		}
	}
	slices.Sort(who)
	return who
}

// membersJoin is TRAY009: only members of the organization join a workspace. Somebody who
// is invited joins once the invitation is accepted.
func membersJoin(before Organization, changes []Change, _ Limits) []Violation {
	comes := map[string]bool{}
	for _, a := range changes {
		if a.Action == Invite || a.Action == CreateUser {
			comes[a.Who] = true
		}
	}
	var all []Violation
	for i, a := range changes {
		_, known := before.Users[a.Who]
		if a.Action != AddMember || known || comes[a.Who] || before.Invited[a.Who] {
			continue
		}
		all = append(all, Violation{
			Code: "TRAY009", Summary: "Only members of the organization join a workspace",
			Detail: stranger(a),
			Who:    []string{a.Who}, Workspace: a.Workspace, Provisional: strings.Contains(a.Who, "@"), Changes: []int{i},
		})
	}
	return all
}

// stranger says how somebody whom nobody knows can join. An id names a user who has been
// there; an invitation has an address.
func stranger(a Change) string {
	if !strings.Contains(a.Who, "@") {
		return fmt.Sprintf("Nobody in the organization has the user id %q. Write email = \"…\" instead for somebody who has not accepted the invitation yet.", a.Who)
	}
	refer := "refer to tray_user.<name>.email here, in place of the address"
	if a.ResourceType == OneMember {
		refer = "in this resource write email = tray_user.<name>.email"
	}
	return fmt.Sprintf("Nobody in the organization has the address %s, and nobody has invited it. To invite it, paste this, "+
		"and %s, so that the invitation goes out first:\n\n%s", a.Who, refer, invitation(a.Who))
}

// takes reports whether a change may take rights away.
func (a Change) takes() bool {
	switch a.Action {
	case RemoveMember, SetMember, SetOrgRole, DeleteUser:
		return true
	}
	return false
}

// touched are the workspaces whose memberships changes touch, sorted.
func touched(changes []Change) []string {
	var ids []string
	for _, a := range changes {
		if a.Workspace != "" && a.takes() {
			ids = append(ids, a.Workspace)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// reached is touched and every known workspace of a deleted user.
func reached(before Organization, changes []Change) []string {
	ids := touched(changes)
	for _, a := range changes {
		if a.Action != DeleteUser {
			continue
		}
		for id, w := range before.Workspaces {
			if _, member := w.Members[a.Who]; member {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
