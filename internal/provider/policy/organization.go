package policy

import (
	"maps"
	"strings"
)

// The role names that rules know. Callers write a role as Tray's own list spells it;
// letter case does not count.
const (
	Owner       = "Owner"
	Admin       = "Admin"
	Contributor = "Contributor"
	Viewer      = "Viewer"
)

// Organization is what is known of an organization. People are named by their folded
// e-mail address, or by their user id when they have none. What has not been read is
// absent: a rule judges what it sees.
type Organization struct {
	Users map[string]User `json:"users"`
	// Invited are people with an open invitation.
	Invited map[string]bool `json:"invited"`
	// Workspaces are by id.
	Workspaces map[string]Workspace `json:"workspaces"`
	// Objects are what a creation has found in the place of what it would make.
	Objects []Object `json:"objects"`
	// Namespace is what the names of connectors begin with, "" until it is chosen.
	Namespace string `json:"namespace"`
	// Claims are what other instances of this run plan for the object of a change.
	Claims []Claim `json:"-"`
	// InvitesToday is how many invitations went out in the last 24 hours.
	InvitesToday int `json:"invites_today"`
	// Embedded says whether the organization has Embedded: "yes", "no", "" while nobody knows.
	Embedded string `json:"embedded"`
	// Self is who the token acts as, "" when nobody can tell.
	Self string `json:"self"`
}

// User is somebody in the organization.
type User struct {
	Role string `json:"role"` // organization role
	// AccountType is Tray's; "" is a regular account.
	AccountType string `json:"account_type"`
	// Services are the custom services that this person owns.
	Services []string `json:"services"`
	// Refusal is Tray's own sentence when it would not delete somebody who owns services:
	// where no API lists these, it is the first that says so.
	Refusal string `json:"refusal"`
	// MayChange says that another resource of this run, which is not planned yet, may give
	// the person another organization role.
	MayChange bool `json:"may_change"`
}

// Workspace is a workspace and the role of each of its members.
type Workspace struct {
	Name string `json:"name"`
	// Type is Tray's; "" is a shared workspace.
	Type    string            `json:"type"`
	Members map[string]string `json:"members"`
}

// Limits are the guardrails of the provider block.
type Limits struct {
	// MaxRemovals is how many people and memberships may lose access; -1 is no limit.
	MaxRemovals int64 `json:"max_removals"`
	// MaxRemovalPercent is the same as a share of one collection; 100 is no limit.
	MaxRemovalPercent int64 `json:"max_removal_percent"`
	// MinOrgAdmins is how many people stay Owner or Admin of the organization.
	MinOrgAdmins int64 `json:"min_org_admins"`
	// RequiredAdmins, folded, stay Owner or Admin.
	RequiredAdmins []string `json:"required_admins"`
	// AllowSelfRemoval lets the token take rights from its own user.
	AllowSelfRemoval bool `json:"allow_self_removal"`
}

// After is the organization once all changes are done, in whichever order: what takes
// away comes first, what gives second, a deleted user is out in the end. So a swap
// reads the same whichever half is planned first. The receiver is not changed.
func (o Organization) After(changes []Change) Organization {
	after := o
	after.Users = maps.Clone(o.Users)
	if after.Users == nil {
		after.Users = map[string]User{}
	}
	after.Workspaces = make(map[string]Workspace, len(o.Workspaces))
	for id, w := range o.Workspaces {
		w.Members = maps.Clone(w.Members)
		after.Workspaces[id] = w
	}
	for _, stage := range []func(Change){after.takeAway, after.give, after.rank, after.expel} {
		for _, a := range changes {
			stage(a)
		}
	}
	return after
}

// takeAway removes somebody, with a Role only while they have it: what stands for one role
// lets those go who have another by then.
func (o Organization) takeAway(a Change) {
	members := o.Workspaces[a.Workspace].Members
	if a.Action == RemoveMember && (a.Role == "" || sameRole(a.Role, members[a.Who])) {
		delete(members, a.Who)
	}
}

func (o Organization) give(a Change) {
	switch members := o.Workspaces[a.Workspace].Members; a.Action {
	case AddMember, SetMember:
		if members != nil {
			members[a.Who] = a.Role
		}
	case CreateUser:
		o.Users[a.Who] = User{Role: a.Role}
	}
}

// rank sets organization roles. Tray makes an organization Admin Admin in every shared
// workspace that the person is in.
func (o Organization) rank(a Change) {
	if a.Action != SetOrgRole {
		return
	}
	u := o.Users[a.Who]
	u.Role = a.Role
	o.Users[a.Who] = u
	if !runsOrganization(a.Role) {
		return
	}
	for _, w := range o.Workspaces {
		if _, member := w.Members[a.Who]; member {
			w.Members[a.Who] = Admin
		}
	}
}

func (o Organization) expel(a Change) {
	if a.Action == DeleteWorkspace {
		delete(o.Workspaces, a.Workspace)
	}
	if a.Action != DeleteUser {
		return
	}
	delete(o.Users, a.Who)
	for _, w := range o.Workspaces {
		delete(w.Members, a.Who)
	}
}

// person reports whether an account is somebody's, not a machine's.
func (u User) person() bool { return u.AccountType != "API" && u.AccountType != "System" }

// MayRise are the people of the organization who are neither Owner nor Admin.
func (o Organization) MayRise() []string {
	var who []string
	for name, u := range o.Users {
		if !runsOrganization(u.Role) && u.person() {
			who = append(who, name)
		}
	}
	return who
}

func isAdmin(role string) bool { return strings.EqualFold(role, Admin) }

func isOwner(role string) bool { return strings.EqualFold(role, Owner) }

// runsOrganization holds for the organization roles that reach every workspace.
func runsOrganization(role string) bool { return isAdmin(role) || isOwner(role) }

// height orders roles by what they allow; nobody at all is 0.
func height(role string) int {
	switch strings.ToLower(role) {
	case "owner":
		return 4
	case "admin":
		return 3
	case "contributor":
		return 2
	case "":
		return 0
	}
	return 1
}

func (w Workspace) hasAdmin() bool {
	for _, role := range w.Members {
		if isAdmin(role) {
			return true
		}
	}
	return false
}

// owner is the organization's Owner, "" when that is not known.
func (o Organization) owner() string {
	for who, u := range o.Users {
		if isOwner(u.Role) {
			return who
		}
	}
	return ""
}

// place is title where the workspace may not be there yet.
func (o Organization) place(id string) string {
	if id == "" {
		return "the workspace"
	}
	return o.title(id)
}

// title is how messages call a workspace.
func (o Organization) title(id string) string {
	if name := o.Workspaces[id].Name; name != "" {
		return name
	}
	return id
}
