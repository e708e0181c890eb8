package access

import (
	"cmp"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Named is what a configuration says it manages. A nil field is not compared.
type Named struct {
	// Users are e-mail addresses.
	Users []string
	// Workspaces are ids or names.
	Workspaces []string
	// Memberships are e-mail addresses, or user ids, by workspace id or name.
	Memberships map[string][]string

	IgnoreAccountTypes []tray.AccountType
	// IgnoreOrgAdmins leaves the memberships of organization Owners and Admins
	// out, who reach every workspace without one.
	IgnoreOrgAdmins bool
}

// Shadow is what exists without being named.
type Shadow struct {
	Users       []tray.User
	Invitations []tray.Invite
	Workspaces  []tray.Workspace
	Memberships []ShadowMembership
}

// ShadowMembership is a membership that nobody named.
type ShadowMembership struct {
	Workspace tray.Workspace
	Member    tray.Member
}

// Unmanaged compares what exists with what is named. Only shared workspaces count: the
// others cannot be managed, nor can who is in them. A workspace name that several
// shared workspaces have names none of them, so a second one of that name is seen.
func Unmanaged(inv Inventory, invites []tray.Invite, named Named) Shadow {
	var s Shadow
	if named.Users != nil {
		users := folded(named.Users)
		for _, u := range inv.Users {
			if !users[base.FoldEmail(u.Email)] && !slices.Contains(named.IgnoreAccountTypes, u.AccountType) {
				s.Users = append(s.Users, u)
			}
		}
		for _, i := range invites {
			if i.Status == tray.InvitePending && !users[base.FoldEmail(i.Email)] {
				s.Invitations = append(s.Invitations, i)
			}
		}
	}
	shared := sharedOf(inv.Workspaces)
	if named.Workspaces != nil {
		known := resolve(shared, named.Workspaces)
		for _, w := range shared {
			if !known[w.ID] {
				s.Workspaces = append(s.Workspaces, w)
			}
		}
	}
	if named.Memberships != nil {
		s.Memberships = unmanagedMemberships(inv, shared, named)
	}
	s.sort()
	return s
}

func unmanagedMemberships(inv Inventory, shared []tray.Workspace, named Named) []ShadowMembership {
	byRight := map[string]bool{}
	for _, u := range inv.Users {
		byRight[u.ID] = named.IgnoreOrgAdmins && everywhere(Role{OrganizationRole, u.Role.Name})
	}
	wanted := map[string]map[string]bool{} // workspace id → folded address
	for name, emails := range named.Memberships {
		for id := range resolve(shared, []string{name}) {
			if wanted[id] == nil {
				wanted[id] = map[string]bool{}
			}
			for e := range folded(emails) {
				wanted[id][e] = true
			}
		}
	}
	var found []ShadowMembership
	for _, w := range shared {
		for _, m := range inv.Members[w.ID] {
			ignored := byRight[m.UserID] || slices.Contains(named.IgnoreAccountTypes, m.AccountType)
			named := wanted[w.ID][base.FoldEmail(m.Email)] || wanted[w.ID][base.FoldEmail(m.UserID)]
			if !ignored && !named {
				found = append(found, ShadowMembership{w, m})
			}
		}
	}
	return found
}

// resolve returns the ids of the workspaces that ids or unique names mean.
func resolve(workspaces []tray.Workspace, names []string) map[string]bool {
	count := map[string]int{}
	for _, w := range workspaces {
		count[w.Name]++
	}
	ids := map[string]bool{}
	for _, w := range workspaces {
		if slices.Contains(names, w.ID) || count[w.Name] == 1 && slices.Contains(names, w.Name) {
			ids[w.ID] = true
		}
	}
	return ids
}

func sharedOf(workspaces []tray.Workspace) []tray.Workspace {
	var shared []tray.Workspace
	for _, w := range workspaces {
		if w.Type == tray.WorkspaceShared {
			shared = append(shared, w)
		}
	}
	return shared
}

func folded(emails []string) map[string]bool {
	set := map[string]bool{}
	for _, e := range emails {
		set[base.FoldEmail(e)] = true
	}
	return set
}

func (s Shadow) sort() {
	slices.SortFunc(s.Users, func(a, b tray.User) int { return compareEmails(a.Email, a.ID, b.Email, b.ID) })
	slices.SortFunc(s.Invitations, func(a, b tray.Invite) int { return compareEmails(a.Email, a.ID, b.Email, b.ID) })
	slices.SortFunc(s.Workspaces, compareWorkspaces)
	slices.SortFunc(s.Memberships, func(a, b ShadowMembership) int {
		return cmp.Or(compareWorkspaces(a.Workspace, b.Workspace),
			compareEmails(a.Member.Email, a.Member.UserID, b.Member.Email, b.Member.UserID))
	})
}

func compareWorkspaces(a, b tray.Workspace) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}
