package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Action is what a change does.
type Action string

// The actions. Manage changes nothing: it says that a resource stands for a membership,
// for all members of a workspace or for one of its roles.
const (
	AddMember       Action = "add member"
	SetMember       Action = "set member"
	RemoveMember    Action = "remove member"
	Invite          Action = "invite"
	CreateUser      Action = "create user"
	SetOrgRole      Action = "set organization role"
	DeleteUser      Action = "delete user"
	CreateWorkspace Action = "create workspace"
	DeleteWorkspace Action = "delete workspace"
	Manage          Action = "manage"
)

// ResourceType is how a resource stands for memberships.
type ResourceType string

// The forms, one per resource type.
const (
	OneMember  ResourceType = "tray_workspace_member"
	AllMembers ResourceType = "tray_workspace_members"
	OneRole    ResourceType = "tray_workspace_role_members"
)

// Change is one thing that a session plans or does.
type Change struct {
	Action       Action       `json:"action"`
	Who          string       `json:"who"`           // as Organization names people
	Workspace    string       `json:"workspace"`     // id; "" for changes on the organization
	Role         string       `json:"role"`          // the role given; of RemoveMember, the one that is taken away, "" for any
	ResourceType ResourceType `json:"resource_type"` // of Manage
	Name         string       `json:"name"`          // of CreateWorkspace
	// Mark is that of the instance behind a Manage, or behind the removals of a destroy:
	// what one instance does never clashes with itself.
	Mark string `json:"mark"`
	// Fingerprint is what that resource says, word for word; see Session.Trusting.
	Fingerprint string `json:"fingerprint"`
}

// Violation is a rule that changes break.
type Violation struct {
	Code string // "TRAY003"
	// Summary says what is wrong in a few words, without the code.
	Summary string
	// Detail says who is concerned and what to change.
	Detail string
	// Who are the people concerned, sorted.
	Who []string
	// Workspace is where, "" for the organization.
	Workspace string
	// Provisional says that a change planned later in the same run may make it harmless.
	Provisional bool
	// Elsewhere says that only another resource can do so, even if this one stands for a whole
	// workspace.
	Elsewhere bool
	// Changes are the changes to blame, as indexes into the changes that were judged.
	Changes []int
}

// Rule judges what changes do to an organization.
type Rule func(before Organization, changes []Change, limits Limits) []Violation

// All are the rules that concern people, roles, workspaces and memberships. TRAY010
// and TRAY011 belong to connectors, Solutions and API users.
var All = []Rule{
	TRAY001OneOwner, TRAY002AdminIsAdmin, TRAY003LastAdmin, TRAY004OwnUser, TRAY005Removals, TRAY006Services,
	TRAY007Invites, TRAY008OneManager, TRAY009MembersJoin, TRAY012Exists,
}

// CheckAll asks every rule.
func CheckAll(before Organization, changes []Change, limits Limits) []Violation {
	var all []Violation
	for _, r := range All {
		all = append(all, r(before, changes, limits)...)
	}
	return all
}

// Blames reports whether one of the changes from start on is to blame.
func (v Violation) Blames(start int) bool {
	return slices.ContainsFunc(v.Changes, func(i int) bool { return i >= start })
}

// indexes returns which changes are so.
func indexes(changes []Change, so func(Change) bool) []int {
	var which []int
	for i, a := range changes {
		if so(a) {
			which = append(which, i)
		}
	}
	return which
}

// people returns who the changes concern, sorted, each once.
func people(changes []Change, which []int) []string {
	who := make([]string, 0, len(which))
	for _, i := range which {
		who = append(who, changes[i].Who)
	}
	slices.Sort(who)
	return slices.Compact(who)
}

// list names people or things in a sentence.
func list(names []string) string { return strings.Join(names, ", ") }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
