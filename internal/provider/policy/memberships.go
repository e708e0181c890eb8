package policy

import (
	"fmt"
	"slices"
)

// TRAY002AdminIsAdmin: an organization Owner or Admin in a shared workspace is Admin
// there, nothing less. Tray raises them by itself, so a lower role never holds.
func TRAY002AdminIsAdmin(before Organization, changes []Change, _ Limits) []Violation {
	given := map[string]string{} // organization roles after the run, where it sets one
	for _, a := range changes {
		switch a.Action {
		case SetOrgRole, CreateUser:
			given[a.Who] = a.Role
		case DeleteUser:
			given[a.Who] = ""
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
			Detail: fmt.Sprintf("%s is %s of the organization, or becomes it in this plan, and can be nothing less than Admin in a workspace: %s in %s would not hold. "+
				"Write the role %q here, or give the person a lower organization role (when a tray_user does that in the same plan, "+
				"refer to its email, so that it is planned first).", a.Who, role, a.Role, before.title(a.Workspace), Admin),
			Who: []string{a.Who}, Workspace: a.Workspace, Changes: blamed,
			Elsewhere: !changing && before.Users[a.Who].MayChange,
		})
	}
	return all
}

// TRAY003LastAdmin: a workspace that had an Admin and keeps members keeps an Admin; the
// organization keeps min_org_admins and its required_admins. A workspace that ends up
// empty is being taken down, and may.
func TRAY003LastAdmin(before Organization, changes []Change, limits Limits) []Violation {
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
			Detail: fmt.Sprintf("Without %s the organization has %d Owners and Admins; guardrails.min_org_admins asks for %d. "+
				"Make somebody else Admin in the same plan, or keep one (for the plan: TRAY_GUARDRAILS_MIN_ORG_ADMINS=%d). "+
				"Somebody who is only invited, or is created by this plan, does not count.", list(people(changes, which)), left, limits.MinOrgAdmins, left),
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

// TRAY009MembersJoin: only members of the organization join a workspace. Somebody who
// is invited joins once the invitation is accepted.
func TRAY009MembersJoin(before Organization, changes []Change, _ Limits) []Violation {
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
			Detail: fmt.Sprintf("%s is neither a user of the organization nor invited. Declare the person with tray_user, and refer to its email here.", a.Who),
			Who:    []string{a.Who}, Workspace: a.Workspace, Provisional: true, Changes: []int{i},
		})
	}
	return all
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
