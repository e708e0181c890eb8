package rule

import (
	"fmt"
	"slices"
	"strings"
)

// Verb is what an act does.
type Verb string

// The verbs. Manage changes nothing: it says that a resource stands for a membership,
// for all members of a workspace or for one of its roles.
const (
	AddMember       Verb = "add member"
	SetMember       Verb = "set member"
	RemoveMember    Verb = "remove member"
	Invite          Verb = "invite"
	CreateUser      Verb = "create user"
	SetOrgRole      Verb = "set organization role"
	DeleteUser      Verb = "delete user"
	CreateWorkspace Verb = "create workspace"
	DeleteWorkspace Verb = "delete workspace"
	Manage          Verb = "manage"
)

// Form is how a resource stands for memberships.
type Form string

// The forms, one per resource type.
const (
	OneMember  Form = "tray_workspace_member"
	AllMembers Form = "tray_workspace_members"
	OneRole    Form = "tray_workspace_role_members"
)

// Act is one thing that a run does.
type Act struct {
	Verb      Verb   `json:"verb"`
	Who       string `json:"who"`       // as Organization names people
	Workspace string `json:"workspace"` // id; "" for acts on the organization
	Role      string `json:"role"`      // the role given; of RemoveMember, the one that is taken away, "" for any
	Form      Form   `json:"form"`      // of Manage
	Name      string `json:"name"`      // of CreateWorkspace
	// Mark is that of the instance behind a Manage, or behind the removals of a destroy:
	// what one instance does never clashes with itself.
	Mark string `json:"mark"`
	// Words are what that resource says, word for word; see Run.Trusting.
	Words string `json:"words"`
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
	// Healable says that an act planned later in the same run may make it harmless.
	Healable bool
	// Elsewhere says that only another resource can do so, even if this one stands for a whole
	// workspace.
	Elsewhere bool
	// Acts are the acts to blame, as indexes into the acts that were judged.
	Acts []int
}

// Rule judges what acts do to an organization.
type Rule func(before Organization, acts []Act, limits Limits) []Violation

// All are the rules that concern people, roles, workspaces and memberships. TRAY010
// and TRAY011 belong to connectors, Solutions and API users.
var All = []Rule{
	TRAY001OneOwner, TRAY002AdminIsAdmin, TRAY003LastAdmin, TRAY004OwnUser, TRAY005Removals, TRAY006Services,
	TRAY007Invites, TRAY008OneManager, TRAY009MembersJoin, TRAY012Exists,
}

// Judge asks every rule.
func Judge(before Organization, acts []Act, limits Limits) []Violation {
	var all []Violation
	for _, r := range All {
		all = append(all, r(before, acts, limits)...)
	}
	return all
}

// Blames reports whether one of the acts from start on is to blame.
func (v Violation) Blames(start int) bool {
	return slices.ContainsFunc(v.Acts, func(i int) bool { return i >= start })
}

// indexes returns which acts are so.
func indexes(acts []Act, so func(Act) bool) []int {
	var which []int
	for i, a := range acts {
		if so(a) {
			which = append(which, i)
		}
	}
	return which
}

// people returns who the acts concern, sorted, each once.
func people(acts []Act, which []int) []string {
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
