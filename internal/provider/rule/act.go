package rule

import (
	"fmt"
	"slices"
	"strings"
)

// Action is what an act does.
type Action string

// The verbs. Manage changes nothing: it says that a resource stands for a membership,
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

// Change is one thing that a run does.
type Change struct {
	Action       Action       `json:"verb"`
	Who          string       `json:"who"`       // as Organization names people
	Workspace    string       `json:"workspace"` // id; "" for acts on the organization
	Role         string       `json:"role"`      // the role given; of RemoveMember, the one that is taken away, "" for any
	ResourceType ResourceType `json:"form"`      // of Manage
	Name         string       `json:"name"`      // of CreateWorkspace
	// Mark is that of the instance behind a Manage, or behind the removals of a destroy:
	// what one instance does never clashes with itself.
	Mark string `json:"mark"`
	// Fingerprint are what that resource says, word for word; see Run.Trusting.
	Fingerprint string `json:"words"`
}

// Violation is a rule that acts break.
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
	// Provisional says that an act planned later in the same run may make it harmless.
	Provisional bool
	// Elsewhere says that only another resource can do so, even if this one stands for a whole
	// workspace.
	Elsewhere bool
	// Changes are the acts to blame, as indexes into the acts that were judged.
	Changes []int
}

// Rule judges what acts do to an organization.
type Rule func(before Organization, acts []Change, limits Limits) []Violation

// All are the rules that concern people, roles, workspaces and memberships. TRAY010
// and TRAY011 belong to connectors, Solutions and API users.
var All = []Rule{
	TRAY001OneOwner, TRAY002AdminIsAdmin, TRAY003LastAdmin, TRAY004OwnUser, TRAY005Removals, TRAY006Services,
	TRAY007Invites, TRAY008OneManager, TRAY009MembersJoin, TRAY012Exists,
}

// Check asks every rule.
func Check(before Organization, acts []Change, limits Limits) []Violation {
	var all []Violation
	for _, r := range All {
		all = append(all, r(before, acts, limits)...)
	}
	return all
}

// Blames reports whether one of the acts from start on is to blame.
func (v Violation) Blames(start int) bool {
	return slices.ContainsFunc(v.Changes, func(i int) bool { return i >= start })
}

// indexes returns which acts are so.
func indexes(acts []Change, so func(Change) bool) []int {
	var which []int
	for i, a := range acts {
		if so(a) {
			which = append(which, i)
		}
	}
	return which
}

// people returns who the acts concern, sorted, each once.
func people(acts []Change, which []int) []string {
	who := make([]string, 0, len(which))
	for _, i := range which {
		who = append(who, acts[i].Who)
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
